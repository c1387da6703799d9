"""Publications of Publisher (.pub): every text of the stories, links, pictures; the layout is named as not read."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._compound_file import MAGIC, CompoundFile, Storage, Stream, open_compound
from amends.scan.formats._office_drawing import drawing_pieces
from amends.scan.formats._ole_streams import guarded, rest_pieces, runs_of, storage_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_QUILL, _SUB, _STORY = "Quill", "QuillSub", "CONTENTS"
_ESCHER: Final = "Escher"
_LAYOUT: Final = "Contents"
_CHUNKS: Final = b"CHNKINK "
_FIRST, _SIZE, _MOST = 0x20, 24, 4_096
_LISTED: Final = b"\x18\0"


class _Publisher:
    name = "publisher"
    extensions = ("pub",)
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        if stream.read(len(MAGIC)) != MAGIC:
            return False
        stream.seek(0)
        compound = open_compound(stream.read())
        return compound is not None and _story_of(compound.root) is not None

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        compound = CompoundFile(stream.read())
        root = compound.root
        yield from rest_pieces(compound, {_QUILL.upper(), _ESCHER.upper(), _LAYOUT.upper()})
        story = _story_of(root)
        if story is not None:
            yield from guarded(_story(story.read()), f"{_QUILL}/{_SUB}/{_STORY}")
        yield from _beside_the_story(root.storage(_QUILL))
        drawings = root.storage(_ESCHER)
        for name, drawing in drawings.streams.items() if drawings is not None else ():
            yield from guarded(drawing_pieces(drawing.read(), (_ESCHER, name)), f"{_ESCHER}/{name}")
        layout = root.stream(_LAYOUT)
        if layout is not None:
            yield from runs_of(layout.read(), (_LAYOUT,), "ole-stream")
            yield UntrustedUnread(f"{_LAYOUT}, all but plain characters", "part-not-read")


def _story_of(root: Storage) -> Stream | None:
    quill = root.storage(_QUILL)
    inner = quill.storage(_SUB) if quill is not None else None
    return inner.stream(_STORY) if inner is not None else None


def _beside_the_story(quill: Storage | None) -> Iterator[UntrustedPiece]:
    inner = quill.storage(_SUB) if quill is not None else None
    if quill is not None and inner is not None:
        rest = Storage(_SUB, inner.class_id)
        rest.storages = dict(inner.storages)
        rest.streams = {name: stream for name, stream in inner.streams.items() if name.upper() != _STORY}
        yield from storage_pieces(rest, (_QUILL, _SUB))
        outer = Storage(_QUILL, quill.class_id)
        outer.streams = quill.streams
        outer.storages = {name: one for name, one in quill.storages.items() if one is not inner}
        yield from storage_pieces(outer, (_QUILL,))


def _story(data: bytes) -> Iterator[UntrustedPiece]:
    """The list of chunks: 24 bytes each, with what kind it is of, and where in the stream it lies."""
    if not data.startswith(_CHUNKS):
        yield from runs_of(data, (_QUILL,), "ole-stream")
        raise UnreadableError("corrupt")
    story = 0
    for number in range(1, _MOST):
        at = _FIRST + _SIZE * (number - 1)
        if data[at : at + 2] != _LISTED:
            break
        kind, start, length = struct.unpack_from("<4sII", data, at + 12)
        content = data[start : start + length]
        if len(content) < length:
            yield UntrustedUnread(f"{_QUILL}, chunk {number}", "corrupt")
        if kind == b"TEXT":
            story += 1
            yield from _paragraphs(content, story)
        elif text := text_runs(content):
            yield UntrustedPart((_QUILL, f"chunk {number}"), "stream", "ole-stream", text)
    if not story:
        raise UnreadableError("corrupt")


def _paragraphs(content: bytes, story: int) -> Iterator[UntrustedPart]:
    text = content[: len(content) // 2 * 2].decode("utf-16-le", "replace")
    for number, paragraph in enumerate(text.replace("\x0c", "\r").replace("\n", "\r").split("\r"), 1):
        plain = "".join(letter if letter >= " " or letter == "\t" else "\n" for letter in paragraph).strip(
            "\n \0"
        )
        if plain:
            yield UntrustedPart((f"story {story}", f"paragraph {number}"), "paragraph", "", plain)


PLUGIN = _Publisher()
