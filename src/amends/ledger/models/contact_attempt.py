"""ContactAttempt and Recheck: how somebody was looked for and spoken to, and when a silence is looked at again."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.remedy import Remedy


class ContactAttempt(models.Model):
    """One attempt to find a person, or to reach them safely (R28). Never an address, never a name."""

    class Purpose(models.TextChoices):
        TRACE = "trace"
        CONTACT = "contact"

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="contact_attempts")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    method = models.CharField(max_length=20)
    """One of `remedy/contact.toml`."""
    result = models.CharField(max_length=20)
    proof = models.CharField(max_length=200, blank=True)
    """Reference of what shows it; never personal data."""
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("remedy", "purpose", "method", "at"), name="contact_attempt_recorded_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} by {self.method}: {self.result}"


class Recheck(models.Model):
    """A day on which somebody looks again at one who has fallen silent."""

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="rechecks")
    on = models.DateField()
    reason = models.CharField(max_length=500)
    set_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    """When the silence ended, one way or the other; empty while it lasts."""

    class Meta:
        ordering = ("on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("remedy",), condition=models.Q(settled_at__isnull=True), name="recheck_one_pending"
            ),
        )

    def __str__(self) -> str:
        return f"re-check of {self.remedy_id} on {self.on}"
