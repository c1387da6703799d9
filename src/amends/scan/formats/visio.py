"""Visio drawings before 2013 (.vsd, .vst, .vss): the texts of shapes; what else is in them is named as not read."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._compound_file import MAGIC, CompoundFile, open_compound
from amends.scan.formats._ole_streams import guarded, rest_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats._visio_streams import MAGIC as DRAWING
from amends.scan.formats._visio_streams import VisioStreams, is_all_texts
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_STREAM: Final = "VisioDocument"
_REST: Final = "VisioDocument, all but the texts of shapes and plain characters"


class _Visio:
    name = "visio"
    extensions = ("vsd", "vst", "vss", "vsw")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        if stream.read(len(MAGIC)) != MAGIC:
            return False
        stream.seek(0)
        compound = open_compound(stream.read())
        return compound is not None and compound.root.stream(_STREAM) is not None

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        compound = CompoundFile(stream.read())
        yield from rest_pieces(compound, {_STREAM.upper()})
        found = compound.root.stream(_STREAM)
        if found is not None:
            yield from guarded(_drawing(found.read()), _STREAM)


def _drawing(data: bytes) -> Iterator[UntrustedPiece]:
    if not data.startswith(DRAWING):
        yield from _runs(data, (_STREAM,))
        raise UnreadableError("corrupt")
    streams = VisioStreams(data)
    whole = True
    try:
        for found in streams.all():
            place = (_STREAM, "stream " + (".".join(map(str, found.place)) or "0"))
            told: list[str] = []
            for number, text in enumerate(streams.texts(found.content) if found.holds_chunks else (), 1):
                told.append(text)
                yield UntrustedPart((*place, f"text {number}"), "paragraph", "", text)
            yield from _runs(found.content, place, told)
            whole = whole and (found.holds_pointers or (found.holds_chunks and is_all_texts(found.content)))
    except (UnreadableError, struct.error) as problem:
        yield from _runs(data, (_STREAM,))
        raise UnreadableError(getattr(problem, "code", "corrupt")) from problem
    if streams.damaged:
        yield UntrustedUnread(_STREAM, "corrupt")
    if not whole:
        yield UntrustedUnread(_REST, "part-not-read")


def _runs(content: bytes, place: tuple[str, ...], told: list[str] | None = None) -> Iterator[UntrustedPart]:
    """Names, properties and what else stands there in plain characters, but the texts that have come out."""
    said = "\n".join(told or ())
    text = "\n".join(line for line in text_runs(content).split("\n") if line.strip() and line not in said)
    if text:
        yield UntrustedPart((*place, "characters"), "stream", "ole-stream", text)


PLUGIN = _Visio()
