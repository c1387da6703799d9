"""Word documents before 2007 (.doc, MS-DOC): Word 97 to 2003; of Word 6 and 95 the text without its properties."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._compound_file import CompoundFile, streams_at_the_root
from amends.scan.formats._doc_layout import Layout
from amends.scan.formats._doc_properties import Properties
from amends.scan.formats._doc_tables import authors_of, data_pieces, leftovers, list_parts
from amends.scan.formats._doc_text import DocumentText
from amends.scan.formats._ole_streams import guarded, rest_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece
from amends.scan.limits import Limits

_TAKEN: Final = frozenset({"WORDDOCUMENT", "0TABLE", "1TABLE", "DATA"})


class _Doc:
    name = "doc"
    extensions = ("doc", "dot")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return "WORDDOCUMENT" in streams_at_the_root(stream)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        compound = CompoundFile(stream.read())
        # Whatever the text turns out to be, properties, macros and embedded objects are there.
        yield from rest_pieces(compound, _TAKEN)
        try:
            layout = Layout(compound.root)
        except (struct.error, IndexError, ValueError) as damage:
            raise UnreadableError("corrupt") from damage
        yield from guarded(list_parts(layout), "table stream")
        try:
            yield from _text(layout, limits)
        except (struct.error, IndexError, ValueError) as damage:
            raise UnreadableError("corrupt") from damage
        data = compound.root.stream("Data")
        if data is not None:
            yield from guarded(data_pieces(data.read()), "Data")
        unused = compound.root.stream("0Table" if layout.table_name == "1Table" else "1Table")
        if unused is not None:
            text = text_runs(unused.read())
            if text:
                yield UntrustedPart((unused.name,), "stream", "deleted-before", text)


def _text(layout: Layout, limits: Limits) -> Iterator[UntrustedPiece]:
    properties = Properties(layout)
    text = DocumentText(layout, properties, authors_of(layout), limits)
    yield from text.pieces()
    yield from leftovers(layout, properties.pages, text.covered)


PLUGIN = _Doc()
