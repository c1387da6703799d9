"""A notice always says what is not known, and never claims more than the logs can show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from amends.ledger.models import ExposureRecord
from amends.remedy.playbook import LANGUAGES
from amends.remedy.unknowns import unknown_sentences


def a_record(**about: object) -> ExposureRecord:
    values = {
        "assessed_at": datetime(2031, 3, 3, tzinfo=UTC),
        "size_basis": "",
        "requests": 1,
        "requests_by_verdict": {},
        "holes": [],
        "unreadable_lines": 0,
        "logs": [{"name": "access.log"}],
        "adverse_assumption": False,
        "adverse_reasons": [],
    }
    return ExposureRecord(**{**values, **about})


HOLE = {"from": "2031-03-03T09:00:00+00:00", "until": "2031-03-03T09:10:00+00:00", "reason": "silence"}


@pytest.mark.parametrize("record", [None, a_record(logs=[]), a_record(logs=[], holes=[HOLE])])
def test_without_logs_it_is_said_that_nobody_can_tell_who_read_it(record):
    first, *_ = unknown_sentences(record, "en")
    assert "cannot tell who read it" in first


@pytest.mark.parametrize("record", [a_record(holes=[HOLE]), a_record(unreadable_lines=1)])
def test_gaps_and_unreadable_lines_are_said(record):
    assert any("gaps" in sentence for sentence in unknown_sentences(record, "en"))


def test_complete_logs_claim_no_gaps():
    said = unknown_sentences(a_record(), "en")
    assert not any("gaps" in sentence or "cannot tell" in sentence for sentence in said)


@pytest.mark.parametrize("record", [None, a_record(), a_record(holes=[HOLE])])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whether_it_was_passed_on_is_never_known_in_any_language(record, language):
    said = unknown_sentences(record, language)
    assert said
    assert said[-1] == unknown_sentences(None, language)[-1]
    assert all(said)


def test_each_language_has_sentences_of_its_own():
    assert not set(unknown_sentences(None, "en")) & set(unknown_sentences(None, "es"))
