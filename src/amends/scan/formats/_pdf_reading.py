"""A whole PDF file: its last state, then what earlier states held that is no longer there, then bytes outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._pdf_document import Lines, Piece, read_lost, read_state
from amends.scan.formats._pdf_revisions import bytes_outside, is_cut_off, revision_ends
from amends.scan.formats._pdf_salvage import file_of, lost_objects
from amends.scan.formats._pdf_strings import decoded, is_text
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedUnread
from amends.scan.limits import Limits

_MOST_REVISIONS: Final = 64


def read_pdf(content: bytes, limits: Limits) -> Iterator[Piece]:
    """Yield every piece of the file. Raises `UnreadableError` where all of it cannot be read."""
    told = Lines()
    files: set[int] = set()
    for piece in read_state(content, limits, told):
        if isinstance(piece, UntrustedFile):
            files.add(hash(piece.content))
        yield piece
    if is_cut_off(content):
        yield UntrustedUnread("end of the file", "corrupt")
    ends = revision_ends(content)
    if len(ends) > _MOST_REVISIONS:
        yield UntrustedUnread("earlier revisions", "too-large", len(ends) - _MOST_REVISIONS)
    for number, end in reversed(list(enumerate(ends, 1))[-_MOST_REVISIONS:]):
        yield from _no_longer_there(content[:end], number, limits, told, files)
    yield from _in_no_table(content, len(ends), limits, told)
    for name, outside in bytes_outside(content):
        if is_text(outside):
            yield UntrustedPart((name,), "bytes", "bytes-outside", decoded(outside))
        else:
            yield UntrustedFile((name,), "bytes-outside", outside)


def _in_no_table(content: bytes, revisions: int, limits: Limits, told: Lines) -> Iterator[Piece]:
    if told.encrypted or not told.objects:
        return  # encrypted with the number of their object, or the tables themselves could not be read
    bodies, more = lost_objects(content, told.objects, revisions)
    if more:
        yield UntrustedUnread("objects in no table", "too-large")
    if bodies:
        yield from read_lost(file_of(bodies), limits, told)


def _no_longer_there(
    content: bytes, number: int, limits: Limits, told: Lines, files: set[int]
) -> Iterator[Piece]:
    name = f"revision {number}"
    own = Lines()
    try:
        for piece in read_state(content, limits, own):
            if isinstance(piece, UntrustedPart):
                if text := told.new(piece.text):
                    told.take(text)
                    yield UntrustedPart((name, *piece.where), piece.kind, "earlier-revision", text)
            elif isinstance(piece, UntrustedFile):
                if hash(piece.content) not in files:
                    files.add(hash(piece.content))
                    yield UntrustedFile(
                        (name, *piece.where), "earlier-revision", piece.content, piece.extension
                    )
            elif piece.code != "no-text-layer":  # the last state says so of the same picture
                yield UntrustedUnread(f"{name} {piece.where}", piece.code, piece.amount)
    except UnreadableError as problem:
        yield UntrustedUnread(name, problem.code, problem.amount)
