"""Take remedies one step on: the only way in which a state changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.db.models import Exists, OuterRef

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open, locked_open
from amends.casework.review_steps import check_bare_step, record_bare_step
from amends.casework.silence import check_attempted, check_recheck_day, record_silence
from amends.ledger.bulk import in_chunks, insert_rows
from amends.ledger.hold_terms import TOLD, refresh_for_persons
from amends.ledger.models import Delivery, Incident, Remedy
from amends.remedy.due_by_events import set_due_by_events
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.statemachine import Transition
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError, UsageError

_FATE_OF_STEP = {
    "prepare": Delivery.Fate.PRODUCED,
    "dispatch": Delivery.Fate.DISPATCHED,
    "send": Delivery.Fate.DISPATCHED,
    "prove_delivery": Delivery.Fate.DELIVERED,
    "record_refusal": Delivery.Fate.REFUSED,
    "record_return": Delivery.Fate.RETURNED,
}
_OWN_VERB = {
    "extend": "`amends holds extend`",
    "lift": "`amends holds lift` with a list, and `amends holds approve` by somebody else",
    "place_again": "`amends holds place-again`",
}
"""Step of a hold → what takes it."""
_WRITTEN_KINDS = (Remedy.Kind.NOTICE, Remedy.Kind.CLAWBACK)
"""Remedies that are a letter; of each the hash of what was written is kept."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is recorded of one letter when it is prepared."""

    content_sha256: str
    language: str
    method: str
    """``hand`` or ``post``."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown for a step: the transition says which of these it requires."""

    content: Mapping[int, Letterhead] = field(default_factory=dict)
    """Remedy's key → the letter that was produced."""
    proof: str = ""
    """Reference of the proof; never personal data."""
    second_actor: str = ""
    public_acknowledgement: str = ""
    """Where the leak was acknowledged in public."""
    recheck_on: date | None = None
    """When somebody looks again at one who has fallen silent."""


@dataclass(frozen=True, slots=True)
class AdvancedRemedies:
    """How many took the step."""

    step: str
    advanced: int


def advance_remedy(
    *, incident: Incident, remedies: Sequence[int], step: str, act: Act, shown: Shown | None = None
) -> AdvancedRemedies:
    """Take the listed remedies (keys; of one kind) by one step, all or none.

    Raises `RefusalError` ``transition-not-allowed`` where one of them is in a state without this step,
    ``evidence-missing`` where the step requires something that is not shown, and ``hold-has-own-verbs`` for holds,
    which no single person lifts; `UsageError` ``remedies-unknown`` for keys that are not this incident's.
    """
    check_may(act, "advance_remedy")
    check_open(incident)
    shown = shown or Shown()
    check_length(shown.proof, Delivery, "proof", where="--proof")
    with journalled("advance_remedy", act) as change:
        incident = locked_open(incident)
        found = _locked(incident, remedies)
        steps = _checked_steps(found, remedies, step, act, shown)
        for source, transition in steps.items():
            for keys in in_chunks([remedy.pk for remedy in found if remedy.state == source]):
                Remedy.objects.filter(pk__in=keys).update(state=transition.target)
        _record_deliveries(found, step, act, shown)
        if step == "prove_delivery":
            # Clocks that run for the person start on proof of delivery (R34).
            set_due_by_events(incident, playbook_on_record(incident), ("notice_delivered",))
            _move_earliest_ends(found)
        _record_cases(found, step, steps, act, shown)
        if found:
            change.incident = incident.reference
            change.detail = {
                "kind": found[0].kind,
                "step": step,
                "from": sorted(steps),
                "to": sorted({transition.target for transition in steps.values()}),
                "count": len(found),
                "remedies": as_ranges([remedy.pk for remedy in found]),
                "second_actor": shown.second_actor,
                "proof": shown.proof or shown.public_acknowledgement,
            }
    return AdvancedRemedies(step, len(found))


def _locked(incident: Incident, remedies: Sequence[int]) -> list[Remedy]:
    chosen = Remedy.objects.select_for_update().filter(incident=incident).order_by("pk")
    return [remedy for keys in in_chunks(sorted(set(remedies))) for remedy in chosen.filter(pk__in=keys)]


def _checked_steps(
    found: list[Remedy], remedies: Sequence[int], step: str, act: Act, shown: Shown
) -> dict[str, Transition]:
    kinds = {remedy.kind for remedy in found}
    if len(found) != len(set(remedies)) or len(kinds) > 1:
        raise UsageError(
            "remedies-unknown",
            "the list names remedies of another incident, of several kinds, or none that exist",
            hint="list the remedies of one incident and one kind",
        )
    if Remedy.Kind.HOLD in kinds:
        raise _hold_has_own_verbs(step)
    steps = {
        state: workflow_of(next(iter(kinds))).step(step, source=state)
        for state in {remedy.state for remedy in found}
    }
    required = {name for transition in steps.values() for name in transition.requires}
    _check_shown(required, found, act, shown)
    if "attempt" in required:
        check_attempted(found, step)
    if kinds == {Remedy.Kind.REVIEW}:
        check_bare_step(found, step)
    return steps


