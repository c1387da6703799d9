"""What every log format owes, run against each plug-in with its own sample.

A format brings ``samples/<module>.log`` and ``samples/<module>.toml`` with the counts of events **and** of
unreadable lines: a reader that silently loses lines is worse than none.
"""

from __future__ import annotations

import tomllib
from datetime import UTC
from pathlib import Path

import pytest

from amends.exposure.assessment import AccessEvent
from amends.exposure.logs.interface import LineReader, LogFormat, Unreadable, survey_line_by_line
from amends.vocabulary.plugins import load_plugins

SAMPLES = Path(__file__).parent / "samples"
FORMATS: dict[str, LogFormat] = load_plugins("amends.exposure.logs")
FOREIGN = {
    "csv": b"id,name,born\n7,nobody,2000-01-01\n8,nobody,2000-01-02\n",
    "error log": b"[Mon Nov 28 09:45:10.1 2022] [core:error] [pid 7] [client 192.0.2.7:51] AH00126: Invalid URI\n"
    * 3,
    "syslog": b"Nov 28 09:45:10 web1 sshd[7]: Accepted publickey for nobody from 192.0.2.7 port 51 ssh2\n"
    * 3,
    "prose": b"Nothing here is a log.\n" * 20,
    "bytes": bytes(range(256)) * 8,
    "blank": b"\n\n  \n",
}


@pytest.fixture(params=sorted(FORMATS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.log").read_bytes()


def reader_of(name: str) -> LineReader:
    reader = FORMATS[name].reader(sample(name).split(b"\n"))
    assert reader is not None
    return reader


def reads(name: str) -> list[AccessEvent | Unreadable]:
    reader, content, offset, found = reader_of(name), sample(name), 0, []
    for line in content.split(b"\n"):
        if line.strip():
            found.append(reader.event(line, file=f"{name}.log", offset=offset))
        offset += len(line) + 1
    return found


def test_every_event_and_every_unreadable_line_of_the_sample_is_counted(name: str) -> None:
    expected = tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    found = reads(name)
    events = [each for each in found if isinstance(each, AccessEvent)]
    assert (len(events), len(found) - len(events)) == (expected["events"], expected["unreadable"])
    assert min(each.time for each in events).isoformat() == expected["first"]
    assert max(each.time for each in events).isoformat() == expected["last"]


def test_the_survey_agrees_with_reading_line_by_line(name: str) -> None:
    survey = reader_of(name).survey(sample(name))
    slow = survey_line_by_line(reader_of(name), sample(name))
    assert survey.seconds.tolist() == slow.seconds.tolist()
    assert survey.unreadable == slow.unreadable
    assert survey.lines == len(reads(name))


def test_times_are_in_utc(name: str) -> None:
    assert {each.time.tzinfo for each in reads(name) if isinstance(each, AccessEvent)} == {UTC}


def test_a_reason_repeats_nothing_from_the_line(name: str) -> None:
    words = {word for word in sample(name).decode().split() if any(c.isdigit() for c in word)}
    reasons = " ".join(each.reason for each in reads(name) if isinstance(each, Unreadable))
    assert not words & set(reasons.split())


@pytest.mark.parametrize("kind", sorted(FOREIGN))
def test_a_foreign_file_is_refused(name: str, kind: str) -> None:
    assert FORMATS[name].reader(FOREIGN[kind].split(b"\n")) is None


@pytest.mark.parametrize("kind", sorted(FOREIGN))
def test_a_foreign_line_is_unreadable_and_raises_nothing(name: str, kind: str) -> None:
    reader = reader_of(name)
    found = [reader.event(line, file="", offset=0) for line in FOREIGN[kind].split(b"\n") if line.strip()]
    assert all(isinstance(each, Unreadable) for each in found)


def test_no_format_takes_the_sample_of_another(name: str) -> None:
    others = [other for other in FORMATS if other != name]
    assert [other for other in others if FORMATS[name].reader(sample(other).split(b"\n"))] == []
