"""HoldList and ListAnnouncement: what was published to each acting system, and the outbox that tells it so."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.acting_system import ActingSystem


class HoldList(models.Model):
    """One published list of one acting system; the entries themselves lie in files and never in the database."""

    system = models.ForeignKey(ActingSystem, on_delete=models.PROTECT, related_name="lists")
    sequence = models.IntegerField()
    """Grows by one with each list of this system."""
    generation = models.BigIntegerField()
    """Of the gate: the list holds at least what stood then."""
    entries = models.IntegerField()
    added = models.IntegerField()
    removed = models.IntegerField()
    incomplete = models.IntegerField()
    """Held identifiers that no sealed value could be found for, so that the list lacks them."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the sorted entries."""
    actions = models.JSONField()
    list_key_id = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        ordering = ("system", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("system", "sequence"), name="hold_list_sequence_once"),
        )

    def __str__(self) -> str:
        return f"list {self.sequence}"


class ListAnnouncement(models.Model):
    """One webhook that is owed to one acting system: "there is list n". Sent at least once, always with the same id.

    Whoever sends it leases it first. A worker that is killed leaves a lease that runs out, and the next one sends.
    """

    class Outcome(models.TextChoices):
        SENT = "sent"
        DUPLICATE = "duplicate"
        """The system says that it has had it: an earlier sending arrived and its answer was lost."""
        SUPERSEDED = "superseded"
        """A later list was announced instead."""

    event_id = models.CharField(max_length=32, primary_key=True)
    system = models.ForeignKey(ActingSystem, on_delete=models.PROTECT, related_name="announcements")
    sequence = models.IntegerField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """Not before then is it sent (again)."""
    attempts = models.IntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    """Empty while it is owed."""
    settled_at = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("created_at", "event_id")
        indexes = (models.Index(fields=("outcome", "due_at"), name="announcement_due"),)

    def __str__(self) -> str:
        return f"announcement {self.event_id}"
