"""The decision on pairs weighed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.link import comparing_fields as fields
from amends.link import comparing_names as names
from amends.link.deciding import LINKED, NOTHING, UNSURE, decide
from amends.link.keys import Pairs
from amends.link.model import DEFAULT
from amends.link.weighed_pairs import WeighedPairs

PERSONS = 1000
PRIOR = np.full(PERSONS, np.log2(DEFAULT.in_registry / PERSONS))


def pairs(*lines, crowded=()):
    """Each line: row, person, bits, name flags, date level, identifier level."""
    row, person, bits, name, day, number = (np.array(part) for part in zip(*lines, strict=True))
    nothing = np.zeros(len(lines), dtype=np.int8)
    return WeighedPairs(
        pairs=Pairs(row.astype(np.int32), person.astype(np.int32)),
        bits=bits.astype(np.float64),
        names=name.astype(np.uint16),
        dates=day.astype(np.int8),
        identifiers=number.astype(np.int8),
        nationalities=nothing,
        facilities=nothing,
        crowded=np.array(crowded, dtype=np.int32),
        oversized_keys=0,
    )


GOOD = (0, fields.DATE_EQUAL, fields.ID_EQUAL)


def verdict(*lines, crowded=()):
    return int(decide(pairs(*lines, crowded=crowded), 1, PRIOR, DEFAULT).verdicts[0])


def test_strong_evidence_without_a_rival_links():
    assert verdict((0, 7, 40.0, *GOOD)) == LINKED


def test_the_same_evidence_with_an_equal_rival_does_not():
    assert verdict((0, 7, 40.0, *GOOD), (0, 8, 40.0, *GOOD)) == UNSURE


def test_a_rival_of_many_lesser_ones_counts_as_their_sum():
    few = [(0, person, 29.5, *GOOD) for person in range(1, 2)]
    many = [(0, person, 29.5, *GOOD) for person in range(1, 9)]
    assert verdict((0, 0, 40.0, *GOOD), *few) == LINKED
    assert verdict((0, 0, 40.0, *GOOD), *many) == UNSURE


def test_little_evidence_is_nobody():
    assert verdict((0, 7, 2.0, names.REPLACED, fields.DATE_EQUAL, fields.ID_ABSENT)) == NOTHING


def test_an_equal_number_is_always_shown_to_a_human():
    assert verdict((0, 7, -9.0, names.NONE_AGREES, fields.DATE_DIFFERS, fields.ID_EQUAL)) == UNSURE


@pytest.mark.parametrize(
    ("name", "day", "number"),
    [
        (names.NONE_AGREES | names.REPLACED, fields.DATE_EQUAL, fields.ID_EQUAL),
        (names.NO_NAME, fields.DATE_EQUAL, fields.ID_ABSENT),
        (names.OTHER_GIVEN | names.REPLACED, fields.DATE_EQUAL, fields.ID_ABSENT),
        (names.OTHER_GIVEN | names.REPLACED, fields.DATE_EQUAL, fields.ID_SLIP),
        (names.OTHER_FAMILY | names.REPLACED, fields.DATE_EQUAL, fields.ID_ABSENT),
        (0, fields.DATE_DIFFERS, fields.ID_ABSENT),
        (names.REPLACED, fields.DATE_DIFFERS, fields.ID_EQUAL),
        (names.REPLACED, fields.DATE_EQUAL, fields.ID_DIFFERS),
        (0, fields.DATE_SWAPPED, fields.ID_DIFFERS),
        (names.THIN | names.SLIPPED, fields.DATE_EQUAL, fields.ID_ABSENT),
    ],
)
def test_a_contradiction_goes_to_a_human_however_much_the_rest_weighs(name, day, number):
    assert verdict((0, 7, 90.0, name, day, number)) == UNSURE


def test_the_number_of_another_candidate_goes_to_a_human():
    best = (0, 7, 60.0, 0, fields.DATE_EQUAL, fields.ID_DIFFERS)
    assert verdict(best) == LINKED
    other = (0, 9, 1.0, names.NONE_AGREES, fields.DATE_DIFFERS, fields.ID_EQUAL)
    assert verdict(best, other) == UNSURE


def test_a_crowded_row_is_linked_only_on_a_number_or_a_day():
    by_slip = (0, 7, 60.0, 0, fields.DATE_ONE_PART, fields.ID_SLIP)
    assert verdict(by_slip) == LINKED
    assert verdict(by_slip, crowded=[0]) == UNSURE
    assert verdict((0, 7, 60.0, *GOOD), crowded=[0]) == LINKED


@given(st.lists(st.floats(-20, 60), min_size=1, max_size=6))
def test_more_evidence_for_the_best_never_takes_a_link_away(weights):
    lines = [(0, person, bits, *GOOD) for person, bits in enumerate(sorted(weights, reverse=True))]
    before = verdict(*lines)
    raised = [(0, 0, lines[0][2] + 5, *GOOD), *lines[1:]]
    assert verdict(*raised) >= before
