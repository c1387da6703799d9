"""SupplementaryNotice: what changed after people had been told, in the words that they are told it in (R36)."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class SupplementaryNotice(models.Model):
    """One change of the facts, to be told to listed people; each gets a notice of their own that refers to it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="supplementary_notices")
    number = models.IntegerField()
    """1, 2, 3 ... within the incident."""
    what_changed = models.JSONField()
    """Language → sentences; says nothing about any one person."""
    persons = models.IntegerField()
    planned_at = models.DateTimeField()

    class Meta:
        ordering = ("incident", "number")
        constraints = (
            models.UniqueConstraint(fields=("incident", "number"), name="supplementary_notice_number"),
        )

    def __str__(self) -> str:
        return f"supplementary notice {self.number}"

    @property
    def entitlement(self) -> str:
        """Name under which the notices to persons are owed."""
        return f"supplementary_notice_{self.number}"

    @property
    def representative_entitlement(self) -> str:
        """Name under which the notices to representatives are owed: one person is owed a name once."""
        return f"{self.entitlement}_representative"
