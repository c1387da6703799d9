"""JournalEntry: who did what, when and why."""

from __future__ import annotations

from django.db import models

from amends.ledger.canonical_json import CanonicalJSONField


class JournalEntry(models.Model):
    """One link of the hash chain; see `amends.ledger.journal` for how it is made and checked."""

    sequence = models.BigIntegerField(primary_key=True)
    """1, 2, 3 ... over the whole ledger, without gaps."""
    at = models.DateTimeField()
    incident = models.CharField(max_length=40, blank=True)
    """Reference of the incident, or empty."""
    verb = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    detail = CanonicalJSONField()
    """What changed: counts, states, hashes, as canonical JSON text. Never personal data."""
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("sequence",)
        verbose_name_plural = "journal entries"

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"


class JournalHead(models.Model):
    """The end of the chain: the row that writers lock, and that shows a cut tail."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="journal_has_one_head"),)

    def __str__(self) -> str:
        return f"head {self.sequence}"
