"""PowerPoint presentations before 2007 (.ppt, .pps, .pot; MS-PPT): slides, notes, masters, comments, earlier states."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._compound_file import CompoundFile, streams_at_the_root
from amends.scan.formats._office_drawing import drawing_pieces
from amends.scan.formats._ole_streams import guarded, rest_pieces
from amends.scan.formats._ppt_records import DIRECTORY, EDIT, Record, living_objects, record_at, records
from amends.scan.formats._ppt_text import (
    HANDOUT,
    MASTER,
    NOTES,
    SLIDE,
    Piece,
    Place,
    is_hidden_slide,
    text_pieces,
)
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece
from amends.scan.limits import Limits

_DOCUMENT: Final = "PowerPoint Document"
_TAKEN: Final = frozenset({"POWERPOINT DOCUMENT", "CURRENT USER", "PICTURES"})
_DOCUMENT_CONTAINER, _DOCUMENT_ATOM, _SLIDE_LIST, _SLIDE_ENTRY = 0x03E8, 0x03E9, 0x0FF0, 0x03F3
_KINDS: Final = {
    NOTES: ("notes", "speaker-notes"),
    MASTER: ("master", "master-text"),
    HANDOUT: ("handout", "master-text"),
}


class _Ppt:
    name = "ppt"
    extensions = ("ppt", "pps", "pot")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return _DOCUMENT.upper() in streams_at_the_root(stream)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        compound = CompoundFile(stream.read())
        yield from rest_pieces(compound, _TAKEN)
        user = compound.root.stream("Current User")
        current = user.read() if user is not None else b""
        yield from _user(current)
        document = compound.root.stream(_DOCUMENT)
        if document is None:
            raise UnreadableError("corrupt")
        try:
            yield from _Presentation(document.read(), current).pieces()
        except (struct.error, IndexError, ValueError) as damage:
            raise UnreadableError("corrupt") from damage
        pictures = compound.root.stream("Pictures")
        if pictures is not None:
            yield from guarded(drawing_pieces(pictures.read(), ("pictures",)), "pictures")


def _user(current: bytes) -> Iterator[UntrustedPart]:
    """CurrentUserAtom, MS-PPT 2.3.2: who saved the file last."""
    if len(current) < 28:
        return
    (length,) = struct.unpack_from("<H", current, 20)
    narrow = current[28 : 28 + length].decode("cp1252", "replace").strip("\0")
    wide = current[32 + length : 32 + 3 * length].decode("utf-16-le", "replace").strip("\0")
    if wide or narrow:
        yield UntrustedPart(("Current User",), "user-name", "document-property", wide or narrow)


class _Presentation:
    def __init__(self, content: bytes, current: bytes) -> None:
        self._content = content
        self._living = living_objects(content, current)
        self._size = (0, 0)
        self._slides: dict[int, int] = {}
        """Object number → number of the slide, from 1."""
        self._said: set[str] = set()

    def pieces(self) -> Iterator[UntrustedPiece]:
        alive = {place: number for number, place in self._living.items()}
        objects = [record for record in (record_at(self._content, at) for at in sorted(alive)) if record]
        for record in objects:
            if record.kind == _DOCUMENT_CONTAINER:
                self._read_lists(record)
        for record in objects:
            for piece in self._object(record, alive[record.at]):
                if isinstance(piece, UntrustedPart):
                    self._said.add(piece.text)
                yield piece
        yield from self._earlier(set(alive))

    def _read_lists(self, document: Record) -> None:
        for record in records(document.body):
            if record.kind == _DOCUMENT_ATOM and len(record.body) >= 8:
                self._size = struct.unpack_from("<ii", record.body)
            elif record.kind == _SLIDE_LIST and record.instance == 0:
                for entry in records(record.body):
                    if entry.kind == _SLIDE_ENTRY:
                        (number,) = struct.unpack_from("<I", entry.body)
                        self._slides[number] = len(self._slides) + 1

    def _object(self, record: Record, number: int) -> Iterator[UntrustedPiece]:
        if record.kind == _DOCUMENT_CONTAINER:
            yield from guarded(self._document(record), "document")
        elif record.kind == SLIDE:
            yield from guarded(self._slide(record, number), "slide")
        else:
            step, hidden = _KINDS.get(record.kind, ("object", ""))
            place = Place((f"{step} {number}",), step, hidden, slide_size=(0, 0))
            yield from guarded(text_pieces(record, place), step)

    def _slide(self, record: Record, number: int) -> Iterator[Piece]:
        hidden = "hidden-slide" if is_hidden_slide(record) else ""
        place = Place(self._slide_place(number), "paragraph", hidden, slide_size=self._size)
        yield from text_pieces(record, place)

    def _slide_place(self, number: int) -> tuple[str, ...]:
        return (f"slide {self._slides[number]}",) if number in self._slides else (f"unlisted slide {number}",)

    def _document(self, document: Record) -> Iterator[Piece]:
        """The outline of each slide stands here and not with the slide (MS-PPT 2.4.14.3)."""
        for record in records(document.body):
            if record.kind != _SLIDE_LIST:
                yield from text_pieces(record, Place(("document",), "text", "unshown-text"))
                continue
            place = Place(("document",), "text", "master-text")
            for entry in records(record.body):
                if entry.kind == _SLIDE_ENTRY:
                    (number,) = struct.unpack_from("<I", entry.body)
                    place = self._outline(record.instance, number)
                else:
                    yield from text_pieces(entry, place)

    def _outline(self, which: int, number: int) -> Place:
        if which == 0:
            slide = record_at(self._content, self._living.get(number, len(self._content)))
            hidden = "hidden-slide" if slide is not None and is_hidden_slide(slide) else ""
            return Place((*self._slide_place(number), "outline"), "paragraph", hidden)
        step, hidden = ("master", "master-text") if which == 1 else ("notes", "speaker-notes")
        return Place((f"{step} {number}", "outline"), step, hidden)

    def _earlier(self, alive: set[int]) -> Iterator[UntrustedPiece]:
        """Yield the texts of objects that no directory names any more, where they differ from those that live."""
        for record in records(self._content):
            if record.at in alive or record.kind in (EDIT, DIRECTORY):
                continue
            place = Place((f"earlier state at {record.at}",), "paragraph", "deleted-before")
            for piece in guarded(text_pieces(record, place), place.where[0]):
                if isinstance(piece, UntrustedPart):
                    if piece.text in self._said:
                        continue
                    self._said.add(piece.text)
                    yield piece._replace(hidden="deleted-before")
                else:
                    yield piece


PLUGIN = _Ppt()
