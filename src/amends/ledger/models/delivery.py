"""Delivery: one attempt to hand over a notice."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.remedy import Remedy


class Delivery(models.Model):
    """One attempt to hand over a notice, with its proof (R34).

    ``produced`` means that the letter exists, not that anyone has been told: clocks that run for the
    person start with a proof of delivery.
    """

    class Fate(models.TextChoices):
        PRODUCED = "produced"
        DISPATCHED = "dispatched"
        DELIVERED = "delivered"
        REFUSED = "refused"
        RETURNED = "returned"
        FAILED = "failed"

    notice = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="deliveries")
    attempt = models.IntegerField()
    method = models.CharField(max_length=20)
    """``hand`` or ``post``."""
    fate = models.CharField(max_length=12, choices=Fate.choices)
    language = models.CharField(max_length=35)
    at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    """Hash of the letter as produced."""
    proof = models.CharField(max_length=200, blank=True)
    """Signature, receipt number, reason of a return: a reference, never personal data."""

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("notice", "attempt"), name="delivery_one_per_attempt"),
        )

    def __str__(self) -> str:
        return f"{self.notice_id} attempt {self.attempt}"