def _hold_has_own_verbs(step: str) -> RefusalError:
    return RefusalError(
        "hold-has-own-verbs",
        f"a hold does not {step!r} in this way: the name of a second person proves nothing",
        hint=f"use {_OWN_VERB.get(step, '`amends holds`')}",
    )


def _another(second_actor: str, act: Act) -> str:
    """Return the second actor where that is another person, and the empty string otherwise."""
    return "" if _folded(second_actor) in ("", _folded(act.actor)) else second_actor


def _check_shown(required: set[str], found: list[Remedy], act: Act, shown: Shown) -> None:
    check_recheck_day(shown.recheck_on, act)
    missing = {
        "content": any(remedy.pk not in shown.content for remedy in found),
        "proof": not shown.proof,
        "second_actor": not _another(shown.second_actor, act),
        "recheck": shown.recheck_on is None,
        "public_acknowledgement": not shown.public_acknowledgement,
        # What is owed is withdrawn, and called for again, by planning alone.
        "plan": True,
    }
    lacking = sorted(name for name in required if missing.get(name, False))
    if lacking:
        raise RefusalError(
            "evidence-missing",
            f"this step is not taken without: {', '.join(lacking).replace('_', ' ')}",
            hint="show it, or leave the remedy where it is",
        )


def _folded(name: str) -> str:
    """Return a name as people compare it: "Tester " is no second person beside "tester"."""
    return " ".join(name.split()).casefold()


def _record_deliveries(found: list[Remedy], step: str, act: Act, shown: Shown) -> None:
    notices = [remedy for remedy in found if remedy.kind in _WRITTEN_KINDS]
    if step not in _FATE_OF_STEP or not notices:
        return
    fate = _FATE_OF_STEP[step]
    if step != "prepare":
        # Only the attempt that is under way: what became of earlier ones stays on record (R34).
        later = Delivery.objects.filter(notice=OuterRef("notice"), attempt__gt=OuterRef("attempt"))
        under_way = Delivery.objects.filter(~Exists(later))
        for keys in in_chunks([notice.pk for notice in notices]):
            under_way.filter(notice__in=keys).update(fate=fate, at=act.now, proof=shown.proof)
        return
    attempts = _attempts(notices)
    insert_rows(
        Delivery,
        ("notice", "attempt", "method", "fate", "language", "at", "content_sha256", "proof"),
        [
            (
                notice.pk,
                attempts.get(notice.pk, 0) + 1,
                shown.content[notice.pk].method,
                fate.value,
                shown.content[notice.pk].language,
                act.now,
                shown.content[notice.pk].content_sha256,
                "",
            )
            for notice in notices
        ],
    )


def _move_earliest_ends(found: list[Remedy]) -> None:
    """Let the holds of those concerned learn what became of a notice that they wait for."""
    told = {
        remedy.person_id
        for remedy in found
        if remedy.kind == Remedy.Kind.NOTICE and remedy.addressee in TOLD and remedy.person_id
    }
    if told:
        refresh_for_persons(sorted(told))


def _record_cases(
    found: list[Remedy], step: str, steps: Mapping[str, Transition], act: Act, shown: Shown
) -> None:
    """Write what a step means beside the state: the outcome of a review, the day of the next look at a silence."""
    if found and found[0].kind == Remedy.Kind.REVIEW:
        record_bare_step(found, step, act)
    for target in {transition.target for transition in steps.values()}:
        record_silence([r for r in found if steps[r.state].target == target], target, shown.recheck_on, act)


def _attempts(notices: list[Remedy]) -> dict[int, int]:
    made: dict[int, int] = {}
    for keys in in_chunks([notice.pk for notice in notices]):
        attempts = Delivery.objects.filter(notice__in=keys).order_by("attempt")
        made.update(attempts.values_list("notice_id", "attempt"))
    return made


def as_ranges(keys: Sequence[int]) -> str:
    """Return a list of keys in short form: ``3-7, 9``."""
    ordered = sorted(keys)
    if not ordered:
        return ""
    starts = [ordered[0], *(b for a, b in pairwise(ordered) if b != a + 1)]
    ends = [*(a for a, b in pairwise(ordered) if b != a + 1), ordered[-1]]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
