"""What is published gives nobody away: not by itself, not by subtraction, not by several sums together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.figures.definitions import Reconciliation, figure_set
from amends.figures.suppression import SMALLEST_SHOWN, suppress

SUMS = figure_set().reconciliations
LEAVES = sorted({part for item in SUMS for part in item.parts} - {item.total for item in SUMS})


def given_away(public: Mapping[str, int | None], sums: Sequence[Reconciliation]) -> set[str]:
    """The attacker: take what is published and the sums, and solve for what is not (Gauss and Jordan).

    Written apart from the program, with a matrix instead of equations as tables.
    """
    unknown = sorted(name for name, value in public.items() if value is None)
    matrix = []
    for item in sums:
        row = [Fraction(0)] * (len(unknown) + 1)
        for name, sign in ((item.total, 1), *((part, -1) for part in item.parts)):
            value = public[name]
            if value is None:
                row[unknown.index(name)] += sign
            else:
                row[-1] -= sign * value
        matrix.append(row)
    done = 0
    for column in range(len(unknown)):
        pivot = next((i for i in range(done, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [value / matrix[done][column] for value in matrix[done]]
        for i, row in enumerate(matrix):
            if i != done and row[column]:
                factor = row[column]
                matrix[i] = [a - factor * b for a, b in zip(row, matrix[done], strict=True)]
        done += 1
    alone = [[i for i, value in enumerate(row[:-1]) if value] for row in matrix]
    return {unknown[columns[0]] for columns in alone if len(columns) == 1}


def completed(leaves: Mapping[str, int], sums: Sequence[Reconciliation]) -> dict[str, int]:
    """Return the leaves with the totals that follow, one after the other."""
    values = dict(leaves)
    waiting = list(sums)
    while waiting:
        ready = [item for item in waiting if all(part in values for part in item.parts)]
        for item in ready:
            values[item.total] = sum(values[part] for part in item.parts)
            waiting.remove(item)
    return values


TREE = (
    Reconciliation("all", ("north", "south", "unknown")),
    Reconciliation("north", ("north_men", "north_women")),
    Reconciliation("south", ("south_men", "south_women")),
)
GRID = (
    Reconciliation("row1", ("a", "b", "c")),
    Reconciliation("row2", ("d", "e", "f")),
    Reconciliation("column1", ("a", "d")),
    Reconciliation("column2", ("b", "e")),
    Reconciliation("column3", ("c", "f")),
    Reconciliation("all", ("row1", "row2")),
)
RING = (
    Reconciliation("ab", ("a", "b")),
    Reconciliation("bc", ("b", "c")),
    Reconciliation("ca", ("c", "a")),
)
counts = st.integers(0, 3) | st.integers(0, 12) | st.integers(0, 400)


def leaves_of(sums: Sequence[Reconciliation]) -> list[str]:
    return sorted({part for item in sums for part in item.parts} - {item.total for item in sums})


@settings(max_examples=250, deadline=None)
@given(data=st.data(), sums=st.sampled_from((TREE, GRID, RING)))
def test_no_hidden_cell_can_be_computed_from_the_published_ones(data, sums):
    leaves = {name: data.draw(counts, label=name) for name in leaves_of(sums)}
    values = completed(leaves, sums)
    public = suppress(values, sums)
    assert given_away(public, sums) == set()
    assert not [name for name, value in public.items() if value and value < SMALLEST_SHOWN]
    assert all(value is None or value == values[name] for name, value in public.items())


@st.composite
def reviews_and_breaches(draw: st.DrawFn) -> dict[str, int]:
    """Reviews in each state, and promises broken: sums of their own."""
    released, under_review, otherwise = draw(counts), draw(counts), draw(counts)
    waiting, begun, second_look, closed = draw(counts), draw(counts), draw(counts), draw(counts)
    unsettled, settled_breaches = draw(counts), draw(counts)
    return {
        "custody_reviews": released + under_review + otherwise,
        "custody_reviews_released": released,
        "custody_reviews_under_review": under_review,
        "custody_reviews_other": otherwise,
        "reviews": waiting + begun + second_look + closed,
        "reviews_not_assigned": waiting,
        "reviews_under_review": begun,
        "reviews_awaiting_second_look": second_look,
        "reviews_closed": closed,
        "breaches": unsettled + settled_breaches,
        "breaches_open": unsettled,
        "breaches_settled": settled_breaches,
    }


_ROW_OUTCOMES = (
    "rows_matched",
    "rows_duplicate",
    "rows_out_of_scope",
    "rows_review",
    "rows_unmatched",
    "rows_refused",
)


@st.composite
def published_figures(draw: st.DrawFn) -> dict[str, int]:
    """Figures as an incident has them: every sum of the real definitions holds."""
    counts_of = {name: draw(counts, label=name) for name in _ROW_OUTCOMES}
    rows = sum(counts_of.values())
    persons = rows - counts_of["rows_duplicate"] - counts_of["rows_refused"]
    identified = draw(st.integers(0, persons))
    custody = draw(st.integers(0, persons))
    gone = draw(st.integers(0, persons - custody))
    freed = draw(st.integers(0, gone))
    lifted = draw(st.integers(0, rows))
    represented, tribunals, kin = draw(st.integers(0, persons)), draw(counts), draw(counts)
    certificates = draw(st.sampled_from([0, persons]))
    notices = persons + represented + kin + tribunals + certificates
    written = draw(st.integers(0, notices))
    settled = draw(st.integers(0, notices - written))
    told = draw(st.integers(0, persons))
    full, part, nothing = draw(counts), draw(counts), draw(counts)
    return {
        **counts_of,
        **draw(reviews_and_breaches()),
        "rows": rows,
        "persons": persons,
        "persons_identified": identified,
        "persons_not_identified": persons - identified,
        "in_custody_at_exposure": custody,
        "not_in_custody_at_exposure": gone,
        "status_unknown_at_exposure": persons - custody - gone,
        "released_at_exposure": freed,
        "removed_at_exposure": gone - freed,
        "holds_placed": rows,
        "holds_lifted": lifted,
        "holds_in_force": rows - lifted,
        "persons_represented": represented,
        "notices_to_persons": persons,
        "persons_owed_a_notice": persons,
        "persons_told": told,
        "persons_not_told": persons - told,
        "notices_to_representatives": represented,
        "represented_and_owed_a_notice": represented,
        "represented_and_owed_none": 0,
        "notices_to_guardians_and_kin": kin,
        "notices_to_tribunals": tribunals,
        "certificates": certificates,
        "notices": notices,
        "notices_prepared": written,
        "notices_settled": settled,
        "notices_not_written": notices - written - settled,
        "recipients_full_copy": full,
        "recipients_not_full_copy": part,
        "recipients": full + part,
        "clients_without_data": nothing,
        "clients": full + part + nothing,
    }


@settings(max_examples=150, deadline=None)
@given(values=published_figures())
def test_no_hidden_figure_of_an_incident_can_be_computed_from_the_published_ones(values):
    assert {name for item in SUMS for name in (item.total, *item.parts)} <= values.keys()
    assert all(values[item.total] == sum(values[part] for part in item.parts) for item in SUMS)
    public = suppress(values, SUMS)
    assert given_away(public, SUMS) == set()
    assert not [name for name, value in public.items() if value and value < SMALLEST_SHOWN]


@settings(max_examples=100, deadline=None)
@given(a=st.integers(0, 6), b=st.integers(0, 6), c=st.integers(0, 6))
def test_no_hidden_cell_has_only_one_value_left_that_is_not_zero(a, b, c):
    """Whoever knows that nothing hidden is zero learns from "these two make 2" that both are 1."""
    sums = (Reconciliation("all", ("a", "b", "c")),)
    public = suppress({"a": a, "b": b, "c": c, "all": a + b + c}, sums)
    hidden = [name for name in ("a", "b", "c") if public[name] is None]
    shown = sum(public[name] or 0 for name in ("a", "b", "c"))
    totals = [public["all"]] if public["all"] is not None else range(19)
    fitting = [guess for guess in product(range(1, 7), repeat=len(hidden)) if sum(guess) + shown in totals]
    for position in range(len(hidden)):
        assert len({guess[position] for guess in fitting}) > 1


def only_single_sums(values: dict[str, int], sums: Sequence[Reconciliation]) -> dict[str, int | None]:
    """The planted fault: complementary suppression that looks at one sum at a time."""
    hidden = {name for name, value in values.items() if 0 < value < SMALLEST_SHOWN}
    while True:
        further = set()
        for item in sums:
            cells = {item.total, *item.parts}
            if len(cells & hidden) == 1:
                shown = [name for name in item.parts if name not in hidden and values[name]]
                further.add(min(shown, key=lambda name: (values[name], name)) if shown else item.total)
        if further <= hidden:
            return {name: None if name in hidden else value for name, value in values.items()}
        hidden |= further


def test_the_attacker_finds_what_a_suppression_of_single_sums_leaves_open():
    values = completed({"a": 3, "b": 2, "c": 4}, RING)
    assert given_away(only_single_sums(values, RING), RING) == {"a", "b", "c"}
    assert given_away(suppress(values, RING), RING) == set()


def test_the_attacker_finds_what_no_complement_at_all_leaves_open():
    values = completed({"a": 3, "b": 20, "c": 40, "d": 50, "e": 60, "f": 70}, GRID)
    only_small = {name: None if 0 < value < SMALLEST_SHOWN else value for name, value in values.items()}
    assert given_away(only_small, GRID) == {"a"}


@pytest.mark.parametrize("value", [1, 2, 3, 4])
def test_small_counts_are_withheld(value):
    assert suppress({"x": value}, ()) == {"x": None}


@pytest.mark.parametrize("value", [0, 5, 6252])
def test_nothing_and_five_and_more_are_shown(value):
    assert suppress({"x": value}, ()) == {"x": value}


def test_the_smallest_other_cell_is_withheld_with_a_small_one():
    values = {"all": 113, "a": 3, "b": 10, "c": 100}
    assert suppress(values, (Reconciliation("all", ("a", "b", "c")),)) == {
        "all": 113,
        "a": None,
        "b": None,
        "c": 100,
    }


def test_a_zero_is_no_hiding_place_so_the_total_goes():
    values = {"all": 3, "a": 3, "b": 0}
    assert suppress({**values, "all": 3}, (Reconciliation("all", ("a", "b")),)) == {
        "all": None,
        "a": None,
        "b": 0,
    }


def test_nothing_is_withheld_where_nothing_is_small():
    values = completed(dict.fromkeys(leaves_of(TREE), 50), TREE)
    assert suppress(values, TREE) == values
