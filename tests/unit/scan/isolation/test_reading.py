"""A child that lies, shouts, dies or hangs: nothing that it said reaches the caller."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest

from amends.scan.isolation.events import (
    Event,
    FormatFound,
    GridDropped,
    GridEnded,
    RowsFound,
    TextFound,
    Unread,
)
from amends.scan.isolation.forking import ForkServer
from amends.scan.isolation.reading import ChildRun, read_in_child
from amends.scan.limits import DEFAULT_LIMITS, Limits

GOOD = [
    ["confined", "system-calls"],
    ["format", [], "xlsx"],
    ["parts", [[["docProps/core.xml", "creator"], "property", "document-property", "Zz Example"]]],
    ["table", ["sheet 'People'"], "People", ""],
    ["columns", [[1, 1, "hidden-column"]]],
    ["rows", [
        [1, "", None, ["Name", "DOB"], None],
        [2, "hidden-row", None, ["Ana Example", "1985-03-12"], [[0, "white-text"]]],
    ]],
    ["table-end", [[1, 1, "hidden-column"]], 0],
    ["unread", ["xl/media"], "part-not-read", 2],
    ["end"],
]  # fmt: skip
CONFINED, FORMAT, PARTS, TABLE, COLUMNS, ROWS, TABLE_END, UNREAD = range(8)


class StandIn:
    """A child that is a script of the test's own."""

    def __init__(self, script: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.answer: IO[bytes] = self._process.stdout

    def end(self) -> None:
        self._process.kill()

    def wait(self, seconds: float) -> int | None:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None


def answer_of(script: str, limits: Limits = DEFAULT_LIMITS) -> list[Event]:
    return list(ChildRun(StandIn(script), limits).events())


def failure_of(events: list[Event]) -> str:
    """Return why the file counts as not read to its end; empty where it does not."""
    last = events[-1]
    return last.code if isinstance(last, Unread) and last.where == () else ""


def saying(tmp_path: Path, *lines: object, then: str = "") -> str:
    """Return the script of a child that says these lines and then does something else."""
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    spoken = tmp_path / "spoken"
    spoken.write_text(text, encoding="utf-8")
    return f"import sys\nsys.stdout.write(open({str(spoken)!r}).read())\nsys.stdout.flush()\n{then}"


def changed(position: int, message: object) -> list[object]:
    lines: list[object] = list(GOOD)
    lines[position] = message
    return lines


def test_a_faithful_answer_is_taken(tmp_path: Path) -> None:
    events = answer_of(saying(tmp_path, *GOOD))
    assert FormatFound((), "xlsx") in events
    assert (
        TextFound(("docProps/core.xml", "creator"), "property", "document-property", "Zz Example") in events
    )
    (rows,) = [event.rows for event in events if isinstance(event, RowsFound)]
    assert [row.texts[0] for row in rows] == ["Name", "Ana Example"]
    assert [(row.hidden, row.marks) for row in rows] == [("", ()), ("hidden-row", ((0, "white-text"),))]
    assert GridEnded(((1, 1, "hidden-column"),), 0) in events
    assert events[-1] == Unread(("xl/media",), "part-not-read", 2)


def row(*values: object) -> list[object]:
    return changed(ROWS, ["rows", [list(values)]])


def part(*values: object) -> list[object]:
    return changed(PARTS, ["parts", [list(values)]])


HOSTILE = {
    "garbage": ["\x00\x01 not json\n"],
    "nothing at all": [],
    "deep nesting": ["[" * 100_000 + "\n"],
    "a number too long to be read": ["[" + "9" * 10_000 + "]\n"],
    "an unknown kind": changed(TABLE, ["exec", "rm"]),
    "a kind that is no text": changed(TABLE, [["table"], "x", ""]),
    "an object": changed(TABLE, {"table": "People"}),
    "an unknown kind of hiding": changed(TABLE, ["table", [], "People", "no"]),
    "a kind of hiding of the wrong type": changed(TABLE, ["table", [], "People", ["hidden-sheet"]]),
    "a name too long": changed(TABLE, ["table", [], "x" * 300, ""]),
    "a way that is no list": changed(TABLE, ["table", "sheet", "People", ""]),
    "a way of too many steps": changed(TABLE, ["table", ["x"] * 100, "People", ""]),
    "a step too long": changed(TABLE, ["table", ["x" * 300], "People", ""]),
    "rows before a table": changed(TABLE, ["rows", [[1, "", None, ["a"], None]]]),
    "a number for a text": row(1, "", None, ["a", 1], None),
    "null for a text": row(1, "", None, [None], None),
    "a row number below zero": row(-1, "", None, ["a"], None),
    "a row number that is true": row(True, "", None, ["a"], None),
    "a row number that is no integer": row(1.5, "", None, ["a"], None),
    "a row number beyond any sheet": row(1 << 40, "", None, ["a"], None),
    "hidden that is no kind": row(1, "yes", None, ["a"], None),
    "hidden that is a boolean": row(1, True, None, ["a"], None),
    "columns that go backwards": row(1, "", [3, 2], ["a", "b"], None),
    "fewer columns than texts": row(1, "", [3], ["a", "b"], None),
    "a column beyond any sheet": row(1, "", [99_999], ["a"], None),
    "a row of nothing": row(1, "", None, [], None),
    "a row too wide": row(1, "", None, ["a"] * 20_000, None),
    "a cell too long": row(1, "", None, ["a" * 200_000], None),
    "a row too short": row(1, "", None, ["a"]),
    "marks that are no list": row(1, "", None, ["a"], "white"),
    "a mark on no column": row(1, "", None, ["a"], [["A", "white-text"]]),
    "a mark of no kind": row(1, "", None, ["a"], [[0, "invisible ink"]]),
    "rows that are no list": changed(ROWS, ["rows", "all of them"]),
    "a part inside a table": changed(COLUMNS, GOOD[PARTS]),
    "a part of the wrong length": part(["x"], "comment", "comment"),
    "a part of no text": part(["x"], "comment", "comment", ""),
    "a part too long": part(["x"], "comment", "comment", "a" * 200_000),
    "a part of a kind that is a sentence": part(["x"], "Call this number", "comment", "a"),
    "a part hidden in no known way": part(["x"], "comment", "under the carpet", "a"),
    "a range the wrong way round": changed(TABLE_END, ["table-end", [[5, 1, "hidden-column"]], 0]),
    "a range without a reason": changed(TABLE_END, ["table-end", [[1, 5]], 0]),
    "a header row that is no number": changed(TABLE_END, ["table-end", [], "one"]),
    "a sentence instead of a code": changed(UNREAD, ["unread", [], "Call this number for help", 0]),
    "an answer after the end": [*GOOD, ["table", [], "More", ""]],
    "an answer after the wish to begin again": [*GOOD[:3], ["needs", "pdf"], GOOD[3]],
    "no end": GOOD[:-1],
    "an end inside a table": [*GOOD[: ROWS + 1], ["end"]],
    "an end before anything": [["end"]],
    "a last line without its end": [*GOOD[:-1], '["end"]'],
    "how it is confined, told too late": [*GOOD[:2], *GOOD],
    "a confinement of its own": changed(CONFINED, ["confined", "not at all"]),
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_child_that_breaks_the_protocol_is_never_complete(lines: list[object], tmp_path: Path) -> None:
    assert failure_of(answer_of(saying(tmp_path, *lines))) == "reader-failed"


def test_of_a_line_that_breaks_the_protocol_nothing_is_taken(tmp_path: Path) -> None:
    events = answer_of(saying(tmp_path, *row(1, "", None, ["a", 1], None)))
    assert not any(isinstance(event, RowsFound) for event in events)
    assert GridDropped("reader-failed", 0) in events


@pytest.mark.parametrize(
    "limits",
    [Limits(rows=1), Limits(cells=3), Limits(tables=0), Limits(cell_characters=4), Limits(parts=0),
     Limits(characters=5)],
)  # fmt: skip
def test_the_parent_counts_for_itself(limits: Limits, tmp_path: Path) -> None:
    assert failure_of(answer_of(saying(tmp_path, *GOOD), limits)) == "reader-failed"


def test_a_line_without_end_is_not_waited_for() -> None:
    assert failure_of(answer_of("import sys\nwhile True: sys.stdout.write('x' * 65536)")) == "reader-failed"


@pytest.mark.parametrize(
    "then", ["import os; os.abort()", "import os; os.kill(os.getpid(), 9)", "sys.exit(1)"]
)
def test_a_child_that_dies_after_a_perfect_answer_is_not_complete(then: str, tmp_path: Path) -> None:
    assert failure_of(answer_of(saying(tmp_path, *GOOD, then=then))) == "reader-failed"


def test_a_child_that_hangs_is_ended_by_the_clock(tmp_path: Path) -> None:
    script = saying(tmp_path, *GOOD[:3], then="import threading; threading.Event().wait()")
    assert failure_of(answer_of(script, Limits(wall_seconds=1))) == "time-limit"


def test_each_file_has_a_process_of_its_own_and_many_are_read_at_once(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.csv" for number in range(24)]
    for number, file in enumerate(files):
        file.write_text(f"Name,Number\nZz Example,{number}\n", encoding="utf-8")

    def last_cell(file: Path) -> str:
        with file.open("rb") as stream:
            events = list(read_in_child(stream, "csv", DEFAULT_LIMITS))
        return next(event.rows[-1].texts[-1] for event in events if isinstance(event, RowsFound))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(last_cell, files)) == [str(number) for number in range(24)]


def test_a_format_whose_library_is_not_there_counts_as_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The child asks for the imports again and again; each time they cannot be had."""
    script = saying(tmp_path, GOOD[CONFINED], ["needs", "xlsx"])

    class Server:
        def start(self, *_: object) -> StandIn:
            return StandIn(script)

    monkeypatch.setattr("amends.scan.isolation.reading.shared_server", Server)
    with (tmp_path / "spoken").open("rb") as stream:
        events = list(read_in_child(stream, "", DEFAULT_LIMITS))
    assert failure_of(events) == "reader-missing"


def test_when_the_fork_server_dies_what_is_being_read_counts_as_not_read() -> None:
    server = ForkServer()
    with os.fdopen(os.memfd_create("empty"), "rb") as empty:
        child = server.start(empty, "", DEFAULT_LIMITS, [])
    server.close()
    assert failure_of(list(ChildRun(child, DEFAULT_LIMITS).events())) in ("reader-failed", "")
    assert child.wait(5) is not None
