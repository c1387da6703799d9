"""One log file in one pass: what it yields, and what it loses in the open."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.exposure.address import LeakedAddress
from amends.exposure.assessment import AccessEvent
from amends.exposure.evidence import FileEvidence, Sought, read_evidence
from amends.exposure.logs.combined import PLUGIN
from amends.exposure.logs.interface import Unreadable
from amends.exposure.sieve import Sieve
from amends.vocabulary.errors import UsageError
from tests.unit.exposure.access_logs import EXPOSED, PATH, REMOVED, URL, full_background, line, write_log

ADDRESS = LeakedAddress.of(URL)
SOUGHT = Sought(ADDRESS, Sieve(ADDRESS), EXPOSED, REMOVED)
NOON = EXPOSED + timedelta(hours=2)


def evidence(path: Path, lines: list[str]) -> FileEvidence:
    return read_evidence(write_log(path, lines), SOUGHT)


def slow_path(content: bytes) -> tuple[list[AccessEvent], list[tuple[int, str]], int]:
    """Read every line in full and let the canonical form decide: the oracle."""
    reader = PLUGIN.reader([line(EXPOSED).encode()])
    assert reader is not None
    events, unreadable, offset, count = [], [], 0, 0
    for each in content.split(b"\n"):
        if each.strip():
            count += 1
            read = reader.event(each, file="access.log", offset=offset)
            if isinstance(read, Unreadable):
                unreadable.append((offset, read.reason))
            elif ADDRESS.matches(read.target):
                events.append(read)
        offset += len(each) + 1
    return events, unreadable, count


TARGETS = st.sampled_from(
    [
        PATH,
        PATH.upper(),
        PATH + "?utm=1",
        PATH.replace("e", "%65"),
        PATH.replace("e", "%2565"),
        PATH.replace("e", "%252545"),
        PATH.replace("-", "%25%32%64"),
        PATH.replace(".", "\\x2e"),
        "http://www.agency.example" + PATH,
        "/x/.." + PATH,
        PATH + ".bak",
        PATH.replace("11", "12"),
        "/",
        "/a%25b",
        "/search?q=" + PATH,
        "/lists/erostats-2022-11.xlsx",
    ]
)
LINES = st.one_of(
    st.builds(
        lambda target, seconds, size: line(EXPOSED + timedelta(seconds=seconds), target, answer=(200, size)),
        TARGETS,
        st.integers(0, 9_000),
        st.none() | st.integers(0, 90_000),
    ),
    st.sampled_from(
        ["", "garbage", f"garbage with {PATH}", line(EXPOSED)[:60], line(EXPOSED)[:-30], "\0" * 9]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LINES, max_size=30))
def test_the_fast_path_finds_what_reading_every_line_finds(tmp_path: Path, lines: list[str]) -> None:
    lines = [line(EXPOSED)] * (len(lines) + 1) + lines
    found = evidence(tmp_path / "access.log", lines)
    events, unreadable, count = slow_path((tmp_path / "access.log").read_bytes())
    assert list(found.events) == events
    assert [(each.offset, each.reason) for each in found.unreadable] == unreadable
    assert (found.log.lines, found.log.unreadable) == (count, len(unreadable))


def test_a_log_is_evidence_with_hash_lines_and_times(tmp_path: Path) -> None:
    log = evidence(tmp_path / "access.log.1.gz", full_background()).log
    assert (log.name, log.format, log.lines, log.unreadable) == ("access.log.1.gz", "combined", 2_275, 0)
    assert (log.first, log.last) == (EXPOSED - timedelta(hours=1), REMOVED + timedelta(hours=1))


def test_a_foreign_file_is_refused_and_nothing_of_it_is_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        evidence(tmp_path / "registry.csv", ["id,name", "7,SECRETIVE PERSON"])
    assert refused.value.code == "log-format-unknown" and "registry.csv" in str(refused.value)
    assert "SECRETIVE" not in str(refused.value) + refused.value.hint


def test_an_empty_log_is_no_error_and_no_evidence(tmp_path: Path) -> None:
    found = evidence(tmp_path / "access.log", ["", ""])
    assert (found.log.format, found.log.lines, found.log.first) == ("empty", 0, None)


def test_blank_lines_at_the_beginning_hide_nothing(tmp_path: Path) -> None:
    found = evidence(tmp_path / "access.log", [""] * 5_000 + [line(NOON)])
    assert (len(found.events), found.log.lines) == (1, 1)


def test_an_unreadable_line_among_times_far_from_the_window_does_not_concern_it(tmp_path: Path) -> None:
    early = [line(EXPOSED - timedelta(hours=5), "/")] * 2
    inside = [line(NOON, "/")] * 2
    found = evidence(
        tmp_path / "access.log", [*early, "broken", early[0], *inside, "broken", inside[0], "broken"]
    )
    assert [each.may_concern_window for each in found.unreadable] == [False, True, True]


def test_an_unreadable_line_that_names_the_document_is_marked(tmp_path: Path) -> None:
    found = evidence(tmp_path / "access.log", [line(NOON)] * 3 + [line(NOON)[:95], "broken"])
    assert [each.names_document for each in found.unreadable] == [True, False]


def test_however_many_lines_are_lost_all_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.exposure.evidence.MOST_UNREADABLE_KEPT", 3)
    found = evidence(tmp_path / "access.log", [line(NOON)] * 20 + ["broken"] * 9)
    assert (len(found.unreadable), found.log.unreadable) == (3, 9)
