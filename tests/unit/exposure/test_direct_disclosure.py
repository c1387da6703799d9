"""Data told to somebody directly leave no log, and everything about their readers stays unknown."""

from __future__ import annotations

from amends.exposure.direct_disclosure import assess_direct_disclosure
from tests.unit.exposure.access_logs import EXPOSED, REMOVED


def test_without_a_published_document_the_worst_is_assumed() -> None:
    found = assess_direct_disclosure(begins=EXPOSED, ends=REMOVED)
    assert (found.begins, found.ends, found.recipients, found.logs) == (EXPOSED, REMOVED, (), ())
    assert found.adverse_assumption and "directly" in found.adverse_reasons[0]
