"""Recipient: to whom the data were disclosed."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class Recipient(models.Model):
    """One to whom the data were, or may have been, disclosed (GDPR art. 4(9); R44).

    Clients who asked and obtained nothing are kept too: an auditor counts the log by hand and must find
    the same addresses.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="recipients")
    address = models.CharField(max_length=255)
    """Network address from the log, or the name of a recipient known otherwise."""
    recipient_class = models.CharField(max_length=12)
    verdict = models.CharField(max_length=24)
    obtained_data = models.BooleanField()
    requests = models.IntegerField()
    statuses = models.JSONField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    bytes_sent = models.BigIntegerField()
    in_window = models.BooleanField()

    class Meta:
        ordering = ("incident", "first_seen", "address")
        constraints = (
            models.UniqueConstraint(fields=("incident", "address"), name="recipient_once_per_incident"),
        )

    def __str__(self) -> str:
        return f"recipient {self.pk}"
