"""What stands between the number of a row and its first cell, or the row's end, and what that says of the row."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np

from amends.scan.formats._xlsx_cells import TRUE
from amends.scan.formats._xlsx_rows import is_nothing
from amends.scan.formats._xlsx_words import FIRST, WORD, Block, Flags, Places, word

_ROW_ATTRIBUTES: Final = re.compile(r'(?: [A-Za-z][A-Za-z0-9]*(?::[A-Za-z0-9]+)?="[ !#-%\'-;=?-~]*")*')
_ROW_ATTRIBUTE: Final = re.compile(r' ([A-Za-z0-9:]+)="([^"]*)"')
_UNKNOWN: Final = "?"
_HIDDEN: Final = "hidden"
_MOST_KNOWN: Final = 10_000
_LONGEST: Final = 8 * WORD


class RowKinds(NamedTuple):
    """What rows say of themselves."""

    why: list[str]
    """By row: why it is not seen, or empty."""
    hidden: list[int]
    """Which rows say that they are hidden; the filter says why."""
    odd: list[int]
    """Which say what is not known."""


class RowTails:
    """What the rows of a sheet have said so far."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, bool]] = {}
        self._usual = b""
        self._usual_kind = ""
        self._expect(b">")

    def read(self, block: Block, tails: tuple[Places, Places], has_cells: Flags) -> RowKinds:
        """Return what the tails say, which begin and end there."""
        begins, ends = tails
        alike = (ends - begins == len(self._usual)) & has_cells
        for expected, mask, found in zip(
            self._words, self._masks, block.successive_words(begins, len(self._words)), strict=True
        ):
            alike &= (found & mask) == expected
        kinds = RowKinds([self._usual_kind] * len(begins), [], [])
        if self._usual_kind is _HIDDEN:
            kinds.hidden.extend(np.flatnonzero(alike).tolist())
        others = np.flatnonzero(~alike)
        if not len(others):
            return kinds
        tail = b""
        for row, begin, end in zip(
            others.tolist(), begins[others].tolist(), ends[others].tolist(), strict=True
        ):
            tail = block.content[begin:end]
            kind, blank = self._kind(tail)
            kinds.why[row] = kind
            if kind is _UNKNOWN or blank == has_cells[row]:
                kinds.odd.append(row)
            elif kind is _HIDDEN:
                kinds.hidden.append(row)
        if 2 * len(others) > len(begins):
            self._expect(tail)
        return kinds

    def _expect(self, tail: bytes) -> None:
        kind, blank = self._kind(tail)
        if kind is _UNKNOWN or blank or len(tail) > _LONGEST:
            return
        self._usual, self._usual_kind = tail, kind
        pieces = [tail[at : at + WORD] for at in range(0, len(tail), WORD)]
        self._words = [word(piece) for piece in pieces]
        self._masks = [FIRST[len(piece)] for piece in pieces]

    def _kind(self, tail: bytes) -> tuple[str, bool]:
        kind = self._known.get(tail)
        if kind is None:
            kind = _kind_of_row(tail)
            if len(self._known) < _MOST_KNOWN:
                self._known[tail] = kind
        return kind


def _kind_of_row(tail: bytes) -> tuple[str, bool]:
    """Return why such a row is not seen, or that the careful reader must say; and whether it has no cells."""
    blank = tail.endswith((b"></row>", b"/>"))
    ending = b"></row>" if tail.endswith(b"></row>") else b"/>" if blank else b">"
    attributes = tail.removesuffix(ending).decode("latin-1")
    if not tail.endswith(ending) or _ROW_ATTRIBUTES.fullmatch(attributes) is None:
        return _UNKNOWN, blank
    pairs = _ROW_ATTRIBUTE.findall(attributes)
    by_name = dict(pairs)
    if len(by_name) != len(pairs) or "r" in by_name:
        return _UNKNOWN, blank
    if by_name.get("hidden", "") in TRUE:
        return _HIDDEN, blank
    height = by_name.get("ht")
    return ("zero-height-row" if height is not None and is_nothing(height) else ""), blank
