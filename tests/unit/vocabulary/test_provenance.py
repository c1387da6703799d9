"""The way from the file that was given to the piece that is meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amends.vocabulary.provenance import Provenance, printable


def test_a_way_through_nested_containers_reads_from_the_outside_in() -> None:
    way = Provenance.of("release.zip") / "data.xlsx" / "sheet 'raw'"
    assert str(way) == "release.zip ! data.xlsx ! sheet 'raw'"


@given(st.lists(st.text(), min_size=1), st.text())
def test_going_deeper_leaves_the_outer_way_as_it_was(steps: list[str], step: str) -> None:
    outer = Provenance.of(*steps)
    inner = outer / step
    assert inner.steps == (*outer.steps, printable(step))
    assert outer == Provenance.of(*steps)
