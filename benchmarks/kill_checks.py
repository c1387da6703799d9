"""Does every change have its journal entry, and every entry its change? Asked in plain SQL, past every verb."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from amends.ledger.chain import Entry, Head, verify

Ask = Callable[[str], list[tuple[Any, ...]]]


def compared(ask: Ask) -> dict[str, int]:
    """Return what the ledger holds, and under ``faults`` how many pairs of change and entry do not fit."""
    rows = ask(
        "SELECT sequence, at, incident, verb, actor, reason, detail, previous, digest"
        " FROM ledger_journalentry ORDER BY sequence"
    )
    details: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        detail = row[6] if isinstance(row[6], dict) else json.loads(row[6])
        details.setdefault(row[3], []).append(detail)
    events: dict[str, int] = dict(ask("SELECT event, count(*) FROM ledger_holdevent GROUP BY event"))
    states: dict[str, int] = dict(
        ask("SELECT state, count(*) FROM ledger_remedy WHERE kind = 'hold' GROUP BY state")
    )
    releases: dict[str, int] = dict(ask("SELECT state, count(*) FROM ledger_holdrelease GROUP BY state"))
    ((leaked, held, terms, others),) = ask(
        "SELECT (SELECT count(*) FROM ledger_leakedrow),"
        " (SELECT count(*) FROM ledger_remedy WHERE kind = 'hold' AND row_id IS NOT NULL),"
        " (SELECT count(*) FROM ledger_holdterm),"
        " (SELECT count(*) FROM ledger_remedy WHERE row_id IS NULL)"
    )
    ((identifiers,),) = ask("SELECT count(*) FROM ledger_heldidentifier WHERE hold_id <> 0")
    ((counted,),) = ask("SELECT held_identifiers FROM ledger_gatestate")
    holds = sum(states.values())

    def said(verb: str, name: str) -> int:
        return sum(int(detail[name]) for detail in details.get(verb, ()))

    planned = sum(sum(detail["planned"].values()) for detail in details.get("plan_remedies", ()))
    pairs = {
        "rows": (leaked, said("protect_population", "rows")),
        "holds on rows": (held, said("protect_population", "held")),
        "placed": (events.get("placed", 0), holds),
        "terms": (terms, holds),
        "measures": (others, planned),
        "lifted": (events.get("lifted", 0), said("approve_release", "lifted")),
        "lifted now": (states.get("lifted", 0), events.get("lifted", 0) - events.get("placed_again", 0)),
        "placed again": (events.get("placed_again", 0), said("place_again", "placed_again")),
        "requests": (sum(releases.values()), len(details.get("request_release", ()))),
        "carried out": (releases.get("carried_out", 0), len(details.get("approve_release", ()))),
        "identifiers": (identifiers, counted),
    }
    faults = sum(change != entry for change, entry in pairs.values()) + _breaks(ask, rows)
    numbers = {name: int(change) for name, (change, _) in pairs.items()}
    return {**numbers, "entries": len(rows), "faults": faults}


def _breaks(ask: Ask, rows: list[tuple[Any, ...]]) -> int:
    """Return how often the chain of entries is broken, its end included."""
    ((sequence, digest),) = ask("SELECT sequence, digest FROM ledger_journalhead")
    entries = [_entry(row) for row in rows]
    return len(verify(entries, expected_head=Head(sequence, digest), head_is_end=True))


def _entry(row: tuple[Any, ...]) -> Entry:
    sequence, at, incident, verb, actor, reason, detail, previous, digest = row
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    read = detail if isinstance(detail, dict) else json.loads(detail)
    text = moment.isoformat(timespec="microseconds")
    return Entry(sequence, text, incident, verb, actor, reason, read, previous, digest)
