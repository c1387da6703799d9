"""From what the cells of a block store to their texts, all cells of one type and style at once."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.formats._xlsx_cells import NUMERIC, TRUE, Meaning
from amends.scan.formats._xlsx_grid import Grid, Way
from amends.scan.formats._xlsx_numbers import Renderer, number_text
from amends.scan.formats._xlsx_strings import unescape
from amends.scan.formats._xlsx_words import (
    LONGEST_NUMBER,
    WORD,
    Block,
    Flags,
    Objects,
    Places,
    digits,
    raw_strings,
)
from amends.scan.limits import Limits

_SEPARATOR: Final = b"\0"
_NOT_PLAIN: Final = bytes({*range(32), *b"<>&"} - {9, 10})
"""Markup, what is no character to a parser of XML, and carriage returns, which it makes into line feeds."""
_SERIALS: Final = 1 << 17
"""Whole numbers below are rendered once for each format: as days they reach into the year 2258."""
_MOST_TABLES: Final = 16
_MOST_REMEMBERED: Final = 50_000


class OddValueError(Exception):
    """Some values are none that are known here: ``cells`` says which."""

    def __init__(self, cells: Places) -> None:
        super().__init__("odd values")
        self.cells = cells


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
        self._numbers = _NumberTexts()
        self._serials: dict[str, _SerialTexts] = {}

    def texts(self, block: Block, grid: Grid, ways: list[Way]) -> tuple[Objects, Flags]:
        """Return the text of each cell, and which of them have one that is not empty.

        Raises `OddValueError`.
        """
        texts: Objects = np.full(len(grid.way), "", object)
        filled = grid.lengths > 0
        odd = [np.zeros(0, np.int64)]
        for group in _groups(ways, grid.way):
            cells = (
                np.flatnonzero(np.isin(grid.way, group) & filled)
                if len(group) < len(ways)
                else np.flatnonzero(filled)
            )
            if not len(cells):
                continue
            starts, lengths = grid.starts[cells], grid.lengths[cells]
            kind, style = ways[group[0]].kind, ways[group[0]].style
            try:
                if kind == "s":
                    indexes = self._indexes(block, starts, lengths)
                    texts[cells] = self._strings[indexes]
                    if not self._all_have_text:
                        filled[cells] = self._has_text[indexes]
                elif kind in NUMERIC:
                    texts[cells] = self._numeric(block, style, starts, lengths)
                else:
                    texts[cells] = self._textual(block, kind, starts, lengths)
            except OddValueError as some:
                odd.append(cells[some.cells])
        if len(odd) > 1:
            raise OddValueError(np.concatenate(odd))
        return texts, filled

    def _indexes(self, block: Block, starts: Places, lengths: Places) -> Places:
        values, wrong = digits(block.words[starts], np.minimum(lengths, WORD))
        indexes = values.astype(np.int64)
        odd = (wrong != 0) | (lengths > WORD) | (indexes >= len(self._strings))
        if odd.any():
            raise OddValueError(np.flatnonzero(odd))
        self._used[indexes] = 1
        return indexes

    def _numeric(self, block: Block, style: str, starts: Places, lengths: Places) -> Objects | list[str]:
        if lengths.max() > LONGEST_NUMBER:
            raise OddValueError(np.flatnonzero(lengths > LONGEST_NUMBER))
        number = int(style) if style else len(self._renderers)
        renderer = self._renderers[number] if number < len(self._renderers) else None
        if renderer is not None:
            return self._rendered(block, (style, renderer), starts, lengths)
        short = lengths < WORD
        if short.all() or not short.any():
            return self._plain(block, starts, lengths)
        texts: Objects = np.empty(len(starts), object)
        for some in (short, ~short):
            cells = np.flatnonzero(some)
            try:
                texts[cells] = self._plain(block, starts[cells], lengths[cells])
            except OddValueError as found:
                raise OddValueError(cells[found.cells]) from None
        return texts

    def _plain(self, block: Block, starts: Places, lengths: Places) -> Objects | list[str]:
        raws, whole = raw_strings(block, starts, lengths) or _sorted_out(block, starts, lengths)
        others = np.flatnonzero(~whole)
        if len(others) == len(raws):
            return list(map(self._numbers.__getitem__, raws))
        if not len(others):
            return raws
        texts: Objects = np.fromiter(raws, object, len(raws))
        texts[others] = list(map(self._numbers.__getitem__, texts[others].tolist()))
        return texts

    def _rendered(
        self, block: Block, how: tuple[str, Renderer], starts: Places, lengths: Places
    ) -> Objects | list[str]:
        style, renderer = how
        if lengths.max() <= WORD and (style in self._serials or len(self._serials) < _MOST_TABLES):
            values, wrong = digits(block.words[starts], lengths)
            if not wrong.any() and values.max() < _SERIALS:
                known = self._serials.get(style) or self._serials.setdefault(style, _SerialTexts(renderer))
                return known.of(values.astype(np.int64))
        raws, _ = raw_strings(block, starts, lengths) or _sorted_out(block, starts, lengths)
        return list(map(renderer, raws))

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


class _NumberTexts(dict[str, str]):
    """Raw number → its text, as far as remembered."""

    def __missing__(self, raw: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        text = self[raw] = number_text(raw)
        return text


class _SerialTexts:
    """Small whole number → its text in one format."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._texts: Objects = np.empty(_SERIALS, object)
        self._known = np.zeros(_SERIALS, np.bool_)

    def of(self, numbers: Places) -> Objects:
        known = self._known[numbers]
        if not known.all():
            for number in set(numbers[~known].tolist()):
                self._texts[number] = self._renderer(str(number))
                self._known[number] = True
        texts: Objects = self._texts[numbers]
        return texts


def _groups(ways: list[Way], used: Places) -> list[list[int]]:
    """Return the ways that are used and hold a value, those together that are read alike."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number in np.flatnonzero(np.bincount(used, minlength=len(ways))).tolist():
        kind, style = ways[number].kind, ways[number].style
        kind = "" if kind in NUMERIC else kind
        groups.setdefault((kind, "" if kind else style), []).append(number)
    return list(groups.values())


def _is_plain(raw: bytes, separators: int) -> bool:
    if len(raw.translate(None, _NOT_PLAIN)) != len(raw) - separators:
        return False
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.isascii() or ("\ufffe" not in text and "\uffff" not in text)


def _sorted_out(block: Block, starts: Places, lengths: Places) -> tuple[list[str], Flags]:
    """Say which values keep the others from being read. Raises `OddValueError`."""
    raise OddValueError(
        np.array(
            [
                at
                for at in range(len(starts))
                if raw_strings(block, starts[at : at + 1], lengths[at : at + 1]) is None
            ],
            np.int64,
        )
    )
