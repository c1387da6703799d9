"""Pivot caches (ECMA-376 part 1, 18.10): a copy of the source, field by field, kept whatever the pivot table shows.

The cache comes out as two tables: the items that records share, deleted ones included, and the records themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._opc_relationships import arrows_of
from amends.scan.formats._opc_texts import read_texts
from amends.scan.formats._xlsx_cells import TRUE
from amends.scan.formats._xlsx_numbers import number_text
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import (
    UntrustedPart,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)

_ITEMS: Final = frozenset({"s", "n", "d", "b", "e", "m"})
_HIDDEN: Final = "pivot-cache"


class _Cache:
    """Fields of one cache: their names, and the items that records point at."""

    def __init__(self) -> None:
        self.parser = hardened_parser()
        self.names: list[str] = []
        self.items: list[list[str]] = []
        self.stored: list[bool] = []
        """Whether records hold the field at all; grouped and calculated fields are made anew."""
        self._shared = False
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if self._shared and local in _ITEMS:
            self.items[-1].append(_item(local, attributes))
        elif local == "cacheField":
            self.names.append(attributes.get("name", ""))
            self.items.append([])
            self.stored.append(attributes.get("databaseField", "1").lower() not in ("0", "false"))
        elif local == "sharedItems" and self.items:
            self._shared = True

    def _end(self, name: str) -> None:
        if local_name(name) == "sharedItems":
            self._shared = False


def read_pivot_cache(package: ZipPackage, part: str, number: int, read: set[str]) -> Iterator[UntrustedPiece]:
    """Yield all of one cache; add the parts that it lies in to ``read``. Raises `UnreadableError`."""
    cache = _Cache()
    for chunk in package.chunks(part):
        feed(cache.parser, chunk)
    feed(cache.parser, b"", True)
    read.add(part)
    for found in read_texts(package.chunks(part)):
        if "/sharedItems/" not in found.path and not (
            found.attribute == "name" and "cacheField" in found.path
        ):
            where = (part, *((found.path, found.attribute) if found.attribute else (found.path,)))
            yield UntrustedPart(where, "pivot", _HIDDEN, found.text)
    yield _table(f"items of pivot cache {number}", part, _item_rows(cache))
    for arrow in arrows_of(package, part):
        if arrow.kind == "pivotCacheRecords" and not arrow.external:
            read.add(arrow.target)
            if arrow.target in package:
                name = f"records of pivot cache {number}"
                table = _table(name, arrow.target, ())
                table.rows = _record_rows(package, arrow.target, cache, table)
                yield table
            else:
                yield UntrustedUnread(arrow.target, "corrupt")


def _table(name: str, part: str, rows: Iterator[UntrustedRow] | tuple[()]) -> UntrustedTable:
    table = UntrustedTable(name, _HIDDEN, rows, (part, name))
    table.header_row = 1
    return table


def _item_rows(cache: _Cache) -> Iterator[UntrustedRow]:
    if not any(cache.names):
        return
    yield UntrustedRow(1, "", None, list(cache.names))
    for index in range(max(map(len, cache.items), default=0)):
        texts = [items[index] if index < len(items) else "" for items in cache.items]
        if any(texts):
            yield UntrustedRow(index + 2, "", None, texts)


def _record_rows(
    package: ZipPackage, part: str, cache: _Cache, table: UntrustedTable
) -> Iterator[UntrustedRow]:
    names = [name for name, stored in zip(cache.names, cache.stored, strict=True) if stored]
    items = [shared for shared, stored in zip(cache.items, cache.stored, strict=True) if stored]
    yield UntrustedRow(1, "", None, names)
    rows: list[UntrustedRow] = []
    texts: list[str] = []
    number = 1

    def start(name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local == "x":
            index = attributes.get("v", "")
            shared = items[len(texts)] if len(texts) < len(items) else []
            if index.isascii() and index.isdigit() and int(index) < len(shared):
                texts.append(shared[int(index)])
            else:
                table.unread_cells += 1
                texts.append("")
        elif local in _ITEMS:
            texts.append(_item(local, attributes))

    def end(name: str) -> None:
        nonlocal number, texts
        if local_name(name) == "r":
            number += 1
            if any(texts):
                rows.append(UntrustedRow(number, "", None, texts))
            texts = []

    parser = hardened_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    for chunk in package.chunks(part):
        feed(parser, chunk)
        yield from rows
        rows.clear()
    feed(parser, b"", True)
    yield from rows


def _item(local: str, attributes: Attributes) -> str:
    value = attributes.get("v", "")
    if local == "n":
        return number_text(value)
    if local == "b":
        return "TRUE" if value in TRUE else "FALSE"
    if local == "d":
        return value.removesuffix("T00:00:00")
    return value
