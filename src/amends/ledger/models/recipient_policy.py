"""RecipientPolicy: what affected people, their counsel and courts are told about the recipients."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class RecipientPolicy(models.Model):
    """One version of the recorded policy (R47). The latest is in force; earlier ones stay on record."""

    class Tells(models.TextChoices):
        NAMED = "named"
        DESCRIBED = "described"
        WITHHELD = "withheld"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="recipient_policies")
    version = models.IntegerField()
    tells = models.CharField(max_length=10, choices=Tells.choices)
    """``described``: kinds and numbers of recipients, without names."""
    reason = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("incident", "version")
        verbose_name_plural = "recipient policies"
        constraints = (
            models.UniqueConstraint(fields=("incident", "version"), name="recipient_policy_version"),
        )

    def __str__(self) -> str:
        return f"{self.tells} (version {self.version})"
