"""Each kind of not-knowing has its own reason, in words that name no client."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from amends.exposure.adverse import Known, adverse_reasons
from amends.exposure.assessment import AccessRequest, AccessVerdict, CoverageHole, LogFile, UnreadableLine
from amends.exposure.coverage import Coverage
from amends.exposure.verdicts import DocumentSize
from tests.unit.exposure.access_logs import EXPOSED, SIZE, event

LOG = LogFile("access.log", "0" * 64, 9, 9, "combined", EXPOSED, EXPOSED, unreadable=0)
NOTHING_OPEN = Known((), (), Coverage((), ()), (), (LOG,), DocumentSize(SIZE, "stated"))


def request(verdict: AccessVerdict, minutes: int = 0, *, forwarded_for: str = "") -> AccessRequest:
    at = event(time=EXPOSED + timedelta(minutes=minutes))
    return AccessRequest(replace(at, forwarded_for=forwarded_for), verdict, in_window=True)


def hole(minutes: int) -> CoverageHole:
    return CoverageHole(EXPOSED, EXPOSED + timedelta(minutes=minutes), "silence")


def test_where_nothing_is_open_there_is_no_reason() -> None:
    assert adverse_reasons(NOTHING_OPEN) == ()


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (replace(NOTHING_OPEN, logs=()), "no access log was given"),
        (
            replace(NOTHING_OPEN, coverage=Coverage((hole(8), hole(61)), ())),
            "2 hole(s), the longest of 1 h 1 min",
        ),
        (
            replace(NOTHING_OPEN, coverage=Coverage((), ("access.log",))),
            "so few requests are logged in access.log",
        ),
        (replace(NOTHING_OPEN, logs=(replace(LOG, unreadable=7),)), "7 more log line(s)"),
        (replace(NOTHING_OPEN, requests=(request(AccessVerdict.UNKNOWN),)), "1 request(s) obtained"),
        (replace(NOTHING_OPEN, requests=(request(AccessVerdict.REVALIDATION),)), "renewed a copy (304)"),
        (
            replace(NOTHING_OPEN, requests=(request(AccessVerdict.FULL, forwarded_for="203.0.113.1"),)),
            "through an intermediary",
        ),
    ],
)
def test_each_kind_of_not_knowing_has_its_reason(known: Known, words: str) -> None:
    [reason] = adverse_reasons(known)
    assert words in reason and "203.0.113" not in reason and "192.0.2" not in reason


def test_an_unreadable_line_counts_if_it_may_concern_the_window_or_names_the_document() -> None:
    def with_line(*, concerns: bool, names: bool) -> Known:
        lost = UnreadableLine("access.log", 0, "cut off", may_concern_window=concerns, names_document=names)
        return replace(NOTHING_OPEN, unreadable=(lost,), logs=(replace(LOG, unreadable=1),))

    assert adverse_reasons(with_line(concerns=False, names=False)) == ()
    assert "could not be read" in adverse_reasons(with_line(concerns=True, names=False))[0]
    assert "name the document" in adverse_reasons(with_line(concerns=False, names=True))[0]


@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_renewal_is_explained_only_by_a_transfer_before_it(minutes: int) -> None:
    requests = (request(AccessVerdict.FULL, minutes), request(AccessVerdict.REVALIDATION))
    assert bool(adverse_reasons(replace(NOTHING_OPEN, requests=requests))) is (minutes > 0)
