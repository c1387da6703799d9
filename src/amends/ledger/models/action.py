"""Action and ActionSubject: what an acting system says it did, and to whom of an incident it was done."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident
from amends.ledger.models.leaked_row import LeakedRow


class Action(models.Model):
    """One action or filing as a system reported it (R18, R27). Whom it concerned is sealed.

    The same action in a second export is the same row: a system's action of one kind against one identifier at one
    instant happens once. Actions against people of no incident are kept too, because a leak may be found later.
    """

    system = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    """As holds name barred actions: ``removal``; ``other`` for what nothing bars."""
    at = models.DateTimeField()
    """When it was done. A report that gives a day only counts as done at the day's last second."""
    identifier_fingerprint = models.CharField(max_length=32)
    key_id = models.CharField(max_length=8)
    sealed_identifier = models.BinaryField()
    """The normalised identifier, sealed, bound to system, kind and instant (see `casework.actions.recording`)."""
    source_sha256 = models.CharField(max_length=64)
    """Of the file in which it was reported first; of the message, for one that was posted."""
    source_line = models.IntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("identifier_fingerprint", "kind", "at", "system"), name="action_reported_once"
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Reference for lists: ``A-000123``. Holds no personal data."""
        return f"A-{self.pk:06d}"


class ActionSubject(models.Model):
    """One leaked row whose identifiers an action names: the tie between what was done and who was exposed."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="subjects")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="action_subjects")
    row = models.ForeignKey(LeakedRow, on_delete=models.PROTECT, related_name="action_subjects")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("action", "row"), name="action_subject_once_per_row"),)

    def __str__(self) -> str:
        return f"action {self.action_id} on row {self.row_id}"
