"""Sets an answer that the gate gave beside what the ledger says held then, and says whether the two agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amends.ledger.answer_store import GivenAnswer
from amends.ledger.hold_history import HoldHistory
from amends.ledger.models import GateState, JournalEntry, KnownIdentifier

_EVERY_ACTION: Final = ("", "*")
"""What a hold bars that names no action."""
_FROM_THE_HOLDS: Final = ("held", "not_held", "identifier_unknown")
"""Reasons that say what the gate saw of the holds; every other one is a hold out of caution."""


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    """One answer, and the ledger's side of it."""

    given: GivenAnswer
    held_in_its_generation: tuple[str, ...]
    """Holds that barred the action in the generation that the gate had seen."""
    held_at_its_time: tuple[str, ...]
    """Holds that barred it by the time that their events carry: a change may carry an earlier time than the instant at
    which the gate could see it."""
    agreement: str
    """``agrees``, ``disagrees``, ``cautious`` (a hold that no hold on the person called for), or ``cannot be told``
    (the hold stood, and may not have been found yet by the identifier that was asked about)."""
    explanation: str


@dataclass(frozen=True, slots=True)
class WouldBe:
    """What would have been answered about one action to whoever asked at an instant."""

    action: str
    answer: str
    reason: str
    holds: tuple[str, ...]
    explanation: str


def explained(given: GivenAnswer, past: Sequence[HoldHistory]) -> ExplainedAnswer:
    """Return the answer with what the ledger says of the same moment."""
    barring = [history for history in past if _bars(history, given.action) and _found_by(history, given)]
    in_generation = tuple(h.reference for h in barring if h.stood_in(given.generation))
    at_time = tuple(h.reference for h in barring if h.stood_at(given.at))
    agreement, explanation = _compared(given, barring, in_generation, at_time)
    return ExplainedAnswer(given, in_generation, at_time, agreement, explanation)


def _bars(history: HoldHistory, action: str) -> bool:
    return history.barred_action == action or history.barred_action in _EVERY_ACTION


def _found_by(history: HoldHistory, given: GivenAnswer) -> bool:
    return not given.fingerprint or history.now(given.fingerprint) in history.fingerprints


def _compared(
    given: GivenAnswer,
    barring: Sequence[HoldHistory],
    in_generation: tuple[str, ...],
    at_time: tuple[str, ...],
) -> tuple[str, str]:
    if given.answer == "hold":
        return _of_a_hold(given, in_generation)
    if in_generation:
        if _not_yet_linked(given, barring, in_generation):
            return (
                "cannot be told",
                "the hold stood, and may not have been found by this identifier yet: the row was linked to the "
                "registry later",
            )
        return "disagrees", f"the gate said clear while {', '.join(in_generation)} barred the action"
    if at_time:
        return (
            "agrees",
            f"{', '.join(at_time)} carries an earlier time, and was committed after generation {given.generation}, "
            "which was all that the gate could see",
        )
    return "agrees", "no hold barred the action then"


def _of_a_hold(given: GivenAnswer, in_generation: tuple[str, ...]) -> tuple[str, str]:
    if in_generation:
        named = given.hold_reference in in_generation or not given.hold_reference
        return (
            ("agrees", f"{', '.join(in_generation)} barred the action")
            if named
            else (
                "disagrees",
                f"the gate named {given.hold_reference}, and the ledger knows {', '.join(in_generation)}",
            )
        )
    if given.reason == "held":
        return "disagrees", "the gate said held, and the ledger knows no hold that stood then"
    if given.reason in _FROM_THE_HOLDS:
        return "agrees", "the gate did not know the identifier, and what nobody knows is held"
    return "cautious", f"no hold called for it: the gate could not vouch for a clear ({given.reason})"


def _not_yet_linked(
    given: GivenAnswer, barring: Sequence[HoldHistory], in_generation: tuple[str, ...]
) -> bool:
    standing = [history for history in barring if history.reference in in_generation]
    return all(
        history.first_fingerprint != history.now(given.fingerprint)
        and history.linked_at is not None
        and given.at < history.linked_at
        for history in standing
    )


def would_be(past: Sequence[HoldHistory], fingerprints: frozenset[str], *, at: datetime) -> Iterator[WouldBe]:
    """Yield for each barred action what a question at ``at`` would have been answered, out of the ledger alone.

    A gate that could not reach or believe the ledger would have said hold all the same. Which identifiers the registry
    knew is known as of today only.
    """
    actions = sorted({history.barred_action for history in past}) or ["any"]
    for action in actions:
        standing = tuple(h.reference for h in past if h.barred_action == action and h.stood_at(at))
        if standing:
            yield WouldBe(action, "hold", "held", standing, f"{', '.join(standing)} stood then")
        elif _allows_unknown(at) or KnownIdentifier.objects.filter(fingerprint__in=fingerprints).exists():
            yield WouldBe(action, "clear", "not_held", (), "no hold stood then, and the identifier is known")
        else:
            yield WouldBe(
                action,
                "hold",
                "identifier_unknown",
                (),
                "no hold stood then, and no registry knows the identifier",
            )


def _allows_unknown(at: datetime) -> bool:
    """Return whether identifiers that nobody knows were answered with clear at an instant, as the journal has it."""
    settings = JournalEntry.objects.filter(verb="set_unknown_answer").order_by("sequence")
    before = settings.filter(at__lte=at).last()
    if before is not None:
        return not before.detail["unknown_is_hold"]
    first = settings.first()
    if first is not None:
        return not first.detail["before"]
    return not GateState.objects.get(pk=1).unknown_is_hold
