"""From weighed pairs to one outcome per row: linked, to be judged by a human, or nobody.

Each row has one true answer: one of its candidates, or nobody in the registry. Bayes' rule over these
answers gives the probability of the best one; it is linked where that reaches the error budget *and*
nothing contradicts it. Contradictions are rules, not weights: an identifier that belongs to somebody else,
twins, a number without a name are exactly the cases in which adding up bits goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amends.link import comparing_fields as fields
from amends.link import comparing_names as names
from amends.link.model import Model
from amends.link.weighed_pairs import WeighedPairs

NOTHING, UNSURE, LINKED = range(3)

_INEXACT = names.SLIPPED | names.SOUNDED | names.LOOSE
_FULLY = names.NONE_AGREES | names.REPLACED | names.OTHER_GIVEN | names.OTHER_FAMILY


@dataclass(frozen=True, slots=True)
class Decisions:
    """One entry per row."""

    verdicts: NDArray[np.int8]
    """`NOTHING`, `UNSURE` or `LINKED`."""
    best: NDArray[np.int64]
    """Position of the best pair; -1 where there is no candidate."""
    weights: NDArray[np.float64]
    """Evidence plus prior of the best candidate in bits: log2 of its odds before rivals are considered."""
    gaps: NDArray[np.float64]
    """Bits between the best candidate and the next person; where there is no other, bits above nobody."""
    contradicted: NDArray[np.bool_]
    rivalled: NDArray[np.bool_]
    """Another person comes too near."""
    crowded: NDArray[np.bool_]


def decide(weighed: WeighedPairs, rows: int, log_prior: NDArray[np.float64], model: Model) -> Decisions:
    """Decide every row; ``rows`` is their number, ``log_prior`` log2 of each person's prior chance."""
    row_of = weighed.pairs.rows
    total = weighed.bits + log_prior[weighed.pairs.persons]
    nobody = float(np.log2(1 - model.in_registry))
    order = np.lexsort((weighed.pairs.persons, -total, row_of))
    ordered_rows = row_of[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered_rows[1:] != ordered_rows[:-1]))[: len(order)])
    with_candidate = ordered_rows[starts]
    best = np.full(rows, -1, dtype=np.int64)
    best[with_candidate] = order[starts]
    weights = np.full(rows, -np.inf)
    weights[with_candidate] = total[order[starts]]
    second = np.full(rows, -np.inf)
    several = starts[np.append(np.diff(starts), len(order) - starts[-1:]) > 1]
    second[ordered_rows[several]] = total[order[several + 1]]
    highest = np.maximum(weights, nobody)
    mass = np.exp2(nobody - highest)
    mass += np.bincount(row_of, weights=np.exp2(total - highest[row_of]), minlength=rows)
    probability = np.exp2(weights - highest) / mass
    crowded = np.zeros(rows, dtype=np.bool_)
    crowded[weighed.crowded] = True
    rival = np.where(np.isfinite(second), second, nobody)
    gaps = np.where(best >= 0, weights - rival, 0.0)
    clear = weights - np.maximum(second, nobody) >= model.clear_gap
    contradicted = _contradicted(weighed, best, clear)
    sure = (probability >= model.accept) & ~contradicted & ~(crowded & ~_anchored(weighed, best))
    verdicts = np.full(rows, NOTHING, dtype=np.int8)
    verdicts[(weights >= model.review) | _has(weighed.identifiers, best, _ID_AGREES) | crowded] = UNSURE
    verdicts[sure] = LINKED
    weights = np.where(best >= 0, weights, 0.0)
    return Decisions(verdicts, best, weights, gaps, contradicted, probability < model.accept, crowded)


_DAY_AGREES = (fields.DATE_EQUAL, fields.DATE_SWAPPED, fields.DATE_ONE_PART)
_ID_AGREES = (fields.ID_EQUAL, fields.ID_ZEROS_LOST)


def _has(levels: NDArray[np.int8], best: NDArray[np.int64], wanted: tuple[int, ...]) -> NDArray[np.bool_]:
    """Whether the best pair of each row has one of the wanted levels; False where there is none."""
    has: NDArray[np.bool_] = np.zeros(len(best), dtype=np.bool_)
    if len(levels):
        has[best >= 0] = np.isin(levels[best[best >= 0]], wanted)
    return has


def _anchored(weighed: WeighedPairs, best: NDArray[np.int64]) -> NDArray[np.bool_]:
    by_identifier = _has(weighed.identifiers, best, _ID_AGREES)
    return by_identifier | _has(weighed.dates, best, (fields.DATE_EQUAL,))


def _contradicted(
    weighed: WeighedPairs, best: NDArray[np.int64], clear: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether something about the best candidate must be looked at by a human, however much it weighs.

    ``clear``: nobody else comes anywhere near; it excuses a thin name and a name by itself, nothing more.
    """
    if not len(weighed.bits):
        return np.zeros(len(best), dtype=np.bool_)
    name = weighed.names[best]
    identified = _has(weighed.identifiers, best, _ID_AGREES)
    nearly = identified | _has(weighed.identifiers, best, (fields.ID_SLIP,))
    same_day = _has(weighed.dates, best, (fields.DATE_EQUAL,))
    other_day = _has(weighed.dates, best, (fields.DATE_DIFFERS,))
    other_number = _has(weighed.identifiers, best, (fields.ID_DIFFERS,))
    # Traps: never match on one identifier alone.
    number_without_name = (name & names.NONE_AGREES) > 0
    nameless = ((name & names.NO_NAME) > 0) & ~(identified & same_day)
    # Twins share family name and day of birth; only the number tells them apart.
    other_given = ((name & names.OTHER_GIVEN) > 0) & ~(identified & same_day)
    thin = ((name & names.THIN) > 0) & ~identified & ~(clear & same_day & ((name & _INEXACT) == 0))
    other_family = ((name & names.OTHER_FAMILY) > 0) & ~nearly
    # Father and son share name and perhaps a number in the wrong file, never the day.
    other_life = other_day & ~(identified & ((name & _FULLY) == 0))
    wrong_number = other_number & ~(same_day & ((name & _FULLY) == 0))
    # Names are shared; without a number or a day, a name must stand quite alone.
    name_alone = ~nearly & ~_has(weighed.dates, best, _DAY_AGREES) & ~clear
    weak_name = number_without_name | nameless | thin | name_alone
    other_person = other_given | other_family | other_life | wrong_number
    found: NDArray[np.bool_] = weak_name | other_person | _number_of_another(weighed, identified, len(best))
    return found


def _number_of_another(weighed: WeighedPairs, identified: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Whether the row's identifier is, exactly, that of a candidate who is not the best one."""
    somebody = np.zeros(rows, dtype=np.bool_)
    somebody[weighed.pairs.rows[np.isin(weighed.identifiers, _ID_AGREES)]] = True
    return somebody & ~identified
