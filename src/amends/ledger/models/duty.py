"""Duty: an obligation in law, with its clock."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.delay_request import DelayRequest
from amends.ledger.models.incident import Incident


class Duty(models.Model):
    """An obligation in law that this incident set running (R03, R38): rule, trigger, period, source.

    A rule that is not verified never clears an obligation; its due time is a warning, and where no
    due time can be computed a person decides. A duty ends by the act of a named person alone. Whether it is
    overdue is asked of the clock and never stored.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        WITHDRAWN = "withdrawn_by_person"
        """A named person has decided that the rule does not bind here; a later count can open it again."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    rule = models.CharField(max_length=80)
    """Jurisdiction, name and version that was law when the trigger happened."""
    rule_version = models.CharField(max_length=20)
    jurisdiction = models.CharField(max_length=40, default="")
    name = models.CharField(max_length=40, default="")
    told = models.CharField(max_length=120)
    """Who must be told, in words."""
    recipients = models.JSONField(default=list)
    """The same, one by one."""
    citation = models.CharField(max_length=200)
    verification = models.CharField(max_length=20)
    verdict = models.CharField(max_length=20, default="person_decides")
    """Whether the threshold is reached as far as a machine can say: ``applies`` or ``person_decides``."""
    verdict_reason = models.TextField(default="")
    trigger = models.CharField(max_length=40)
    triggered_at = models.DateTimeField(null=True)
    period_text = models.CharField(max_length=160, default="")
    due_at = models.DateTimeField(null=True)
    """When the clock runs out: by the rule, by a person's date where the rule has none, after any delay."""
    due_reason = models.CharField(max_length=300)
    due_by_rule = models.DateTimeField(null=True)
    due_by_person = models.DateTimeField(null=True)
    delay = models.ForeignKey(DelayRequest, on_delete=models.PROTECT, null=True, related_name="duties")
    """The law-enforcement request in force; it has an expiry."""
    state = models.CharField(max_length=20, default=State.OPEN)
    done_at = models.DateTimeField(null=True)
    """When what the rule asks was done, as against when it was recorded."""
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, default="")
    what_was_done = models.CharField(max_length=300, default="")
    proof = models.CharField(max_length=200, default="")
    """A reference: receipt number, file number. Never personal data."""
    settled_while_unverified = models.BooleanField(null=True)
    """Whether the rule was unverified when a person settled the duty; null while it is open."""

    class Meta:
        ordering = ("due_at", "rule")
        verbose_name_plural = "duties"
        constraints = (
            models.UniqueConstraint(fields=("incident", "rule"), name="duty_once_per_incident"),
            models.UniqueConstraint(
                fields=("incident", "jurisdiction", "name"), name="duty_one_version_per_incident"
            ),
        )

    def __str__(self) -> str:
        return self.rule

    @property
    def reference(self) -> str:
        """Reference for lists and commands: ``D-000012``."""
        return f"D-{self.pk:06d}"

    @property
    def key(self) -> str:
        """Return jurisdiction and name: the same duty through all versions of its rule."""
        return f"{self.jurisdiction}/{self.name}"
