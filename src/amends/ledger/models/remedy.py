"""Remedy: one measure owed."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.affected_person import AffectedPerson
from amends.ledger.models.incident import Incident
from amends.ledger.models.leaked_row import LeakedRow
from amends.ledger.models.recipient import Recipient


class Remedy(models.Model):
    """One measure owed to one person (or, for a clawback, asked of one recipient); its kind names its workflow.

    A hold hangs on the leaked row from the first minute and learns its person later. The other kinds
    hang on the person. ``state`` is one of the workflow's; it changes only through
    `casework.advance_remedy`.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice"
        HOLD = "hold"
        REVIEW = "review"
        CLAWBACK = "clawback"
        RETURN = "return"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="remedies")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    entitlement = models.CharField(max_length=60)
    """Name of the playbook's entitlement that this fulfils."""
    addressee = models.CharField(max_length=16, blank=True)
    """For a notice: ``person``, ``representative``, ``tribunal``."""
    row = models.ForeignKey(LeakedRow, on_delete=models.PROTECT, null=True, related_name="remedies")
    person = models.ForeignKey(AffectedPerson, on_delete=models.PROTECT, null=True, related_name="remedies")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="remedies")
    state = models.CharField(max_length=24)
    owner = models.CharField(max_length=60)
    """Office that answers for it."""
    authority = models.CharField(max_length=200)
    """Why it is owed: statute, order, commitment."""
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    barred_action = models.CharField(max_length=60, blank=True)
    """For a hold: the action that may not be taken (R24)."""
    earliest_end = models.CharField(max_length=200, blank=True)
    end_condition = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(row__isnull=False)
                | models.Q(person__isnull=False)
                | models.Q(recipient__isnull=False),
                name="remedy_has_a_subject",
            ),
            models.UniqueConstraint(
                fields=("incident", "entitlement", "row"),
                condition=models.Q(row__isnull=False),
                name="remedy_once_per_row",
            ),
            models.UniqueConstraint(
                fields=("incident", "entitlement", "person"),
                condition=models.Q(row__isnull=True, person__isnull=False),
                name="remedy_once_per_person",
            ),
            models.UniqueConstraint(
                fields=("incident", "entitlement", "recipient"),
                condition=models.Q(recipient__isnull=False),
                name="remedy_once_per_recipient",
            ),
        )
        indexes = (models.Index(fields=("incident", "kind", "state"), name="remedy_kind_state"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Reference for letters and lists: ``N-000123``. Holds no personal data."""
        return f"{self.kind[0].upper()}-{self.pk:06d}"
