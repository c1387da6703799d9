"""RecordedTime: an instant that was recorded or corrected after an incident was opened, with the value before it."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class RecordedTime(models.Model):
    """One statement of when something happened (R02, R03). Append-only: the last one of a name is in force.

    ``name`` is one of the incident's timestamps (``reported_at`` ...) or an event that starts a clock
    (``determination`` ...). The value that it replaces stays on record beside it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="recorded_times")
    name = models.CharField(max_length=40)
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)
    """What stood there until now; null where nothing did."""
    source = models.CharField(max_length=200)
    """Where the instant comes from: a log, a letter, a minute of a meeting. Never personal data."""
    confidence = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("incident", "name"), name="recorded_time_name"),)

    def __str__(self) -> str:
        return self.name
