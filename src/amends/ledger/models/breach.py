"""Breach: an action that a hold or a public commitment barred at the instant at which it was taken."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.action import Action
from amends.ledger.models.incident import Incident
from amends.ledger.models.leaked_row import LeakedRow


class Breach(models.Model):
    """One broken promise, and what is done about it (R27). It is opened by the check, never by hand.

    ``state`` is one of `remedy.breach_case.BREACH`; it changes only through `casework.advance_breach`.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="breaches")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="breaches")
    row = models.ForeignKey(LeakedRow, on_delete=models.PROTECT, related_name="breaches")
    """Row through which the action was tied to the person."""
    commitment = models.CharField(max_length=60)
    """Name of the playbook's commitment."""
    rule = models.CharField(max_length=40)
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=16)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "breaches"
        constraints = (
            models.UniqueConstraint(
                fields=("action", "incident", "commitment"), name="breach_once_per_action_and_commitment"
            ),
        )
        indexes = (models.Index(fields=("incident", "state"), name="breach_state"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Reference for lists: ``B-000123``. Holds no personal data."""
        return f"B-{self.pk:06d}"
