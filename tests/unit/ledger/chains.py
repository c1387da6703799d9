"""Chains of journal entries, made in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from amends.ledger.chain import GENESIS, Entry, Head


def a_chain(length: int, *, reason: str = "exercise") -> list[Entry]:
    """Return a chain that holds."""
    chain: list[Entry] = []
    for number in range(1, length + 1):
        draft = Entry(
            sequence=number,
            at=f"2031-03-03T09:{number % 60:02d}:00.000000+00:00",
            incident="2031-03-03-0123456789",
            verb="advance_remedy",
            actor="operator",
            reason=reason,
            detail={"count": number, "remedies": "1-3"},
            previous=chain[-1].digest if chain else GENESIS,
            digest="",
        )
        chain.append(replace(draft, digest=draft.computed_digest()))
    return chain


def rewritten(chain: Sequence[Entry], at: int, **changes: Any) -> list[Entry]:
    """Return the chain with one entry changed and every digest from there on made to fit again."""
    new = list(chain[: at - 1])
    for entry in chain[at - 1 :]:
        values = {**asdict(entry), **(changes if entry.sequence == at else {})}
        draft = Entry(**{**values, "previous": new[-1].digest if new else GENESIS})
        new.append(replace(draft, digest=draft.computed_digest()))
    return new


def end_of(chain: Sequence[Entry]) -> Head:
    """Return the head of a chain."""
    return Head(chain[-1].sequence, chain[-1].digest) if chain else Head(0, GENESIS)
