"""What a line of the common or combined format says, and what cannot be read of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.exposure.assessment import AccessEvent
from amends.exposure.logs.combined import PLUGIN
from amends.exposure.logs.interface import LineReader, Unreadable, survey_line_by_line

GOOD = b'192.0.2.7 - - [28/Nov/2022:09:45:10 -0500] "GET /l.xlsx HTTP/1.1" 200 48213 "http://a/" "Firefox"'


def reader() -> LineReader:
    found = PLUGIN.reader([GOOD])
    assert found is not None
    return found


def read(line: bytes) -> AccessEvent:
    event = reader().event(line, file="access.log", offset=7)
    assert isinstance(event, AccessEvent)
    return event


def test_a_line_is_read_in_full() -> None:
    assert read(GOOD) == AccessEvent(
        time=datetime(2022, 11, 28, 14, 45, 10, tzinfo=UTC),
        address="192.0.2.7",
        method="GET",
        target="/l.xlsx",
        status=200,
        bytes_sent=48213,
        agent="Firefox",
        referrer="http://a/",
        file="access.log",
        offset=7,
    )


@pytest.mark.parametrize(
    ("stamp", "utc"),
    [
        (b"22/Jan/2019:03:56:14 +0330", datetime(2019, 1, 22, 0, 26, 14, tzinfo=UTC)),
        (b"31/Dec/2022:23:59:59 -0800", datetime(2023, 1, 1, 7, 59, 59, tzinfo=UTC)),
        (b"29/Feb/2024:00:00:00 +0000", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_times_are_brought_to_utc_by_both_speeds(stamp: bytes, utc: datetime) -> None:
    line = GOOD.replace(b"28/Nov/2022:09:45:10 -0500", stamp)
    assert read(line).time == utc
    assert reader().survey(line + b"\n").seconds.tolist() == [int(utc.timestamp())]


def test_a_missing_size_is_not_zero() -> None:
    assert read(GOOD.replace(b"48213", b"-")).bytes_sent is None
    assert read(GOOD.replace(b"48213", b"0")).bytes_sent == 0


@pytest.mark.parametrize("agent", [rb"A \"quoted\" one", rb"A \x22quoted\x22 one"])
def test_escaped_quotes_belong_to_the_agent(agent: bytes) -> None:
    assert read(GOOD.replace(b"Firefox", agent)).agent == 'A "quoted" one'


def test_control_characters_stay_escaped_so_that_no_terminal_obeys_them() -> None:
    assert read(GOOD.replace(b"Firefox", b"\x1b[2J \\x1b[2J \xff")).agent == r"\x1b[2J \x1b[2J \xff"


@pytest.mark.parametrize(
    ("request_line", "method", "target"),
    [
        (b"-", "", ""),
        (b"", "", ""),
        (rb"\x16\x03\x01\x02", "", r"\x16\x03\x01\x02"),
        (b"GET /l.xlsx", "GET", "/l.xlsx"),
        (b"GET /my list.xlsx HTTP/1.1", "GET", "/my list.xlsx"),
        (b"get  /l.xlsx HTTP/2", "GET", "/l.xlsx"),
        (b"HEAD http://a.example/l.xlsx HTTP/1.0", "HEAD", "http://a.example/l.xlsx"),
    ],
)
def test_a_malformed_request_is_still_an_event(request_line: bytes, method: str, target: str) -> None:
    event = read(GOOD.replace(b"GET /l.xlsx HTTP/1.1", request_line))
    assert (event.method, event.target) == (method, target)


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (b"2001:db8::7", "2001:db8::7"),
        (b"::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        (b"reader.example.net", "reader.example.net"),
        (b"www.agency.example:443 192.0.2.8", "192.0.2.8"),
    ],
)
def test_the_client_is_an_address_or_a_host_name_and_never_the_virtual_host(
    client: bytes, address: str
) -> None:
    assert read(GOOD.replace(b"192.0.2.7", client)).address == address


def test_a_user_may_have_spaces_and_brackets_in_the_name() -> None:
    assert read(GOOD.replace(b"- - [", b"- jo [x] doe [")).address == "192.0.2.7"


def test_what_follows_the_agent_is_kept_as_the_word_of_an_intermediary() -> None:
    assert read(GOOD + b' "203.0.113.5"').forwarded_for == "203.0.113.5"
    assert read(GOOD + b' "-"').forwarded_for == ""


@pytest.mark.parametrize("cut", [b'"http://a/" "Fire', b'"htt', b"", b"more and more"])
def test_a_line_cut_off_after_its_size_still_says_what_matters(cut: bytes) -> None:
    event = read(GOOD.partition(b'"http')[0] + cut)
    assert (event.status, event.bytes_sent) == (200, 48213)


@pytest.mark.parametrize(
    "line",
    [
        GOOD[:70],
        b"\0" * 80,
        GOOD.replace(b"28/Nov", b"31/Nov"),
        GOOD.replace(b"28/Nov", b"28/XYZ"),
        GOOD.replace(b"09:45:10", b"24:45:10"),
        GOOD.replace(b" 200 ", b" 2OO "),
        GOOD.replace(b"192.0.2.7 ", b"192.0.2.7, 198.51.100.1 "),
        GOOD.replace(b"/l.xlsx", b'/l".xlsx'),
        b"not a log line",
    ],
)
def test_what_cannot_be_read_is_a_loss_with_a_reason_that_repeats_nothing(line: bytes) -> None:
    read = reader().event(line, file="access.log", offset=0)
    assert isinstance(read, Unreadable)
    survey = reader().survey(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    places = [(each.start, each.reason, each.readable_before) for each in survey.unreadable]
    assert places == [(len(GOOD) + 1, read.reason, 1)]
    assert len(survey.seconds) == 2


PIECES = st.lists(
    st.sampled_from(
        [
            b"192.0.2.7",
            b" ",
            b"-",
            b"[",
            b"]",
            b"28/Nov/2022:09:45:10 -0500",
            b'"',
            b"\\",
            b"200",
            b"\r",
            b"GET /",
        ]
    ),
    max_size=14,
).map(b"".join)
DAMAGED = st.tuples(st.integers(0, len(GOOD)), PIECES, st.integers(0, len(GOOD))).map(
    lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[2] :]
)


@given(st.lists(st.one_of(st.just(GOOD), st.just(GOOD + b"\r"), DAMAGED, PIECES), min_size=1, max_size=6))
def test_the_fast_survey_says_what_reading_every_line_says(lines: list[bytes]) -> None:
    buffer = b"\n".join(lines) + b"\n"
    fast, slow = reader().survey(buffer), survey_line_by_line(reader(), buffer)
    assert fast.seconds.tolist() == slow.seconds.tolist()
    assert fast.unreadable == slow.unreadable
