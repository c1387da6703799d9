"""From what the cells of a block store to their texts, all cells of one type and style at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from amends.scan.formats._xlsx_cells import NUMERIC, TRUE, Meaning
from amends.scan.formats._xlsx_grid import Way
from amends.scan.formats._xlsx_number_texts import NumberTexts, OddValueError, as_objects
from amends.scan.formats._xlsx_strings import unescape
from amends.scan.formats._xlsx_words import (
    LONGEST_NUMBER,
    WORD,
    Block,
    Flags,
    Objects,
    Places,
    digits,
)
from amends.scan.limits import Limits

_SEPARATOR: Final = b"\0"
_NOT_PLAIN: Final = bytes({*range(32), *b"<>&"} - {9, 10})
"""Markup, what is no character to a parser of XML, and carriage returns, which it makes into line feeds."""
_MOST_STYLES: Final = 32


Group = tuple[int, Places]
"""The number of a way, and which cells, or columns of cells, are read like it."""


class Values(NamedTuple):
    """The values of a block, by the cell or by column and row: where they stand, and room for their texts."""

    starts: Places
    lengths: Places
    texts: Objects
    filled: Flags
    """Which have a text that is not empty."""


class ValueTexts:
    """What the cells of all sheets of a workbook share, laid out so that many are looked up at once."""

    def __init__(self, meaning: Meaning, limits: Limits) -> None:
        strings = meaning.strings
        self._strings: Objects = np.fromiter(strings.texts, object, len(strings.texts))
        self._has_text = np.fromiter(map(bool, strings.texts), np.bool_, len(strings.texts))
        self._all_have_text = bool(self._has_text.all())
        self._used = np.frombuffer(strings.used, np.uint8) if strings.used else np.zeros(0, np.uint8)
        self._renderers = meaning.renderers
        self._longest = limits.cell_characters
        self._numbers: dict[str, NumberTexts] = {}

    def put(self, block: Block, values: Values, ways: Sequence[Way], groups: Iterable[Group]) -> None:
        """Put the text of each value into its place. Raises `OddValueError`."""
        odd: list[Places] = []
        for of_them, chosen in groups:
            way = ways[of_them]
            starts = values.starts[chosen]
            shape = starts.shape
            starts, lengths = starts.ravel(), values.lengths[chosen].ravel()
            try:
                if way.kind == "s":
                    indexes = self._indexes(block, starts, lengths)
                    found: Objects = self._strings.take(indexes)
                    if not self._all_have_text:
                        values.filled[chosen] = self._has_text[indexes].reshape(shape)
                elif way.kind in NUMERIC:
                    found = self._numeric(block, way.style, starts, lengths)
                else:
                    found = as_objects(self._textual(block, way.kind, starts, lengths))
            except OddValueError as some:
                cells = np.arange(values.starts.size).reshape(values.starts.shape)[chosen].ravel()
                odd.append(cells[some.cells])
            else:
                values.texts[chosen] = found.reshape(shape)
        if odd:
            raise OddValueError(np.concatenate(odd))

    def _indexes(self, block: Block, starts: Places, lengths: Places) -> Places:
        if lengths.max() > WORD:
            raise OddValueError(np.flatnonzero(lengths > WORD))
        values, wrong = digits(block.words(starts), lengths)
        indexes = values.view(np.int64)
        if wrong.any() or indexes.max() >= len(self._strings):
            raise OddValueError(np.flatnonzero((wrong != 0) | (indexes >= len(self._strings))))
        self._used[indexes] = 1
        return indexes

    def _numeric(self, block: Block, style: str, starts: Places, lengths: Places) -> Objects:
        if lengths.max() > LONGEST_NUMBER:
            raise OddValueError(np.flatnonzero(lengths > LONGEST_NUMBER))
        number = int(style) if style else len(self._renderers)
        renderer = self._renderers[number] if number < len(self._renderers) else None
        key = style if renderer else ""
        known = self._numbers.get(key)
        if known is None:
            known = NumberTexts(renderer)
            if len(self._numbers) < _MOST_STYLES:
                self._numbers[key] = known
        return known.of(block, starts, lengths)

    def _textual(self, block: Block, kind: str, starts: Places, lengths: Places) -> list[str]:
        if lengths.max() > self._longest:
            raise OddValueError(np.flatnonzero(lengths > self._longest))
        content = block.content
        ends = starts + lengths
        raws = [content[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        joined = _SEPARATOR.join(raws)
        if not _is_plain(joined, len(raws) - 1):
            raise OddValueError(np.flatnonzero([not _is_plain(raw, 0) for raw in raws]))
        texts = joined.decode("utf-8").split("\0")
        if kind == "b":
            return ["TRUE" if text.strip() in TRUE else "FALSE" for text in texts]
        return [unescape(text) for text in texts] if b"_x" in joined else texts


def groups_of(ways: Sequence[Way], way: Places) -> Iterator[Group]:
    """Yield which cells are read alike, ``way`` by the cell being its own; below zero where it holds nothing."""
    numbers: dict[tuple[str, str], int] = {}
    of_way = np.zeros(len(ways) + 1, np.int8)
    of_way[-1] = -1
    first: list[int] = []
    for at, one in enumerate(ways):
        read_as = ("", one.style) if one.kind in NUMERIC else (one.kind, "")
        of_way[at] = numbers.setdefault(read_as, len(numbers))
        if len(numbers) > len(first):
            first.append(at)
    of_cell = of_way[way]
    for number, one_of_them in enumerate(first):
        cells = np.flatnonzero(of_cell == number)
        if len(cells):
            yield one_of_them, cells


def _is_plain(raw: bytes, separators: int) -> bool:
    if len(raw.translate(None, _NOT_PLAIN)) != len(raw) - separators:
        return False
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.isascii() or ("\ufffe" not in text and "\uffff" not in text)
