"""Incident: one personal-data breach."""

from __future__ import annotations

from datetime import timedelta

from django.db import models


class Incident(models.Model):
    """A personal-data breach (GDPR art. 4(12)), with its four timestamps kept apart (R02).

    Durations are computed from the timestamps and never stored, so that no published duration can
    differ from them.
    """

    reference = models.CharField(max_length=40, unique=True)
    """Stable name, made from the day of exposure and the hash of what leaked; holds no personal data."""
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=2000, blank=True)
    """Address at which the data could be had; empty where they were disclosed otherwise."""
    disclosed_to = models.CharField(max_length=200, blank=True)
    """Whom the data were disclosed to directly, where that is known from the start."""
    disclosed_to_in = models.JSONField(default=dict)
    """Language → the same, for letters in that language; a letter without it does not say to whom."""
    exposed_from = models.DateTimeField()
    reported_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField()
    timestamp_sources = models.JSONField(default=dict)
    """Timestamp name → source and confidence."""
    as_of = models.DateTimeField(null=True)
    """The instant whose state the leaked data describe."""
    playbook = models.CharField(max_length=60)
    playbook_version = models.CharField(max_length=20)
    not_read = models.JSONField(default=dict)
    """Reason → how many pieces of the leaked file no step has read: parts that no reader opens, tables
    that the mapping does not describe. People may stand there too; somebody looks."""
    opened_at = models.DateTimeField()
    population_held_at = models.DateTimeField(null=True)
    identified_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("exposed_from", "reference")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(removed_at__gte=models.F("exposed_from")),
                name="incident_removed_after_exposed",
            ),
            models.CheckConstraint(
                condition=models.Q(reported_at__gte=models.F("exposed_from")),
                name="incident_reported_after_exposed",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def exposure_duration(self) -> timedelta:
        """How long the data could be had."""
        return self.removed_at - self.exposed_from
