"""Errors carry what a program and a person need to mend them."""

from __future__ import annotations

import pytest

from amends.vocabulary.errors import AmendsError, FaultError, IncompleteError, RefusalError, UsageError


@pytest.mark.parametrize("kind", [UsageError, IncompleteError, RefusalError, FaultError])
def test_an_error_says_what_where_and_how_to_mend_it(kind: type[AmendsError]) -> None:
    error = kind(
        "column-missing", "there is no column DOB", hint="name it in the mapping", where="leaked.xlsx"
    )
    assert (error.code, error.hint, error.where) == (
        "column-missing",
        "name it in the mapping",
        "leaked.xlsx",
    )
    assert str(error) == "there is no column DOB (leaked.xlsx)"


def test_an_error_without_a_place_shows_no_empty_brackets() -> None:
    assert str(FaultError("disk-full", "the disk is full", hint="free some space")) == "the disk is full"


def test_an_error_cannot_be_made_without_a_hint() -> None:
    with pytest.raises(TypeError, match="hint"):
        UsageError("column-missing", "there is no column DOB")  # type: ignore[call-arg]


def test_the_four_kinds_do_not_catch_each_other() -> None:
    kinds = [UsageError, IncompleteError, RefusalError, FaultError]
    assert [(a, b) for a in kinds for b in kinds if a is not b and issubclass(a, b)] == []
