"""Duty: an obligation in law, with its clock."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class Duty(models.Model):
    """An obligation in law that this incident set running (R03, R38): rule, trigger, period, source.

    A rule that is not verified never clears an obligation; its due time is a warning, and where no
    due time can be computed a person decides.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    rule = models.CharField(max_length=80)
    rule_version = models.CharField(max_length=20)
    told = models.CharField(max_length=120)
    """Who must be told."""
    citation = models.CharField(max_length=200)
    verification = models.CharField(max_length=20)
    trigger = models.CharField(max_length=40)
    due_at = models.DateTimeField(null=True)
    due_reason = models.CharField(max_length=300)
    state = models.CharField(max_length=20, default="open")

    class Meta:
        ordering = ("due_at", "rule")
        verbose_name_plural = "duties"
        constraints = (models.UniqueConstraint(fields=("incident", "rule"), name="duty_once_per_incident"),)

    def __str__(self) -> str:
        return self.rule
