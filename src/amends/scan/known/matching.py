"""Searches an opened file for the people of an index: in the rows of its tables and in its texts.

An identifier, a name or a date alone says nothing about anybody; what stands in one row, or within a line or two of
text, must agree with one person of the index. Only where a whole list is made of known names or numbers, their number
alone is enough. `docs/how-to/know-your-own-people.md` derives how often this is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from amends.scan.known.cells import LONG_CELL
from amends.scan.known.evidence import KnownPeople
from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import Fingerprinter
from amends.scan.known.lookups import Lookups
from amends.scan.known.rows import people_in_table
from amends.scan.known.texts import Piece, people_in_texts
from amends.scan.parts import Part
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.provenance import Provenance


def known_people(
    opened: OpenedFile, index: KnownIndex, fingerprinter: Fingerprinter
) -> tuple[KnownPeople, ...]:
    """Return what is found of an index's people in a file, table by table, and then in its texts.

    Raises `UsageError` ``index-key-wrong``, `FaultError` ``index-damaged``.
    """
    return tuple(find_known(opened.tables, opened.parts, Lookups(index, fingerprinter)))


def find_known(tables: Iterable[Table], parts: Sequence[Part], lookups: Lookups) -> Iterator[KnownPeople]:
    """Yield what is found in tables, and in parts of one file."""
    for table in tables:
        yield from people_in_table(table, lookups)
        yield from people_in_texts(table.provenance, list(_long_cells(table)), lookups)
    if parts:
        pieces = [Piece(part.text, bool(part.hidden)) for part in parts]
        yield from people_in_texts(Provenance(parts[0].provenance.steps[:1]), pieces, lookups)


def _long_cells(table: Table) -> Iterator[Piece]:
    for row, number in zip(table.rows, table.row_numbers, strict=True):
        for text in row:
            if len(text) > LONG_CELL:
                yield Piece(text, bool(table.hidden) or number in table.hidden_rows)
