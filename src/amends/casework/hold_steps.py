"""The step of a hold: state, term, event and the gate's generation move together or not at all.

Used by the verbs that place again, extend and lift. The caller holds the transaction and has locked the incident.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from amends.ledger.bulk import in_chunks
from amends.ledger.gate_index import record_event
from amends.ledger.hold_terms import refresh_earliest_ends
from amends.ledger.models import HoldEvent, HoldTerm, Incident, Remedy
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import UsageError

_EVENT_OF_STEP = {
    "extend": HoldEvent.Event.EXTENDED,
    "lift": HoldEvent.Event.LIFTED,
    "place_again": HoldEvent.Event.PLACED_AGAIN,
}


def locked_holds(incident: Incident, holds: Sequence[int]) -> list[Remedy]:
    """Return the listed holds (keys), locked in the order of their keys.

    Raises `UsageError` ``holds-unknown`` for a key that is no hold of this incident, ``holds-missing`` for none.
    """
    if not holds:
        raise UsageError(
            "holds-missing", "no hold is listed", hint="name each one; `amends holds show` lists them"
        )
    wanted = sorted(set(holds))
    chosen = (
        Remedy.objects.select_for_update().filter(incident=incident, kind=Remedy.Kind.HOLD).order_by("pk")
    )
    found = [hold for keys in in_chunks(wanted) for hold in chosen.filter(pk__in=keys)]
    if len(found) != len(wanted):
        raise UsageError(
            "holds-unknown",
            "the list names holds of another incident, or none that exist",
            hint="list the holds of one incident; `amends holds show` names them",
        )
    return found


def take_step(holds: Sequence[Remedy], step: str, *, now: datetime, **term: Any) -> int:
    """Take locked holds one step on, and set fields of their terms; return the gate's new generation.

    Raises `RefusalError` ``transition-not-allowed`` where one of them is in a state without this step.
    """
    table = workflow_of(Remedy.Kind.HOLD)
    (target,) = {table.step(step, source=state).target for state in {hold.state for hold in holds}}
    keys = [hold.pk for hold in holds]
    for piece in in_chunks(keys):
        Remedy.objects.filter(pk__in=piece).update(state=target)
        HoldTerm.objects.filter(hold__in=piece).update(version=F("version") + 1, **term)
    generation = record_event(keys, _EVENT_OF_STEP[step], now=now)
    if step != "lift":
        for piece in in_chunks(keys):
            refresh_earliest_ends(Remedy.objects.filter(pk__in=piece))
    return generation


def list_digest(holds: Sequence[int]) -> str:
    """Return the SHA-256 of a list of holds, sorted, one reference a line: what journal entries tie to."""
    text = "".join(f"H-{key:06d}\n" for key in sorted(set(holds)))
    return hashlib.sha256(text.encode()).hexdigest()
