"""What the hold gate looks up: fingerprints of held and of known identifiers, and the state of both tables."""

from __future__ import annotations

from typing import Final

from django.db import models

CANARY_FINGERPRINT: Final = "0" * 32
"""Fingerprint of the row that every look-up must see; no HMAC of an identifier is all zeros but by a miracle."""
CANARY_HOLD: Final = 0


class HeldIdentifier(models.Model):
    """One identifier under one hold (R24). Whether the hold is in force stands in its remedy and nowhere else.

    A canary row (`CANARY_FINGERPRINT`, hold 0, which no remedy has) stands here from the start and is part of
    every look-up: where it is not seen, the table is empty, hidden by row-level security or another one,
    and nobody is clear. SQLite keeps the table WITHOUT ROWID, so that a look-up is one descent.
    """

    pk = models.CompositePrimaryKey("fingerprint", "hold_id")
    fingerprint = models.CharField(max_length=32)
    """Keyed fingerprint (HMAC-SHA-256, 128 bits, hexadecimal) of the normalised identifier."""
    key_id = models.CharField(max_length=8)
    """Key under which the fingerprint was made; the key itself lies outside the database."""
    hold = models.ForeignKey(
        "ledger.Remedy", on_delete=models.PROTECT, db_constraint=False, related_name="identifiers"
    )

    def __str__(self) -> str:
        return f"identifier of hold {self.hold_id}"


class KnownIdentifier(models.Model):
    """One identifier that the registry knows. What is neither held nor known is a typing error, and is held."""

    fingerprint = models.CharField(max_length=32, primary_key=True)
    key_id = models.CharField(max_length=8)

    def __str__(self) -> str:
        return "known identifier"


class GateState(models.Model):
    """One row: how many identifiers the gate must be able to see, and a number that grows with every change."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    generation = models.BigIntegerField(default=0)
    """Grows with every change of holds, keys, acting systems or settings; a gate that sees it fall has been given
    an old database."""
    held_identifiers = models.BigIntegerField(default=0)
    """Rows of `HeldIdentifier` without the canary."""
    known_identifiers = models.BigIntegerField(default=0)
    fingerprint_key_id = models.CharField(max_length=8, blank=True)
    registry_sha256 = models.CharField(max_length=64, blank=True)
    """Of the registry whose identifiers are known; empty while none has been learned."""
    unknown_is_hold = models.BooleanField(default=True)
    """Whether an identifier that no registry knows is answered with hold."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="gate_has_one_state"),)

    def __str__(self) -> str:
        return f"generation {self.generation}"


class HoldEvent(models.Model):
    """One thing that happened to one hold: what lists and answers of the past are reconstructed from."""

    class Event(models.TextChoices):
        PLACED = "placed"
        EXTENDED = "extended"
        LIFTED = "lifted"
        PLACED_AGAIN = "placed_again"

    hold = models.ForeignKey("ledger.Remedy", on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=12, choices=Event.choices)
    generation = models.BigIntegerField()
    """Of the gate, after the change."""
    at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("generation",), name="hold_event_generation"),)

    def __str__(self) -> str:
        return f"{self.event} {self.hold_id}"
