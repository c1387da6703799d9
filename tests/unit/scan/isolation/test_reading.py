"""A child that lies, shouts, dies or hangs: nothing that it said reaches the caller."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from amends.scan.isolation.reading import Reading, read_from, read_in_child
from amends.scan.limits import DEFAULT_LIMITS, Limits

GOOD = [
    ["format", "xlsx"],
    ["table", "People", ""],
    ["rows", [[1, False, None, ["Name", "DOB"]], [2, True, None, ["Ana Example", "1985-03-12"]]]],
    ["table-end", [[1, 1]], 0],
    ["unread", "xl/media", "part-not-read", 2],
    ["end"],
]


def answer_of(tmp_path: Path, script: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    given = tmp_path / "given"
    given.touch()
    with given.open("rb") as stream:
        return read_from([sys.executable, "-I", "-c", script], stream, limits)


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
    reading = answer_of(tmp_path, saying(tmp_path, *GOOD))
    assert reading.format == "xlsx"
    assert [row.texts[0] for row in reading.grids[0].rows] == ["Name", "Ana Example"]
    assert reading.grids[0].hidden_columns == [(1, 1)]
    assert [(piece.where, piece.code, piece.count) for piece in reading.unread] == [
        ("xl/media", "part-not-read", 2)
    ]


HOSTILE = {
    "garbage": ["\x00\x01 not json\n"],
    "nothing at all": [],
    "deep nesting": ["[" * 100_000 + "\n"],
    "a number too long to be read": ["[" + "9" * 10_000 + "]\n"],
    "an unknown kind": changed(1, ["exec", "rm"]),
    "a kind that is no text": changed(1, [["table"], "x", ""]),
    "an object": changed(1, {"table": "People"}),
    "an unknown hidden state": changed(1, ["table", "People", "no"]),
    "a hidden state of the wrong type": changed(1, ["table", "People", ["hidden sheet"]]),
    "a name too long": changed(1, ["table", "x" * 300, ""]),
    "rows before a table": changed(1, ["rows", [[1, False, None, ["a"]]]]),
    "a number for a text": changed(2, ["rows", [[1, False, None, ["a", 1]]]]),
    "null for a text": changed(2, ["rows", [[1, False, None, [None]]]]),
    "a row number below zero": changed(2, ["rows", [[-1, False, None, ["a"]]]]),
    "a row number that is true": changed(2, ["rows", [[True, False, None, ["a"]]]]),
    "a row number that is no integer": changed(2, ["rows", [[1.5, False, None, ["a"]]]]),
    "a row number beyond any sheet": changed(2, ["rows", [[1 << 40, False, None, ["a"]]]]),
    "hidden that is no boolean": changed(2, ["rows", [[1, "yes", None, ["a"]]]]),
    "columns that go backwards": changed(2, ["rows", [[1, False, [3, 2], ["a", "b"]]]]),
    "fewer columns than texts": changed(2, ["rows", [[1, False, [3], ["a", "b"]]]]),
    "a column beyond any sheet": changed(2, ["rows", [[1, False, [99_999], ["a"]]]]),
    "a row of nothing": changed(2, ["rows", [[1, False, None, []]]]),
    "a row too wide": changed(2, ["rows", [[1, False, None, ["a"] * 20_000]]]),
    "a cell too long": changed(2, ["rows", [[1, False, None, ["a" * 200_000]]]]),
    "rows that are no list": changed(2, ["rows", "all of them"]),
    "a range the wrong way round": changed(3, ["table-end", [[5, 1]], 0]),
    "a header row that is no number": changed(3, ["table-end", [], "one"]),
    "a sentence instead of a code": changed(4, ["unread", "", "Call this number for help", 0]),
    "an answer after the end": [*GOOD, ["table", "More", ""]],
    "no end": GOOD[:-1],
    "an end inside a table": [*GOOD[:3], ["end"]],
    "a last line without its end": [*GOOD[:-1], '["end"]'],
    "two formats": [GOOD[0], *GOOD],
}


@pytest.mark.parametrize("lines", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_child_that_breaks_the_protocol_is_believed_in_nothing(lines: list[object], tmp_path: Path) -> None:
    reading = answer_of(tmp_path, saying(tmp_path, *lines))
    assert reading.grids == ()
    assert [piece.code for piece in reading.unread] == ["reader-failed"]


@pytest.mark.parametrize(
    "limits", [Limits(rows=1), Limits(cells=3), Limits(tables=0), Limits(cell_characters=4)]
)
def test_the_parent_counts_for_itself(limits: Limits, tmp_path: Path) -> None:
    reading = answer_of(tmp_path, saying(tmp_path, *GOOD), limits)
    assert reading.grids == ()


def test_a_line_without_end_is_not_waited_for(tmp_path: Path) -> None:
    script = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    reading = answer_of(tmp_path, script)
    assert [piece.code for piece in reading.unread] == ["reader-failed"]


@pytest.mark.parametrize(
    "then", ["import os; os.abort()", "import os; os.kill(os.getpid(), 9)", "sys.exit(1)"]
)
def test_a_child_that_dies_after_a_perfect_answer_is_not_believed(then: str, tmp_path: Path) -> None:
    reading = answer_of(tmp_path, saying(tmp_path, *GOOD, then=then))
    assert reading.grids == ()
    assert [piece.code for piece in reading.unread] == ["reader-failed"]


def test_a_child_that_hangs_is_ended_by_the_clock(tmp_path: Path) -> None:
    script = saying(tmp_path, *GOOD[:3], then="import threading; threading.Event().wait()")
    reading = answer_of(tmp_path, script, Limits(wall_seconds=1))
    assert reading.grids == ()
    assert [piece.code for piece in reading.unread] == ["time-limit"]


def test_half_surrogates_and_nul_become_replacement_characters(tmp_path: Path) -> None:
    rows = '["rows",[[1,false,null,["a\\ud800b","c\\u0000d"]]]]\n'
    reading = answer_of(tmp_path, saying(tmp_path, *GOOD[:2], rows, *GOOD[3:]))
    assert reading.grids[0].rows[0].texts == ["a�b", "c�d"]


def test_a_place_cannot_carry_control_characters(tmp_path: Path) -> None:
    reading = answer_of(tmp_path, saying(tmp_path, *changed(1, ["table", "a\x1b[2Jb\nc", ""])))
    assert reading.grids[0].name == "a�[2Jb�c"


def test_the_child_has_no_environment_no_arguments_and_only_its_three_descriptors(tmp_path: Path) -> None:
    os.environ["SECRET_OF_THE_PARENT"] = "x"
    script = (
        "import os, sys, json\n"
        "open_ones = [fd for fd in range(3, 64) if os.path.exists(f'/proc/self/fd/{fd}')]\n"
        "state = [sorted(k for k in os.environ if k != 'LC_CTYPE'), open_ones, os.getcwd(), len(sys.argv)]\n"
        "lines = [['format','xlsx'],['table','t',''],['rows',[[1,False,None,[json.dumps(state)]]]],"
        "['table-end',[],0],['end']]\n"
        "sys.stdout.write(''.join(json.dumps(line) + '\\n' for line in lines))\n"
    )
    try:
        reading = answer_of(tmp_path, script)
    finally:
        del os.environ["SECRET_OF_THE_PARENT"]
    assert json.loads(reading.grids[0].rows[0].texts[0]) == [[], [], "/", 1]


def test_a_file_that_needs_more_memory_than_allowed_says_so(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("a,b\n" + '"' + "x" * (60 << 20) + '",y\n', encoding="utf-8")
    limits = Limits(memory_bytes=90 << 20, cell_characters=200 << 20)
    with path.open("rb") as stream:
        reading = read_in_child(stream, "csv", limits)
    assert reading.grids == ()
    assert [piece.code for piece in reading.unread] == ["memory-limit"]
