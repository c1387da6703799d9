"""StatusReading and StatusEpisode: who was in which status when, and since when we know."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.affected_person import AffectedPerson
from amends.ledger.models.incident import Incident


class StatusReading(models.Model):
    """One reading of the registry's status history for the persons of one incident (R16)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="status_readings")
    source_sha256 = models.CharField(max_length=64, blank=True)
    """Of the status history as it lay on disk; empty where the registry keeps none."""
    status_as_of = models.DateTimeField()
    """The instant that counted as now: statuses are known up to it and not beyond."""
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"statuses as of {self.status_as_of:%Y-%m-%d %H:%MZ}"


class StatusEpisode(models.Model):
    """One stretch of time that one person spent in one status, ``begins_at <= t < ends_at``.

    Nothing is overwritten. An episode that a later reading no longer shows, because it ended or because the registry
    was corrected, keeps its row and names the reading that superseded it; so the ledger can say both what was so
    at an instant, and what was known of it at another.
    """

    person = models.ForeignKey(AffectedPerson, on_delete=models.PROTECT, related_name="status_episodes")
    status = models.CharField(max_length=20)
    begins_at = models.DateTimeField(null=True)
    """Null: from before the history begins."""
    ends_at = models.DateTimeField(null=True)
    """Null: still so."""
    reading = models.ForeignKey(StatusReading, on_delete=models.PROTECT, related_name="episodes")
    superseded_by = models.ForeignKey(
        StatusReading, on_delete=models.PROTECT, null=True, related_name="superseded_episodes"
    )

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"episode {self.pk}"
