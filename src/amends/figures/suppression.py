"""Small-cell suppression for what is published: nobody can be worked out, not even by subtraction.

Primary suppression hides every count from 1 to 4; complementary suppression then hides further cells,
the smallest first, until no hidden one can be computed from what is shown (Hundepool et al., *Statistical
Disclosure Control*, 2012, section 4). "Computed" means from one sum or from several together, and with the
knowledge that a hidden cell is never zero. Zero and totals of five and more stay where they can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from amends.figures.definitions import Reconciliation

SMALLEST_SHOWN: Final = 5


def suppress(values: Mapping[str, int], reconciliations: Sequence[Reconciliation]) -> dict[str, int | None]:
    """Return the values, which reconcile, with ``None`` where a cell is withheld."""
    hidden = {name for name, value in values.items() if 0 < value < SMALLEST_SHOWN}
    while True:
        further = _complements(values, reconciliations, hidden)
        if not further:
            return {name: None if name in hidden else value for name, value in values.items()}
        hidden |= further


def computable(
    values: Mapping[str, int], reconciliations: Sequence[Reconciliation], hidden: set[str]
) -> set[str]:
    """Return the hidden cells that the shown ones and the sums give away."""
    found: set[str] = set()
    for coefficients, right in _solved(values, reconciliations, hidden):
        # One cell alone is known; several that add up to their number are all 1, for none is zero.
        all_ones = min(coefficients.values()) > 0 and sum(coefficients.values()) == right
        if len(coefficients) == 1 or all_ones:
            found |= coefficients.keys()
    return found


def _complements(
    values: Mapping[str, int], reconciliations: Sequence[Reconciliation], hidden: set[str]
) -> set[str]:
    exposed = [item for item in reconciliations if len(_cells(item) & hidden) == 1]
    further = {cell for item in exposed if (cell := _smallest_shown([item], values, hidden))}
    if further:
        return further
    for name in sorted(computable(values, reconciliations, hidden)):
        near = [item for item in reconciliations if name in _cells(item)]
        cell = _smallest_shown(near, values, hidden) or _smallest_shown(reconciliations, values, hidden)
        return {cell} if cell else set()
    return set()


def _cells(item: Reconciliation) -> set[str]:
    return {item.total, *item.parts}


def _smallest_shown(
    items: Sequence[Reconciliation], values: Mapping[str, int], hidden: set[str]
) -> str | None:
    """Choose the smallest cell of the sums that is not hidden yet; a part before a total, and never a zero."""
    for names in ({part for item in items for part in item.parts}, {item.total for item in items}):
        candidates = [name for name in names if name not in hidden and values[name] > 0]
        if candidates:
            return min(candidates, key=lambda name: (values[name], name))
    return None


_Equation = tuple[dict[str, Fraction], Fraction]


def _solved(
    values: Mapping[str, int], reconciliations: Sequence[Reconciliation], hidden: set[str]
) -> Iterator[_Equation]:
    """Yield the sums as equations over the hidden cells: as they stand, and solved as far as they go."""
    equations = [equation for item in reconciliations if (equation := _equation(item, values, hidden))[0]]
    yield from equations
    solved: list[tuple[str, _Equation]] = []
    for equation in equations:
        left = equation
        for name, row in solved:
            left = _without(name, left, row)
        if left[0]:
            pivot = min(left[0])
            left = _scaled(left, 1 / left[0][pivot])
            solved = [(name, _without(pivot, row, left)) for name, row in solved] + [(pivot, left)]
    yield from (row for _, row in solved)


def _equation(item: Reconciliation, values: Mapping[str, int], hidden: set[str]) -> _Equation:
    """Return "hidden parts minus hidden total equal what is shown"."""
    coefficients: dict[str, Fraction] = {}
    right = Fraction(0)
    for name, sign in ((item.total, -1), *((part, 1) for part in item.parts)):
        if name in hidden:
            coefficients[name] = coefficients.get(name, Fraction(0)) + sign
        else:
            right -= sign * values[name]
    return {name: value for name, value in coefficients.items() if value}, right


def _without(name: str, equation: _Equation, row: _Equation) -> _Equation:
    """Return the equation less so much of ``row`` that ``name`` no longer stands in it."""
    factor = equation[0].get(name, Fraction(0))
    names = equation[0].keys() | row[0].keys()
    left = {n: equation[0].get(n, Fraction(0)) - factor * row[0].get(n, Fraction(0)) for n in names}
    return {n: value for n, value in left.items() if value}, equation[1] - factor * row[1]


def _scaled(equation: _Equation, factor: Fraction) -> _Equation:
    return {name: value * factor for name, value in equation[0].items()}, equation[1] * factor
