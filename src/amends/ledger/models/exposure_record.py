"""ExposureRecord: what the logs said, and what they could not say."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class ExposureRecord(models.Model):
    """The stored result of one exposure assessment (R44b, R21): window, coverage, assumption."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="exposure")
    assessed_at = models.DateTimeField()
    document_size = models.BigIntegerField(null=True)
    size_basis = models.CharField(max_length=60)
    requests = models.IntegerField()
    requests_by_verdict = models.JSONField()
    holes = models.JSONField()
    """List of ``{"from", "until", "reason"}``."""
    unreadable_lines = models.IntegerField()
    logs = models.JSONField()
    adverse_assumption = models.BooleanField()
    adverse_reasons = models.JSONField()

    def __str__(self) -> str:
        return f"exposure of {self.incident_id}"
