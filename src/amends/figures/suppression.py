"""Small-cell suppression for what is published: nobody can be worked out, not even by subtraction.

Primary suppression hides every count from 1 to 4; complementary suppression then hides, in each sum
that still gives one hidden cell away, the smallest other cell (Hundepool et al., *Statistical
Disclosure Control*, 2012, section 4). Zero and totals of five and more stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from amends.figures.definitions import Reconciliation

SMALLEST_SHOWN: Final = 5


def suppress(values: Mapping[str, int], reconciliations: Sequence[Reconciliation]) -> dict[str, int | None]:
    """Return the values with ``None`` where a cell is withheld."""
    hidden = {name for name, value in values.items() if 0 < value < SMALLEST_SHOWN}
    while True:
        exposed = [item for item in reconciliations if len(_cells(item) & hidden) == 1]
        further = {_complement(item, values, hidden) for item in exposed} - {None}
        if not further:
            return {name: None if name in hidden else value for name, value in values.items()}
        hidden |= {name for name in further if name is not None}


def _cells(item: Reconciliation) -> set[str]:
    return {item.total, *item.parts}


def _complement(item: Reconciliation, values: Mapping[str, int], hidden: set[str]) -> str | None:
    """Choose the smallest cell of the sum that is not hidden yet; a part before the total, and never a zero."""
    candidates = [name for name in item.parts if name not in hidden and values[name] > 0]
    if candidates:
        return min(candidates, key=lambda name: (values[name], name))
    return item.total if item.total not in hidden else None
