"""Outcomes and judgements are values with a fixed spelling, because they are stored and published."""

from __future__ import annotations

from amends.vocabulary.judgement import Judgement, RowOutcome
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance


def test_the_spelling_of_stored_values_is_stable() -> None:
    assert set(ScreeningVerdict) == {"clear", "findings", "incomplete"}
    assert set(Judgement) == {"match", "no_match", "unsure", "not_judged"}
    assert set(RowOutcome) == {"match", "review", "unmatched", "duplicate", "out_of_scope", "refused"}


def test_what_was_skipped_says_where_and_why() -> None:
    skipped = Skipped(
        Provenance.of("a.zip", "b.xlsx"), "password-protected", "the workbook asks for a password"
    )
    assert str(skipped.provenance) == "a.zip ! b.xlsx"
    assert skipped.code == "password-protected"
