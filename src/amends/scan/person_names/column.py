"""Says of a column's values whether they are names, and which: whatever the header says, or where it says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from amends.scan.person_names.telling import told

_FEWEST: Final = 5
_FULL_SHARE: Final = 0.4
_SINGLE_SHARE: Final = 0.6
_HALF: Final = 0.5
"""Weight of a value of which one word is in a list and the others in none, as the name of many a refugee."""
_DISTINCT_SHARE: Final = 0.3
_NEARLY: Final = 0.15
_NEVER: Final = 0.03
_ENOUGH_TO_CONTRADICT: Final = 20


class NamedColumn(NamedTuple):
    """A column of names."""

    kind: str
    """``full-name``, ``family-name`` or ``given-name``."""
    share: float
    """Of the different values that are names by the lists; 0 to 1."""


def names_in(values: Sequence[str]) -> NamedColumn | None:
    """Return what names the values are; None where they are none, too few, or the same few again and again.

    Four in ten are enough for full names, because rare names are in no list and two words in the right order do not
    come by chance; single words must nearly all be names, since half of all towns are called like somebody.
    """
    different = sorted({value.strip() for value in values if value.strip()})
    if len(different) < _FEWEST or len(different) < _DISTINCT_SHARE * len(values):
        return None
    all_told = [told(value) for value in different]
    full = sum(1.0 if one.full else _HALF * one.partly for one in all_told) / len(different)
    if full >= _FULL_SHARE:
        return NamedColumn("full-name", full)
    given = sum(one.given for one in all_told) / len(different)
    family = sum(one.family for one in all_told) / len(different)
    if max(given, family) < _SINGLE_SHARE:
        return None
    # Most given names are somebody's family name too, so they are given ones where nearly as many are.
    if given >= _SINGLE_SHARE and given >= family - _NEARLY:
        return NamedColumn("given-name", given)
    return NamedColumn("family-name", family)


def are_no_names(values: Sequence[str]) -> bool:
    """Say whether values in the Latin alphabet are certainly something else: hardly one word of many is a name."""
    different = {value.strip() for value in values if value.strip()}
    if len(different) < _ENOUGH_TO_CONTRADICT or not all(value.isascii() for value in different):
        return False
    return sum(told(value).strength > 0 for value in different) < _NEVER * len(different)
