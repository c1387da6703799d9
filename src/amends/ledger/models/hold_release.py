"""HoldRelease: a request to lift listed holds, and what a second person decided."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident
from amends.ledger.models.remedy import Remedy


class HoldRelease(models.Model):
    """One request to lift holds, each of them named; nobody is released by a request alone (R25)."""

    class Ground(models.TextChoices):
        ENDED = "ended"
        """Every condition of the hold's end is met."""
        NAMES_NOBODY = "names_nobody"
        """The row was judged to name nobody: a total, a repeated header."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        CARRIED_OUT = "carried_out"
        REFUSED = "refused"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="releases")
    ground = models.CharField(max_length=16, choices=Ground.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    count = models.IntegerField()
    """Holds on the list, as the one who asked confirmed them."""
    list_sha256 = models.CharField(max_length=64)
    """Of the references, sorted, one a line: ties the journal's entries to the list."""
    document = models.CharField(max_length=200, blank=True)
    """Reference of the decision or waiver, where a hold ends only by one; never personal data."""
    reason = models.CharField(max_length=500)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Reference for lists and commands: ``L-000012``."""
        return f"L-{self.pk:06d}"


class HoldReleaseItem(models.Model):
    """One hold on the list of one request."""

    release = models.ForeignKey(HoldRelease, on_delete=models.PROTECT, related_name="items")
    hold = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="release_items")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("release", "hold"), name="release_lists_a_hold_once"),)

    def __str__(self) -> str:
        return f"hold {self.hold_id} in release {self.release_id}"
