"""What acting systems say: they have a list, they are alive, this is what they hold."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.acting_system import ActingSystem


class SystemReport(models.Model):
    """What every report has: who said it, when the gate recorded it, and under which number."""

    system = models.ForeignKey(ActingSystem, on_delete=models.PROTECT, related_name="%(class)ss")
    inbox_id = models.BigIntegerField()
    """Of the gate's inbox; with the instant it is unique even when the gate begins a new store."""
    api_key = models.CharField(max_length=12)
    at = models.DateTimeField()
    sequence = models.IntegerField()
    """Of the list that it speaks about."""

    class Meta:
        abstract = True
        ordering = ("at", "inbox_id")
        constraints = (models.UniqueConstraint(fields=("inbox_id", "at"), name="%(class)s_once"),)

    def __str__(self) -> str:
        return f"report {self.inbox_id}"


class Acknowledgement(SystemReport):
    """The system has put a list in force."""

    digest = models.CharField(max_length=64)


class Heartbeat(SystemReport):
    """The system is alive, and this is the digest or the number of what it holds."""

    holding_digest = models.CharField(max_length=64, blank=True)
    holding_count = models.IntegerField(null=True)


class SystemHolding(SystemReport):
    """One part of all that a system says it holds."""

    report = models.CharField(max_length=64)
    part = models.IntegerField()
    parts = models.IntegerField()
    count = models.IntegerField()
    """Entries in this part."""
    entries = models.BinaryField()
    """Sixteen bytes an entry, keyed for this system; emptied once a later report is complete."""


class InboxMark(models.Model):
    """One row: how far the gate's inbox has been collected."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    inbox_id = models.BigIntegerField()
    at = models.CharField(max_length=40)
    """As the gate wrote it. Where the entry of that number has another instant, the store is a new one."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="inbox_has_one_mark"),)

    def __str__(self) -> str:
        return f"inbox collected to {self.inbox_id}"
