"""RemedyChange: a measure that planning withdrew, or called for again."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.playbook_version import PlaybookVersion
from amends.ledger.models.remedy import Remedy


class RemedyChange(models.Model):
    """One measure withdrawn, or called for again, by planning, with the reason.

    A remedy is never deleted. With its ``created_at`` these rows say at any instant whether it was owed.
    Steps that somebody takes on a remedy stand in the journal and are not repeated here.
    """

    class Change(models.TextChoices):
        WITHDRAWN = "withdrawn"
        REINSTATED = "reinstated"

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="changes")
    change = models.CharField(max_length=12, choices=Change.choices)
    because = models.CharField(max_length=300)
    """Which cohort was left or joined, and what made planning look again; names nobody."""
    playbook = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="remedy_changes")
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.remedy_id} {self.change}"
