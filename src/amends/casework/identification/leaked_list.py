"""Which tables of the opened file are the list of people, and its rows as every later step sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyarrow as pa

from amends.link.mapping import Mapping
from amends.scan.columns import classify_columns
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.errors import IncompleteError

UNKNOWN_KIND: Final = "column "
"""Before the header of a column that no rule knows: it was exposed all the same, and its people are told."""


@dataclass(frozen=True, slots=True)
class LeakedList:
    """The tables that list people, and what else the file holds."""

    tables: tuple[Table, ...]
    not_mapped: tuple[Table, ...]
    """Tables that the mapping does not describe; a person looks at each."""
    not_read: dict[str, int]
    """Reason → pieces of the file that were not read: people may stand there too."""


class ListedRow(NamedTuple):
    """One row of the list, without its values. A named tuple, made for a million rows in a third of the time."""

    table_name: str
    row_number: int
    hidden: bool
    exposed_kinds: tuple[str, ...]
    identifiers: tuple[str, ...]
    """The mapped identifiers that the row has, as they stand in the sheet."""


def leaked_list(opened: OpenedFile, mapping: Mapping) -> LeakedList:
    """Return the tables that hold the mapped columns, hidden ones included.

    Raises `IncompleteError` with the code of the piece (``corrupt``, ``password-protected`` ...) where nothing
    could be opened, or the list may stand in the piece that could not; ``leaked-file-empty`` where there are no
    rows; and `UsageError` ``mapping-column-missing`` where no table fits the mapping.
    """
    if not any(table.rows for table in opened.tables):
        raise _not_opened(opened)
    wanted = mapping.leaked
    best = max(opened.tables, key=lambda table: _fit(table, mapping))
    named = [table for table in opened.tables if wanted.sheet and table.name == wanted.sheet]
    main = named[0] if named else best
    if opened.skipped and not set(wanted.mapped) <= set(main.columns):
        raise _not_opened(opened)
    mapping.check_leaked(main.columns)
    # A second sheet with the same columns lists people too, whatever the mapping calls the first.
    listing = [table for table in opened.tables if set(wanted.mapped) <= set(table.columns)]
    others = tuple(table for table in opened.tables if table not in listing and table.rows)
    not_read = Counter(item.code for item in opened.skipped)
    if others:
        not_read["table-not-mapped"] = len(others)
    return LeakedList(tuple(listing), others, dict(sorted(not_read.items())))


def _not_opened(opened: OpenedFile) -> IncompleteError:
    reasons = "; ".join(dict.fromkeys(item.reason for item in opened.skipped)) or "it holds no rows"
    return IncompleteError(
        opened.skipped[0].code if opened.skipped else "leaked-file-empty",
        f"the leaked file could not be opened: {reasons}",
        hint="nothing was changed; give a copy that opens (without a password, undamaged) and run it again",
        where=str(opened.skipped[0].provenance) if opened.skipped else "",
    )


def _fit(table: Table, mapping: Mapping) -> tuple[int, int]:
    return len(set(mapping.leaked.mapped) & set(table.columns)), len(table.rows)


def listed_rows(table: Table, mapping: Mapping) -> Iterator[ListedRow]:
    """Yield every row of one table, with the kinds of personal data that its filled cells expose."""
    kinds = _mapped_kinds(mapping) | {item.column: item.kind for item in classify_columns(table)}
    kind_of_column = [kinds.get(column, UNKNOWN_KIND + column) for column in table.columns]
    identifiers = [table.columns.index(column) for column in mapping.leaked.identifiers]
    hidden, hidden_rows = bool(table.hidden), table.hidden_rows
    # Most rows of a file have the same cells filled.
    exposed_by_filled: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        filled = tuple(map(bool, row))
        exposed = exposed_by_filled.get(filled)
        if exposed is None:
            kinds_of_row = (kind for kind, has in zip(kind_of_column, filled, strict=True) if kind and has)
            exposed = exposed_by_filled[filled] = tuple(dict.fromkeys(kinds_of_row))
        yield ListedRow(
            table.name,
            number,
            hidden or number in hidden_rows,
            exposed,
            tuple([row[i] for i in identifiers if row[i]]),
        )


def _mapped_kinds(mapping: Mapping) -> dict[str, str]:
    """Return column → kind as the mapping knows it, for headers ("Passenger") that no rule knows."""
    leaked = mapping.leaked
    kinds = {
        leaked.family_name: "family-name",
        leaked.given_name: "given-name",
        leaked.full_name: "full-name",
        leaked.date_of_birth: "date-of-birth",
        leaked.nationality: "nationality",
        **dict.fromkeys(leaked.identifiers, "identification-number"),
    }
    return {column: kind for column, kind in kinds.items() if column}


def as_arrow(table: Table, rows: list[int]) -> pa.Table:
    """Return a table for linking: ``row`` (int64, as given) and every column as text."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    arrays: dict[str, pa.Array] = {"row": pa.array(rows, pa.int64())}
    for name, values in zip(table.columns, columns, strict=True):
        arrays[name] = pa.array(values, pa.string())
    return pa.table(arrays)
