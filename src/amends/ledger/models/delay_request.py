"""DelayRequest: a law-enforcement body's stored request to wait with a notice, until a day."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class DelayRequest(models.Model):
    """A request to delay notices (R40): who asked, the document in the vault, until when. Append-only.

    There is none without a document and none without an expiry. A request by word of mouth is kept as the
    statement that was written down of it, and lasts no longer than the rule allows. A later request for the
    same duties takes its place, and so can shorten it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="delay_requests")
    agency = models.CharField(max_length=120)
    oral = models.BooleanField()
    document_sha256 = models.CharField(max_length=64)
    """The document lies sealed in the vault under its hash."""
    document_size = models.BigIntegerField()
    requested_at = models.DateTimeField()
    until = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("requested_at")),
                name="delay_request_expires_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"delay until {self.until:%Y-%m-%d}"
