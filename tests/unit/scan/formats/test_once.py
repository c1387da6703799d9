"""What formats ask of one open file is found out once, and never of another file."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, BinaryIO

import pytest

from amends.scan.formats._once import once
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.limits import DEFAULT_LIMITS


class Slotted:
    """A stream to which no weak reference is possible."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = 0


def test_each_file_is_asked_once_and_has_its_own_answer() -> None:
    asked: list[bytes] = []

    @once
    def head(stream: BinaryIO) -> bytes:
        asked.append(stream.read(1))
        return asked[-1]

    first, second = BytesIO(b"a"), BytesIO(b"b")
    assert [head(first), head(second), head(first), head(second)] == [b"a", b"b", b"a", b"b"]
    assert asked == [b"a", b"b"]


def test_a_fault_is_not_remembered() -> None:
    answers = iter((ValueError("damaged"), 7))

    @once
    def found(_: BinaryIO) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    stream = BytesIO()
    with pytest.raises(ValueError, match="damaged"):
        found(stream)
    assert found(stream) == 7


def test_a_stream_that_cannot_be_remembered_is_asked_again() -> None:
    @once
    def count(stream: Any) -> int:
        stream.asked += 1
        return int(stream.asked)

    stream: Any = Slotted()
    assert [count(stream), count(stream)] == [1, 2]


def test_a_package_keeps_only_so_much() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        written.writestr("a.rels", "<a/>")
    package = ZipPackage(stream, DEFAULT_LIMITS)
    package.remember("a.rels", tuple(range(150_000)))
    package.remember("b.rels", tuple(range(150_000)))
    assert package.remembered("A.rels") == tuple(range(150_000))
    assert package.remembered("b.rels") is None
