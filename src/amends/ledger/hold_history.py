"""What holds stood at an instant or at a generation of the gate: told again from their events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.ledger.bulk import in_chunks
from amends.ledger.models import FormerFingerprint, HeldIdentifier, HoldEvent, Remedy

_BEGINS = ("placed", "placed_again", "extended")


@dataclass(frozen=True, slots=True)
class PastEvent:
    """One event of one hold."""

    event: str
    at: datetime
    generation: int


@dataclass(frozen=True, slots=True)
class HoldHistory:
    """One hold with everything that ever happened to it."""

    hold: int
    barred_action: str
    incident: str
    events: tuple[PastEvent, ...]
    fingerprints: frozenset[str]
    """By which the gate finds it now."""
    first_fingerprint: str
    """By which it was found from its first moment: that of its row's first identifier."""
    successors: dict[str, str]
    """Fingerprint that an identifier had under an earlier key → the one that it has now."""
    linked_at: datetime | None
    """When rows were linked to the registry: from then on it is found by the registry's identifiers too."""

    @property
    def reference(self) -> str:
        """Reference of the hold."""
        return f"H-{self.hold:06d}"

    def now(self, fingerprint: str) -> str:
        """Return what this fingerprint of an earlier key is today; any other one as it is."""
        return self.successors.get(fingerprint, fingerprint)

    def stood_at(self, instant: datetime) -> bool:
        """Whether it was in force at an instant, by the time that its events carry."""
        return _stands(event for event in self.events if event.at <= instant)

    def stood_in(self, generation: int) -> bool:
        """Whether it was in force in a generation: what a gate that had seen that generation knew."""
        return _stands(event for event in self.events if event.generation <= generation)


def _stands(events: Iterable[PastEvent]) -> bool:
    last = None
    for event in events:
        last = event
    return last is not None and last.event in _BEGINS


def histories(holds: Sequence[int]) -> list[HoldHistory]:
    """Return the histories of these holds (keys), in their order."""
    found = []
    for keys in in_chunks(sorted(set(holds))):
        events: dict[int, list[PastEvent]] = {}
        for event in HoldEvent.objects.filter(hold__in=keys).order_by("id"):
            events.setdefault(event.hold_id, []).append(PastEvent(event.event, event.at, event.generation))
        fingerprints: dict[int, set[str]] = {}
        for hold, text in HeldIdentifier.objects.filter(hold__in=keys).values_list("hold_id", "fingerprint"):
            fingerprints.setdefault(hold, set()).add(text)
        former: dict[int, dict[str, str]] = {}
        for old in FormerFingerprint.objects.filter(hold__in=keys):
            former.setdefault(old.hold_id, {})[old.fingerprint] = old.successor
        chosen = Remedy.objects.filter(pk__in=keys).select_related("row", "incident").order_by("pk")
        found += [
            HoldHistory(
                hold=remedy.pk,
                barred_action=remedy.barred_action,
                incident=remedy.incident.reference,
                events=tuple(events.get(remedy.pk, ())),
                fingerprints=frozenset(fingerprints.get(remedy.pk, ())),
                first_fingerprint=remedy.row.identifier_fingerprint if remedy.row else "",
                successors=former.get(remedy.pk, {}),
                linked_at=remedy.incident.identified_at,
            )
            for remedy in chosen
        ]
    return found
