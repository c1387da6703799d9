"""Erasure and Preservation: the end of sealed data by a retention rule, and what forbids that end."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class Erasure(models.Model):
    """One kind of data of one incident, erased by destroying its data keys (R54).

    First ordered, in the transaction of its journal entry; then the keys are destroyed; then confirmed. What was
    ordered and not confirmed was interrupted, and is finished by the same command.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="erasures")
    kind = models.CharField(max_length=20)
    """``leaked-file``, ``person-details`` or ``identifiers``."""
    rule = models.CharField(max_length=80)
    """Name and version of the retention rules."""
    data_keys = models.JSONField()
    """Ids of the data keys destroyed, by scope: ``{"2031-...": ["0123456789abcdef"]}``."""
    ordered_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("incident", "kind"), name="erasure_once_per_kind"),)

    def __str__(self) -> str:
        return f"erasure of {self.kind}"


class Preservation(models.Model):
    """A legal duty to keep everything of an incident (litigation hold): while it stands, nothing is erased."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="preservations")
    matter = models.CharField(max_length=120)
    """Court and docket number, or the order: a reference, never a person's name."""
    placed_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "matter"),
                condition=models.Q(lifted_at__isnull=True),
                name="preservation_stands_once",
            ),
        )

    def __str__(self) -> str:
        return f"preservation {self.pk}"
