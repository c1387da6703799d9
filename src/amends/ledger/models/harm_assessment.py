"""HarmAssessment, HarmSignature, NotificationDecision: how bad it can get, and who answers for saying so."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class HarmAssessment(models.Model):
    """One version of the written harm assessment of one cohort (R19, R20). Versions are kept, never changed."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="harm_assessments")
    cohort = models.CharField(max_length=60)
    version = models.IntegerField()
    """1, 2, 3 ... for each cohort of an incident."""
    persons = models.IntegerField()
    """Members of the cohort when it was assessed: told, and never a reason for a lower level."""
    facts = models.JSONField()
    """Question → answers, those that were given and those that the ledger itself shows."""
    findings = models.JSONField()
    """Regime → level, factors with level and rationale, conclusion."""
    severity = models.CharField(max_length=10)
    assessed_at = models.DateTimeField()

    class Meta:
        ordering = ("incident", "cohort", "version")
        constraints = (
            models.UniqueConstraint(fields=("incident", "cohort", "version"), name="harm_assessment_version"),
        )

    def __str__(self) -> str:
        return f"{self.cohort}, version {self.version}"


class HarmSignature(models.Model):
    """Who answers for one version."""

    assessment = models.ForeignKey(HarmAssessment, on_delete=models.PROTECT, related_name="signatures")
    signer = models.CharField(max_length=80)
    reason = models.CharField(max_length=500)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("assessment", "signer"), name="harm_signature_once_per_signer"),
        )

    def __str__(self) -> str:
        return f"{self.signer} under {self.assessment_id}"


class NotificationDecision(models.Model):
    """A decision not to notify under one regime (R22). It touches no hold, no notice and no other protection."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notification_decisions")
    assessment = models.ForeignKey(HarmAssessment, on_delete=models.PROTECT, related_name="decisions")
    regime = models.CharField(max_length=40)
    rationale = models.CharField(max_length=500)
    first_signer = models.CharField(max_length=80)
    second_signer = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    review_on = models.DateField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "regime"), name="notification_decision_once_per_assessment"
            ),
            models.CheckConstraint(
                condition=~models.Q(first_signer=models.F("second_signer")),
                name="notification_decision_has_two_signers",
            ),
        )

    def __str__(self) -> str:
        return f"not to notify under {self.regime}"
