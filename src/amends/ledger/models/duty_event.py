"""DutyEvent: what happened to a duty, one line for each change, append-only."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.duty import Duty


class DutyEvent(models.Model):
    """One change of one duty: started, recomputed, recounted, dated, delayed, settled, opened again.

    The database refuses to change or delete a row. The journal holds the act; this is the history of the duty.
    """

    class Kind(models.TextChoices):
        STARTED = "started"
        RECOMPUTED = "recomputed"
        DATED = "dated"
        DELAYED = "delayed"
        DONE = "done"
        WITHDRAWN = "withdrawn_by_person"
        REOPENED = "reopened"

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    detail = models.JSONField()
    """Field → value before and after. Never personal data."""

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.duty_id}"
