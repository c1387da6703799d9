"""How far dates, identifiers, nationality and facility agree, in bits and levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.link.dates import MISSING as NO_DAY
from amends.link.dates import DateColumn
from amends.link.identifiers import MISSING as NO_CORE
from amends.link.identifiers import IdentifierColumn, one_slip_apart
from amends.link.keys import Pairs
from amends.link.model import Model
from amends.link.people import Sides

DATE_ABSENT, DATE_EQUAL, DATE_SWAPPED, DATE_ONE_PART, DATE_YEAR, DATE_ONLY_YEAR, DATE_DIFFERS = range(7)
ID_ABSENT, ID_EQUAL, ID_ZEROS_LOST, ID_SLIP, ID_DIFFERS = range(5)
WORD_ABSENT, WORD_EQUAL, WORD_DIFFERS = range(3)

_TWO_PARTS: Final = 2
_DAYS_OF_BIRTH: Final = 15_000
"""Days on which living adults were born, for the most part: some forty years."""
_LEAST_OVERLAP: Final = 0.5


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """Per pair: bits and level of one comparison."""

    bits: NDArray[np.float64]
    levels: NDArray[np.int8]


def compare_dates(pairs: Pairs, sides: Sides, model: Model) -> FieldAgreement:
    """Compare dates of birth; an equal day weighs by how many persons share it (1 January is no
    evidence)."""
    own, their = sides.rows.dates, sides.persons.dates
    row, person = pairs.rows, pairs.persons
    levels = np.full(len(row), DATE_DIFFERS, dtype=np.int8)
    same = [
        (left[row] == right[person]) & (left[row] > 0)
        for left, right in (
            (own.years, their.years),
            (own.months, their.months),
            (own.month_days, their.month_days),
        )
    ]
    full = (own.days[row] != NO_DAY) & (their.days[person] != NO_DAY)
    years_known = (own.years[row] > 0) & (their.years[person] > 0)
    levels[years_known & same[0]] = DATE_YEAR
    bare_year = _bare_year(own)[row] | _bare_year(their)[person]
    levels[years_known & bare_year & same[0]] = DATE_ONLY_YEAR
    levels[years_known & (sum(part.astype(np.int8) for part in same) >= _TWO_PARTS)] = DATE_ONE_PART
    levels[full & (own.swapped()[row] == their.days[person])] = DATE_SWAPPED
    levels[full & (own.days[row] == their.days[person])] = DATE_EQUAL
    levels[~years_known] = DATE_ABSENT
    chance = _chance_of_day(their)[person]
    equal, swapped, one_part, year, only_year, different = model.date.m
    bits = np.zeros(len(row))
    choices = (
        (DATE_EQUAL, equal / chance),
        (DATE_SWAPPED, swapped / chance),
        (DATE_ONE_PART, one_part / model.date_one_part_u),
        (DATE_YEAR, year / model.date_year_u),
        (DATE_ONLY_YEAR, (equal + only_year) / model.date_year_u),
        (DATE_DIFFERS, different),
    )
    for level, ratio in choices:
        bits = np.where(levels == level, np.log2(ratio), bits)
    return FieldAgreement(bits, levels)


def _bare_year(dates: DateColumn) -> NDArray[np.bool_]:
    bare: NDArray[np.bool_] = (dates.months == 0) & (dates.month_days == 0)
    return bare


def _chance_of_day(dates: DateColumn) -> NDArray[np.float64]:
    """Return for every person the share of the registry that was born on that day, smoothed."""
    dated = dates.days[dates.days != NO_DAY]
    if not len(dated):
        return np.full(len(dates.days), 1.0 / _DAYS_OF_BIRTH)
    first = int(dated.min())
    counts = np.bincount(dated - first)
    # The person compared is counted too: the others on that day are the strangers. A tenth of a person per day
    # is added, so that a small registry does not make every birthday look common.
    smoothed = (counts - 0.9) / (len(dated) + 0.1 * _DAYS_OF_BIRTH)
    chance = np.maximum(smoothed, 1 / (2 * _DAYS_OF_BIRTH))
    own: NDArray[np.float64] = chance[np.where(dates.days == NO_DAY, first, dates.days) - first]
    return own


def compare_identifiers(pairs: Pairs, sides: Sides, model: Model) -> FieldAgreement:
    """Compare every identifier of the row with every identifier of the person; the best agreement
    counts."""
    best = np.zeros(len(pairs.rows), dtype=np.int8)
    rank = np.array([0, 4, 3, 2, 1], dtype=np.int8)
    for own in sides.rows.identifiers:
        for their in sides.persons.identifiers:
            levels = _identifier_levels(pairs, own, their)
            best = np.where(rank[levels] > rank[best], levels, best).astype(np.int8)
    space = _identifier_space(sides.persons.identifiers, len(sides.persons))
    equal, slip, different = model.identifier.m
    strong = min(np.log2(equal * space), model.identifier_ceiling)
    weights = np.zeros(5)
    weights[ID_EQUAL] = strong
    weights[ID_ZEROS_LOST] = strong
    weights[ID_SLIP] = max(min(np.log2(slip * space / model.identifier_slips), strong), 0.0)
    weights[ID_DIFFERS] = np.log2(different)
    return FieldAgreement(weights[best], best)


def _identifier_levels(pairs: Pairs, own: IdentifierColumn, their: IdentifierColumn) -> NDArray[np.int8]:
    row, person = pairs.rows, pairs.persons
    left, right = own.cores[row], their.cores[person]
    levels = np.full(len(row), ID_DIFFERS, dtype=np.int8)
    letters = own.letters[row], their.letters[person]
    contradict = (letters[0] != letters[1]) & (letters[0] != 0) & (letters[1] != 0)
    levels[_one_slip(left, right)] = ID_SLIP
    equal = left == right
    fewer = own.digits[row] != their.digits[person]
    levels[equal] = np.where(fewer, ID_ZEROS_LOST, ID_EQUAL)[equal]
    levels[equal & contradict] = ID_SLIP
    levels[(left == NO_CORE) | (right == NO_CORE)] = ID_ABSENT
    return levels


def _one_slip(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    result = np.zeros(len(left), dtype=np.bool_)
    maybe = np.flatnonzero((left > 0) & (right > 0) & (left != right))
    if len(maybe):
        result[maybe] = one_slip_apart(left[maybe], right[maybe])
    return result


def _identifier_space(columns: tuple[IdentifierColumn, ...], size: int) -> float:
    """Return how many identifiers could have been given out: the spread of those that were, at least their
    number."""
    space = float(max(size, 2))
    for column in columns:
        given = column.cores[column.cores > 0]
        if len(given):
            low, high = np.quantile(given, (0.05, 0.95))
            space = max(space, float(high - low))
    return space


def compare_words(
    own: NDArray[np.int32], their: NDArray[np.int32], pairs: Pairs, agreement: float
) -> FieldAgreement:
    """Compare nationality or facility; a frequent word weighs less.

    Where fewer than half of the sheet's words occur in the registry at all (codes on one side, names on the
    other), the two columns cannot be compared, and the field says nothing.
    """
    left, right = own[pairs.rows], their[pairs.persons]
    levels = np.where(left == right, WORD_EQUAL, WORD_DIFFERS).astype(np.int8)
    levels[(left < 0) | (right < 0)] = WORD_ABSENT
    if not comparable(own, their):
        levels[:] = WORD_ABSENT
    counts = np.bincount(their[their >= 0], minlength=int(max(own.max(initial=0), their.max(initial=0))) + 1)
    shares = np.maximum(counts / max(counts.sum(), 1), 1e-4)
    share = shares[np.maximum(right, 0)]
    bits = np.where(levels == WORD_EQUAL, np.maximum(np.log2(agreement / share), 0.0), 0.0)
    against = np.log2((1 - agreement) / np.maximum(1 - shares[np.maximum(left, 0)], 0.05))
    return FieldAgreement(np.where(levels == WORD_DIFFERS, np.minimum(against, 0.0), bits), levels)


def comparable(own: NDArray[np.int32], their: NDArray[np.int32]) -> bool:
    """Whether at least half of the distinct words of the sheet occur in the registry."""
    words = np.unique(own[own >= 0])
    occurs = np.zeros(int(max(own.max(initial=0), their.max(initial=0))) + 1, dtype=np.bool_)
    occurs[their[their >= 0]] = True
    return bool(len(words)) and float(occurs[words].mean()) >= _LEAST_OVERLAP
