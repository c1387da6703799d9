"""Values of JSON as text: numbers keep their digits, doubled names are kept, tables are told from trees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

from amends.scan.formats._text import part
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
)
from amends.scan.limits import Limits

_SAMPLED: Final = 1_000
_DEEPEST: Final = 200
_WIDEST: Final = 4_096


class Object(list[tuple[str, Any]]):
    """An object's members in their order, a type apart from a list of values. A name may stand in it twice."""


def _literal(value: str) -> str:
    return value


DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Object, parse_float=_literal, parse_int=_literal, parse_constant=_literal, strict=False
)


def scalar(value: Any) -> str:
    """Return a value that is no tree as the file writes it."""
    if value is None:
        return "null"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


class Tree:
    """Yields each value with its path (RFC 9535 in spirit), and each name of a member where it first stands."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._names: set[str] = set()

    def values(self, value: Any, path: str = "$", depth: int = 0) -> Iterator[UntrustedPiece]:
        """Yield every piece. Raises `UnreadableError` with ``too-deep``."""
        if depth > _DEEPEST:
            raise UnreadableError("too-deep")
        if isinstance(value, Object):
            for number, (name, member) in enumerate(value):
                yield from self._name(name, path)
                step = f".{name}" if len(name) <= 40 and name.isprintable() else f".member{number}"
                yield from self.values(member, path + step, depth + 1)
        elif isinstance(value, list):
            if is_table(value):
                yield table_of(iter(value), path, self._limits)
            else:
                for number, member in enumerate(value):
                    yield from self.values(member, f"{path}[{number}]", depth + 1)
        elif value is not None:
            yield from part((path,), "value", "", scalar(value))

    def _name(self, name: str, path: str) -> Iterator[UntrustedPart]:
        if name not in self._names:
            self._names.add(name)
            yield from part((path,), "member-name", "", name)


def is_table(values: list[Any]) -> bool:
    """Whether these are records: objects only, at least two or one with two members, none of them empty."""
    if not values or not all(isinstance(value, Object) and value for value in values):
        return False
    return len(values) > 1 or len(values[0]) > 1


def flattened(members: Object, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield column and text of each value; lists are written as JSON, so that nothing of them is lost."""
    for name, value in members:
        column = prefix + name
        if isinstance(value, Object) and value and depth < 8:
            yield from flattened(value, f"{column}.", depth + 1)
        elif isinstance(value, list):
            yield column, _written(value)
        else:
            yield column, "" if value is None else scalar(value)


def _written(value: Any, depth: int = 0) -> str:
    if depth > _DEEPEST:
        raise UnreadableError("too-deep")
    if isinstance(value, Object):
        return "{" + ", ".join(f"{name}: {_written(member, depth + 1)}" for name, member in value) + "}"
    if isinstance(value, list):
        return ", ".join(_written(member, depth + 1) for member in value)
    return "" if value is None else scalar(value)


def table_of(records: Iterator[Any], path: str, limits: Limits) -> UntrustedTable:
    """Return records as a table whose first row is the names of their members."""
    table = UntrustedTable("", "", record_rows(records, limits), (path,) if path != "$" else ())
    table.header_row = 1
    return table


def record_rows(records: Iterator[Any], limits: Limits) -> Iterator[UntrustedRow]:
    """Yield the header, then a row for each record.

    The header is that of the first thousand records. Members that only later ones have become further columns,
    whose names stand before the value. Raises `UnreadableError`.
    """
    first = list(map(dict_of, islice(records, _SAMPLED)))
    columns = {
        name: number for number, name in enumerate(dict.fromkeys(name for row in first for name in row))
    }
    if not columns:
        return
    if len(columns) > _WIDEST:
        raise UnreadableError("too-large")
    known = len(columns)
    yield UntrustedRow(1, "", None, list(columns))
    number = 1
    for texts in chain(first, map(dict_of, records)):
        number += 1
        yield _row(number, texts, columns, known, limits)


def dict_of(record: Any) -> dict[str, str]:
    """Return column → text of one record; values of a doubled name are joined."""
    texts: dict[str, str] = {}
    if not isinstance(record, Object):
        return {"value": _written(record)}
    for name, text in flattened(record):
        texts[name] = f"{texts[name]} / {text}" if name in texts else text
    return texts


def _row(
    number: int, texts: dict[str, str], columns: dict[str, int], known: int, limits: Limits
) -> UntrustedRow:
    cells: dict[int, str] = {}
    for name, text in texts.items():
        column = columns.setdefault(name, len(columns))
        if column >= _WIDEST:
            raise UnreadableError("too-large")
        cells[column] = text if column < known else f"{name}: {text}"
    if max(map(len, cells.values()), default=0) > limits.cell_characters:
        raise UnreadableError("too-large")
    width = len(cells)
    if all(column in cells for column in range(width)):
        return UntrustedRow(number, "", None, [cells[column] for column in range(width)] or [""])
    ordered = sorted(cells)
    return UntrustedRow(number, "", ordered, [cells[column] for column in ordered])
