"""Rows of a worksheet by the block: what common programs write, read some thousand rows at a time.

The careful reader spends a call on each tag. Here a block of whole rows is looked at as an array of bytes: the places
of its tags, then the letters, styles, types and values of all cells at once. It knows one way of writing a cell,

    <c r="B7" s="3" t="s"><v>12</v></c>      <c r="B7" s="3"/>

with whole numbers for shared strings and plain numbers otherwise. A row that holds anything else (formulas, inline
strings, blanks between tags, cells out of order, further types and attributes) goes to the careful reader as it is,
and a block that is not made of such rows, or holds an entity, goes there whole: what is not known is never guessed.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np

from amends.scan.formats._xlsx_cells import FAR_ROWS, TRUE, Meaning
from amends.scan.formats._xlsx_fast_tags import Array, Cells, Tags
from amends.scan.formats._xlsx_numbers import number_text
from amends.scan.formats._xlsx_rows import CarefulSheet, is_nothing
from amends.scan.formats.interface import UntrustedRow

_ROW_TAG: Final = re.compile(rb'<row r="([1-9][0-9]{0,6})"([^<>]*)>')
_ATTRIBUTES: Final = re.compile(r'(?: [A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9]+)?="[ !#-;=?-~]*")*')
_ATTRIBUTE: Final = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
_UNKNOWN: Final = "?"
_HIDDEN: Final = "hidden"
_MOST_ROW_KINDS: Final = 10_000


class _Block(NamedTuple):
    """One block whose cells are told."""

    content: bytes
    starts: list[int]
    """Where each row begins, and where the block ends."""
    numbers: list[int]
    kinds: list[str]
    bad: list[bool]
    bounds: list[int]
    """Where the cells of each row begin, and where the last ones end."""
    columns: list[int]
    texts: list[str]
    dense: list[bool]
    """Whether the cells of a row lie in columns 0, 1, 2 ..."""
    marks: dict[int, list[tuple[int, str]]]


class FastBlocks:
    """Turns blocks of whole rows into rows; what it does not know it gives to the careful reader of the same sheet."""

    def __init__(self, sheet: CarefulSheet, meaning: Meaning) -> None:
        self._sheet = sheet
        self._renderers = meaning.renderers
        self._hiding = meaning.hiding
        texts = meaning.strings.texts
        self._strings = np.empty(len(texts), object)
        self._strings[:] = texts
        self._not_empty = np.fromiter(map(bool, texts), bool, len(texts))
        self._used = np.frombuffer(meaning.strings.used, np.uint8) if texts else np.zeros(0, np.uint8)
        self._row_kinds: dict[bytes, str] = {}
        self._hides = np.array([[bool(each.number), bool(each.text)] for each in meaning.hiding], bool)

    def rows(self, content: bytes) -> list[UntrustedRow]:
        """Return the rows of a block that begins with a row and ends with one's end. Raises `UnreadableError`."""
        if b"&" in content or not content.isascii():
            return self._carefully(content)
        found = _ROW_TAG.findall(content)
        tags = Tags(content, [len(number) for number, _ in found])
        if not tags.sound:
            return self._carefully(content)
        kinds = [self._row_kind(attributes) for _, attributes in found]
        cells = Cells(tags)
        bad = tags.bad | cells.bad_rows | np.array([kind is _UNKNOWN for kind in kinds], bool)
        bad[cells.row[cells.shared & (cells.index >= len(self._strings))]] = True
        texts = self._texts(cells, bad)
        if texts is None:
            return self._carefully(content)
        kept = cells.filled & ~bad[cells.row]
        kept[cells.shared & kept] = self._not_empty[cells.index[cells.shared & kept]]
        row, column = cells.row[kept], cells.column[kept]
        bounds = np.searchsorted(row, np.arange(len(found) + 1))
        last = column[np.maximum(bounds[1:] - 1, 0)] if len(column) else np.zeros(len(found), np.int64)
        block = _Block(
            content, [*tags.row_starts.tolist(), len(content)], [int(number) for number, _ in found], kinds,
            bad.tolist(), bounds.tolist(), column.tolist(), texts[kept].tolist(),
            (last + 1 == np.diff(bounds)).tolist(), self._marks(cells, kept),
        )  # fmt: skip
        return self._assembled(block)

    def _carefully(self, piece: bytes) -> list[UntrustedRow]:
        sheet = self._sheet
        sheet.feed(piece)
        rows, sheet.rows = sheet.rows, []
        return rows

    def _row_kind(self, attributes: bytes) -> str:
        kind = self._row_kinds.get(attributes)
        if kind is None:
            kind = _kind_of_row(attributes.decode("ascii"))
            if len(self._row_kinds) < _MOST_ROW_KINDS:
                self._row_kinds[attributes] = kind
        return kind

    def _texts(self, cells: Cells, bad: Array) -> Array | None:
        texts = np.empty(len(cells.row), object)
        good = cells.filled & ~bad[cells.row]
        plain = np.flatnonzero(good & ~cells.shared)
        if len(plain):
            numbers = cells.numbers(plain)
            if numbers is None:
                return None
            raw, whole = numbers
            texts[plain] = self._shown(
                raw, whole, np.where(cells.styled, cells.style, len(self._renderers))[plain]
            )
        shared = good & cells.shared
        index = cells.index[shared]
        texts[shared] = self._strings[index]
        self._used[index] = 1
        return texts

    def _shown(self, raw: list[str], whole: Array, styles: Array) -> Array:
        shown = np.empty(len(raw), object)
        shown[:] = raw
        rendered = np.array([*(renderer is not None for renderer in self._renderers), False], bool)
        own = rendered[np.minimum(styles, len(self._renderers))]
        for at in np.flatnonzero(~whole & ~own).tolist():
            shown[at] = number_text(raw[at])
        for style in np.unique(styles[own]).tolist():
            renderer = self._renderers[style]
            for at in np.flatnonzero(styles == style).tolist() if renderer else ():
                shown[at] = renderer(raw[at])
        return shown

    def _marks(self, cells: Cells, kept: Array) -> dict[int, list[tuple[int, str]]]:
        marks: dict[int, list[tuple[int, str]]] = {}
        if not len(self._hides):
            return marks
        inside = kept & (cells.style < len(self._hides))
        places = np.flatnonzero(inside)
        hidden = self._hides[cells.style[places], cells.shared[places].astype(np.int64)]
        for at in places[hidden].tolist():
            why = self._hiding[cells.style[at]][int(cells.shared[at])]
            marks.setdefault(int(cells.row[at]), []).append((int(cells.column[at]), why))
        return marks

    def _assembled(self, block: _Block) -> list[UntrustedRow]:
        rows: list[UntrustedRow] = []
        builder, texts, bounds, marks = self._sheet.builder, block.texts, block.bounds, block.marks
        last_row, width = builder.last_row, builder.width
        for at, (number, kind, bad, dense) in enumerate(
            zip(block.numbers, block.kinds, block.bad, block.dense, strict=True)
        ):
            start, end = bounds[at], bounds[at + 1]
            if bad:
                builder.passed(last_row, width)
                rows += self._carefully(block.content[block.starts[at] : block.starts[at + 1]])
                last_row, width = builder.last_row, builder.width
                continue
            self._sheet.number = number
            if start == end:
                continue
            hidden = self._sheet.hidden_row(number) if kind is _HIDDEN else kind
            if dense and at not in marks and number - last_row <= FAR_ROWS and end - start <= width:
                rows.append(UntrustedRow(number, hidden, None, texts[start:end]))
                last_row = number
                continue
            builder.passed(last_row, width)
            rows.append(
                builder.row(number, hidden, block.columns[start:end], texts[start:end], marks.get(at, []))
            )
            last_row, width = builder.last_row, builder.width
        builder.passed(last_row, width)
        return rows


def _kind_of_row(attributes: str) -> str:
    """Return why a row with these attributes is not seen, or that the careful reader must say."""
    if _ATTRIBUTES.fullmatch(attributes) is None:
        return _UNKNOWN
    pairs = _ATTRIBUTE.findall(attributes)
    by_name = dict(pairs)
    if len(by_name) != len(pairs) or "r" in by_name:
        return _UNKNOWN
    if by_name.get("hidden", "") in TRUE:
        return _HIDDEN
    height = by_name.get("ht")
    return "zero-height-row" if height is not None and is_nothing(height) else ""
