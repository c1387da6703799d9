"""What a cohort may ask: statuses at points in time and marks that the ledger keeps; all else is a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from amends.remedy.playbook_parts import Predicate
from amends.scan.identifiers.rules import load_rules

STATUSES: Final = frozenset({"in_custody", "released", "removed", "other", "unknown"})
STATUS_COLUMNS: Final = (
    "status_as_of",
    "status_at_exposure",
    "status_at_discovery",
    "status_at_hold",
    "status_now",
)
"""Points in time at which the ledger keeps everybody's status in a column."""
POINTS_IN_TIME: Final = ("as_of", "exposure", "discovery", "hold")
"""Moments from which a status may be asked so many days later: ``status_30_days_after_discovery``."""
YES_NO: Final = frozenset({"yes", "no"})
KINDS: Final = "exposed_kinds"
"""Asks which kinds of data about the person were exposed."""
COMBINED: Final = ("all", "any", "not")
"""Keys under which conditions are combined, and which no fact can have as its name."""
_NAMED: Final = {
    **dict.fromkeys(STATUS_COLUMNS, STATUSES),
    "removal_phase": frozenset({"before_exposure", "before_discovery", "before_hold", "after_hold", "none"}),
    "represented": YES_NO,
    "deceased": YES_NO,
    "minor": YES_NO,
    "identified": YES_NO,
}
_STATUS: Final = "status_"
_DAYS_AFTER: Final = re.compile(rf"status_(\d{{1,4}})_days_after_({'|'.join(POINTS_IN_TIME)})")
_FACT: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def days_after(name: str) -> tuple[int, str] | None:
    """Return days and point in time of a condition such as ``status_30_days_after_discovery``, or None."""
    found = _DAYS_AFTER.fullmatch(name)
    return (int(found[1]), found[2]) if found else None


def check_predicate(predicate: Predicate, place: str) -> None:
    """Raise ``ValueError`` for a condition that nobody could ever meet, or that asks about nothing known."""
    for name, values in predicate.values.items():
        if not values:
            raise ValueError(f"{name!r} of {place} lists no value")
        known = possible_values(name)
        if known is None and not _FACT.fullmatch(name):
            raise ValueError(f"{place} asks about {name!r}, which is no name of a fact")
        if known is None and name.startswith(_STATUS):
            # Taken for a fact that nobody has, a misspelt point in time would fit nobody in silence.
            raise ValueError(f"{place} asks about {name!r}, which is no point in time")
        for unknown in sorted(set(values) - (known or set(values))):
            raise ValueError(f"{name!r} of {place} is never {unknown!r}")
    for inner in (*predicate.all_of, *predicate.any_of, *predicate.none_of):
        if inner.empty:
            raise ValueError(f"{place} combines a condition that asks for nothing")
        check_predicate(inner, place)


def possible_values(name: str) -> frozenset[str] | None:
    """Return the values that a condition can have; None for a fact, which can have any."""
    if days_after(name):
        return STATUSES
    return _kinds() if name == KINDS else _NAMED.get(name)


def asked(predicate: Predicate) -> Iterator[str]:
    """Yield the name of every condition in a predicate."""
    yield from predicate.values
    for inner in (*predicate.all_of, *predicate.any_of, *predicate.none_of):
        yield from asked(inner)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(rule.kind for rule in load_rules())
