"""Files inside files: each is opened by its content, and what goes wrong in one stays in that one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pytest

from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.isolation.answering import Answer
from amends.scan.isolation.nested import NeedsError, answer_for
from amends.scan.limits import DEFAULT_LIMITS, Limits


class PanicException(BaseException):
    """What a panic of a Rust library looks like: no `Exception`."""


class Toy:
    """A format whose files begin with its name; what it yields is the test's."""

    extensions: tuple[str, ...] = ("toy",)
    rank: int = 10

    def __init__(
        self, name: str, pieces: Callable[[bytes], Iterator[UntrustedPiece]], needs: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self.needs = needs
        self._pieces = pieces

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return stream.read(len(self.name)) == self.name.encode()

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        return self._pieces(stream.read()[len(self.name) :])


def text(content: bytes) -> Iterator[UntrustedPiece]:
    yield UntrustedPart(("line 1",), "paragraph", "", content.decode())


def box(content: bytes) -> Iterator[UntrustedPiece]:
    yield UntrustedPart((), "name", "", "a box")
    yield UntrustedFile(("inside",), "embedded-file", content)
    yield UntrustedPart((), "name", "", "the end of the box")


TEXT, BOX = Toy("text", text), Toy("box", box)


def answers(content: bytes, *formats: Toy, limits: Limits = DEFAULT_LIMITS) -> list[list[Any]]:
    """Return the lines that a child would send about this file."""
    descriptor = os.memfd_create("answer")
    with os.fdopen(os.memfd_create("file"), "w+b") as stream, os.fdopen(descriptor, "r+b") as said:
        stream.write(content)
        stream.flush()
        answer = Answer(descriptor, limits)
        known = frozenset(reader.name for reader in formats if not reader.needs)
        answer_for(stream, "", formats, known, answer)
        answer.send(["end"])
        said.seek(0)
        return [json.loads(line) for line in said]


def parts_in(lines: list[list[Any]]) -> list[list[Any]]:
    return [part for line in lines if line[0] == "parts" for part in line[1]]


def test_a_file_inside_is_opened_by_its_content_and_hidden_as_the_file_is() -> None:
    lines = answers(b"boxtextZzcanary", BOX, TEXT)
    assert ["format", ["inside"], "text"] in lines
    assert [["inside", "line 1"], "paragraph", "embedded-file", "Zzcanary"] in parts_in(lines)
    assert parts_in(lines)[-1] == [[], "name", "", "the end of the box"]


def test_a_file_inside_that_nobody_knows_is_not_read_and_the_rest_is() -> None:
    lines = answers(b"boxwhatever", BOX, TEXT)
    assert ["unread", ["inside"], "unknown-format", 0] in lines
    assert [part[3] for part in parts_in(lines)] == ["a box", "the end of the box"]


def test_files_inside_files_end_at_the_depth_that_is_allowed() -> None:
    lines = answers(b"box" * 40 + b"textdeep", BOX, TEXT, limits=Limits(depth=5))
    assert ["unread", ["inside"] * 6, "too-deep", 0] in lines
    assert "deep" not in [part[3] for part in parts_in(lines)]


@pytest.mark.parametrize("limits", [Limits(files=2), Limits(package_bytes=30)])
def test_many_or_large_files_inside_end_at_their_bound(limits: Limits) -> None:
    lines = answers(b"box" * 10 + b"textdeep", BOX, TEXT, limits=limits)
    assert "too-large" in [line[2] for line in lines if line[0] == "unread"]
    assert "deep" not in [part[3] for part in parts_in(lines)]


@pytest.mark.parametrize(
    "fault", [KeyError("Zzcanary"), PanicException("Zzcanary"), RecursionError("Zzcanary")]
)
def test_a_reader_that_fails_loses_its_own_file_only_and_its_message_goes_nowhere(
    fault: BaseException,
) -> None:
    def failing(content: bytes) -> Iterator[UntrustedPiece]:
        yield UntrustedPart((), "name", "", "before the fault")
        raise fault

    lines = answers(b"boxbad", BOX, Toy("bad", failing))
    assert [part[3] for part in parts_in(lines)] == ["a box", "before the fault", "the end of the box"]
    assert [line[1:] for line in lines if line[0] == "unread"] in (
        [[["inside"], "reader-failed", 0]],
        [[["inside"], "too-deep", 0]],
    )
    assert "Zzcanary" not in json.dumps(lines)


@pytest.mark.parametrize("fault", [ValueError("Zzcanary"), PanicException("Zzcanary")])
def test_a_table_that_fails_is_dropped_and_what_follows_is_read(fault: BaseException) -> None:
    def rows() -> Iterator[UntrustedRow]:
        yield UntrustedRow(1, "", None, ["a"])
        raise fault

    def tables(content: bytes) -> Iterator[UntrustedPiece]:
        yield UntrustedTable("First", "", rows())
        yield UntrustedTable("Second", "", [UntrustedRow(1, "", None, ["b"])])

    lines = answers(b"sheet", Toy("sheet", tables))
    assert ["drop", "reader-failed", 0] in lines
    assert lines[-2][0] == "table-end"


def test_what_a_reader_says_it_did_not_read_carries_the_way_to_it() -> None:
    def shy(content: bytes) -> Iterator[UntrustedPiece]:
        yield UntrustedUnread("page 3", "password-protected")
        raise UnreadableError("corrupt", 7)

    lines = answers(b"boxshy", BOX, Toy("shy", shy))
    assert [line[1:] for line in lines if line[0] == "unread"] == [
        [["inside", "page 3"], "password-protected", 0],
        [["inside"], "corrupt", 7],
    ]


def test_a_format_whose_imports_are_not_there_asks_for_them() -> None:
    with pytest.raises(NeedsError) as wanted:
        answers(b"boxheavy", BOX, Toy("heavy", text, needs=("amends.scan.formats.interface",)))
    assert wanted.value.format == "heavy"


def test_memory_that_runs_out_ends_the_whole_file() -> None:
    def hungry(content: bytes) -> Iterator[UntrustedPiece]:
        yield UntrustedPart((), "name", "", "before")
        raise MemoryError

    with pytest.raises(MemoryError):
        answers(b"boxhungry", BOX, Toy("hungry", hungry))


def test_a_long_text_comes_in_slices_and_none_is_lost() -> None:
    lines = answers(b"text" + b"x" * 1_000, TEXT, limits=Limits(cell_characters=300))
    assert [len(part[3]) for part in parts_in(lines)] == [300, 300, 300, 100]


@pytest.mark.parametrize("limits", [Limits(parts=1), Limits(characters=4)])
def test_more_texts_than_allowed_are_said_and_not_cut(limits: Limits) -> None:
    lines = answers(b"boxtextdeep", BOX, TEXT, limits=limits)
    assert "too-large" in [line[2] for line in lines if line[0] == "unread"]
