"""Rows of a worksheet by the block: what common programs write, read some thousand rows at a time.

The careful reader spends a call on each tag. Here whole rows are matched against a pattern learned from the sheet's own
first rows (`amends.scan.formats._xlsx_shape`), and what is captured is turned into texts a column at a time. A row that
does not match (formulas, rich text, blanks between tags, cells out of order, attributes of other programs) goes to the
careful reader as it is, and so does a block that holds an entity or a comment: what is not known is never guessed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final

from amends.scan.formats._xlsx_cells import FAR_ROWS, NUMERIC, TRUE, CellTexts, Meaning
from amends.scan.formats._xlsx_numbers import number_text
from amends.scan.formats._xlsx_rows import CarefulSheet, is_nothing
from amends.scan.formats._xlsx_shape import Shape, meaning_of
from amends.scan.formats._xlsx_strings import unescape
from amends.scan.formats.interface import UntrustedRow
from amends.scan.limits import Limits

_ROW_END: Final = "</row>"
_ROW_ATTRIBUTES: Final = re.compile(r'(?: [A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9]+)?="[ !#-%\'-;=?-~]*")*')
_ROW_ATTRIBUTE: Final = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
_CONTROLS: Final = bytes(set(range(32)) - {9, 10})
"""Carriage returns, which a parser of XML makes into line feeds, and what is no character to it."""
_UNKNOWN: Final = "?"
_HIDDEN: Final = "hidden"
_MOST_ROW_KINDS: Final = 10_000
_LEARNED_FROM: Final = 1 << 16
_MOST_LESSONS: Final = 24
_made: Final = UntrustedRow._make

Match = Sequence[str]
_Why = tuple[int, Sequence[str]]


class FastBlocks:
    """Turns blocks of whole rows into rows; what it does not know it gives to the careful reader of the same sheet."""

    def __init__(self, sheet: CarefulSheet, meaning: Meaning, limits: Limits) -> None:
        self._sheet = sheet
        self._strings = meaning.strings.texts
        self._used = meaning.strings.used
        self._renderers = meaning.renderers
        self._hides = bool(meaning.hiding)
        self._cells = CellTexts(meaning, sheet.table, limits)
        self._longest = limits.cell_characters
        self._shape = Shape()
        self._lessons = 0
        self._row_kinds: dict[str, str] = {}

    def rows(self, block: bytes) -> Iterator[UntrustedRow]:
        """Yield the rows of a block that ends with the end of a row. Raises `UnreadableError`."""
        content = self._plain_text(block)
        if content is None:
            yield from self._carefully(block)
            return
        found = self._matched(content)
        if found is not None:
            yield from self._rows(found, block)
            return
        pieces = [piece + _ROW_END for piece in content.split(_ROW_END)[:-1]]
        matches = [self._match(piece) for piece in pieces]
        if sum(match is None for match in matches) * 2 > len(matches):
            yield from self._carefully(block)
            return
        run: list[Match] = []
        texts: list[str] = []
        for piece, match in zip(pieces, matches, strict=True):
            if match is not None:
                run.append(match)
                texts.append(piece)
                continue
            yield from self._rows(run, "".join(texts).encode())
            run, texts = [], []
            yield from self._carefully(piece.encode())
        yield from self._rows(run, "".join(texts).encode())

    def _plain_text(self, block: bytes) -> str | None:
        if b"&" in block or b"<!" in block or b"<?" in block:
            return None
        if len(block.translate(None, _CONTROLS)) != len(block):
            return None
        if block.isascii():
            return block.decode("ascii")
        try:
            content = block.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return None if "\ufffe" in content or "\uffff" in content else content

    def _matched(self, content: str) -> list[Match] | None:
        """Return the captures of all rows; None where not each of them matches, and nothing stands between them."""
        count = content.count(_ROW_END)
        if content.count("</row><row ") != count - 1 or not content.startswith("<row "):
            return None
        while True:
            found: list[Match] = self._shape.pattern.findall(content) if self._shape.pattern else []
            if len(found) == count:
                return found
            start = _first_other(content, self._shape.pattern)
            self._lessons += 1
            if self._lessons > _MOST_LESSONS or not self._shape.learn(content[start : start + _LEARNED_FROM]):
                return None

    def _match(self, piece: str) -> Match | None:
        match = self._shape.pattern.fullmatch(piece) if self._shape.pattern else None
        return None if match is None else match.groups("")

    def _carefully(self, piece: bytes) -> list[UntrustedRow]:
        sheet = self._sheet
        sheet.feed(piece)
        rows, sheet.rows = sheet.rows, []
        return rows

    def _rows(self, found: list[Match], block: bytes) -> list[UntrustedRow]:
        """Return the rows of matches, or what the careful reader makes of the same bytes where a value is odd."""
        if not found:
            return []
        captured = list(zip(*found, strict=True))
        kinds = list(map(self._row_kind, captured[1]))
        if _UNKNOWN in kinds:
            return self._carefully(block)
        columns: list[Sequence[str]] = []
        hidden: list[_Why] = []
        group = 2
        try:
            for column in self._shape.columns:
                columns += repeat(("",) * len(found), column.place - len(columns))
                ways: Sequence[str] = column.ways
                if len(ways) > 1:
                    ways = captured[group]
                    group += 1
                columns.append(self._column(ways, captured[group]))
                if self._hides:
                    hidden.append((column.place, self._hidden(ways, len(found))))
                group += 1
        except (ValueError, IndexError):
            return self._carefully(block)
        numbers = list(map(int, captured[0]))
        cells: list[tuple[str, ...]] = list(zip(*columns, strict=True)) if columns else [()] * len(found)
        return self._assembled(numbers, kinds, cells, hidden)

    def _column(self, ways: Sequence[str], values: Sequence[str]) -> Sequence[str]:
        """Return the texts of one column; ``ways``: the attributes of all its cells, or of each."""
        if len(ways) == 1 or len(set(ways)) == 1:
            return self._alike(ways[0], values)
        texts = [""] * len(values)
        for way in set(ways):
            places = [at for at, other in enumerate(ways) if other == way and values[at]]
            for at, text in zip(places, self._alike(way, [values[at] for at in places]), strict=True):
                texts[at] = text
        return texts

    def _alike(self, way: str, values: Sequence[str]) -> Sequence[str]:
        """Return the texts of cells that have the same type and style. Raises ``ValueError``, ``IndexError``."""
        if "" in values:
            places = [at for at, value in enumerate(values) if value]
            texts = [""] * len(values)
            for at, text in zip(places, self._alike(way, [values[at] for at in places]), strict=True):
                texts[at] = text
            return texts
        kind, style = meaning_of(way)
        if kind == "s":
            indexes = list(map(int, values))
            if indexes and min(indexes) < 0:
                raise IndexError
            texts = list(map(self._strings.__getitem__, indexes))
            deque(map(self._used.__setitem__, indexes, repeat(1)), 0)
            return texts
        if kind in NUMERIC:
            return self._numbers(style, values)
        if kind == "b" or max(map(len, values), default=0) > self._longest:
            return [self._cells.text([value], kind, style, "") for value in values]
        return [unescape(value) for value in values]

    def _numbers(self, style: str, values: Sequence[str]) -> Sequence[str]:
        if any(map(_NOT_IN_NUMBERS, values)):
            return [self._cells.text([value], "", style, "") for value in values]
        at = int(style) if style else len(self._renderers)
        renderer = self._renderers[at] if at < len(self._renderers) else None
        return list(map(renderer, values)) if renderer else _number_texts(values)

    def _hidden(self, ways: Sequence[str], count: int) -> Sequence[str]:
        why = {way: self._cells.hidden(*meaning_of(way)) for way in set(ways)}
        return [why[way] for way in ways] if len(ways) > 1 else [why[ways[0]]] * count

    def _row_kind(self, attributes: str) -> str:
        kind = self._row_kinds.get(attributes)
        if kind is None:
            kind = _kind_of_row(attributes)
            if len(self._row_kinds) < _MOST_ROW_KINDS:
                self._row_kinds[attributes] = kind
        return kind

    def _assembled(
        self,
        numbers: list[int],
        kinds: list[str],
        cells: list[tuple[str, ...]],
        hidden: list[tuple[int, Sequence[str]]],
    ) -> list[UntrustedRow]:
        rows: list[UntrustedRow] = []
        sheet, builder = self._sheet, self._sheet.builder
        last_row, width = builder.last_row, builder.width
        hiding = [(column, why) for column, why in hidden if any(why)]
        for at, (number, kind, row) in enumerate(zip(numbers, kinds, cells, strict=True)):
            texts = list(row)
            if not row or not row[-1]:
                while texts and not texts[-1]:
                    texts.pop()
                if not texts:
                    continue
            why_row = sheet.hidden_row(number) if kind is _HIDDEN else kind
            if not hiding and number - last_row <= FAR_ROWS:
                rows.append(_made((number, why_row, None, texts, None)))
                width = max(width, len(texts))
            else:
                builder.passed(last_row, width)
                columns = [column for column, text in enumerate(texts) if text]
                marks = [
                    (column, why[at])
                    for column, why in hiding
                    if column < len(texts) and texts[column] and why[at]
                ]
                rows.append(
                    builder.row(number, why_row, columns, [texts[column] for column in columns], marks)
                )
                width = builder.width
            last_row = number
        builder.passed(last_row, width)
        sheet.number = numbers[-1]
        return rows


_NOT_IN_NUMBERS: Final = re.compile("[^0-9.eE+-]").search


def _first_other(content: str, pattern: re.Pattern[str] | None) -> int:
    """Return where the first row begins that does not match."""
    position = 0
    while pattern is not None and (match := pattern.match(content, position)):
        position = match.end()
    return position


def _number_texts(values: Sequence[str]) -> list[str]:
    """Return what `number_text` makes of each; most are told by being whole, or by their fifteen digits alone."""
    whole = [value.isdigit() and value[0] != "0" and len(value) < 16 for value in values]  # noqa: PLR2004
    if all(whole):
        return list(values)
    try:
        texts = [
            value if plain else f"{float(value):.15g}" for value, plain in zip(values, whole, strict=True)
        ]
    except ValueError:
        return list(map(number_text, values))
    return [
        text if "e" not in text and "n" not in text and text != "-0" else number_text(value)
        for value, text in zip(values, texts, strict=True)
    ]


def _kind_of_row(attributes: str) -> str:
    """Return why a row with these attributes is not seen, or that the careful reader must say."""
    if _ROW_ATTRIBUTES.fullmatch(attributes) is None:
        return _UNKNOWN
    pairs = _ROW_ATTRIBUTE.findall(attributes)
    by_name = dict(pairs)
    if len(by_name) != len(pairs) or "r" in by_name:
        return _UNKNOWN
    if by_name.get("hidden", "") in TRUE:
        return _HIDDEN
    height = by_name.get("ht")
    return "zero-height-row" if height is not None and is_nothing(height) else ""
