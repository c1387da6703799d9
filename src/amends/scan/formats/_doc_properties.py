"""Properties of characters and paragraphs in an old Word document (MS-DOC 2.4.6, 2.6): what of it is seen.

Pages of 512 bytes in WordDocument list runs by their place (FC); each run names modifiers ("sprm") in the same page.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._doc_layout import Layout

_CHARACTER_PAGES, _PARAGRAPH_PAGES = 12, 13
_PAGE: Final = 512
_SIZES: Final = (1, 1, 2, 4, 2, 2, -1, 3)
_LONG_TABLE: Final = frozenset({0xD606, 0xD608})
_TABS: Final = 0xC615
_DELETED, _INSERTED, _VANISH, _SIZE, _COLOUR, _COLOUR_INDEX = 0x0800, 0x0801, 0x083C, 0x4A43, 0x6870, 0x2A42
_AUTHOR, _DELETER, _WHEN, _WHEN_DELETED = 0x4804, 0x4863, 0x6805, 0x6864
_SHADE, _OLD_SHADE, _HIGHLIGHT = 0xCA71, 0x4866, 0x2A0C
_ROW_END: Final = 0x2417
_WHITE_INDEX: Final = 8
_WHITE: Final = 0x00FFFFFF
_TINY: Final = 4  # half-points


class RunState(NamedTuple):
    """Why a run is not seen (or empty), and who changed it and when, where that is tracked."""

    hidden: str
    author: int = -1
    when: int = 0


_SEEN: Final = RunState("")


class Properties:
    """The runs of a document's characters, and the places where rows of tables end."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.pages: list[int] = []
        """Pages that hold properties, so that what belongs to nothing can be told from them."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._states: list[RunState] = []
        self._row_ends: list[tuple[int, int]] = []
        if not layout.is_97:
            return
        known: dict[bytes, RunState] = {}
        for start, end, raw in sorted(self._character_runs()):
            state = known.get(raw)
            if state is None:
                state = known[raw] = _state(raw)
            self._starts.append(start)
            self._ends.append(end)
            self._states.append(state)
        self._row_ends = sorted(self._row_end_runs())

    def states(self, start: int, end: int, width: int, extra: bytes) -> Iterator[tuple[int, RunState]]:
        """Yield the end (in the stream) and the state of each run from ``start`` to ``end``."""
        index = max(bisect_right(self._starts, start) - 1, 0)
        if extra:
            yield end, _state(extra)
            return
        at = start
        while at < end:
            while index < len(self._starts) and self._ends[index] <= at:
                index += 1
            if index >= len(self._starts):
                yield end, _SEEN
                return
            if self._starts[index] > at:
                at = min(self._starts[index], end)
                yield at, _SEEN
                continue
            at = min(max(self._ends[index], at + width), end)
            yield at, self._states[index]

    def is_row_end(self, place: int) -> bool:
        """Say whether the mark at this place in the stream ends a row, not only a cell."""
        index = bisect_right(self._row_ends, (place, 1 << 32)) - 1
        return index >= 0 and self._row_ends[index][0] <= place < self._row_ends[index][1]

    def _page_numbers(self, index: int) -> list[int]:
        table = self._layout.structure(index)
        count = (len(table) - 4) // 8 if len(table) >= 12 else 0
        numbers = struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count else ()
        return sorted({number & 0x3FFFFF for number in numbers})

    def _pages(self, index: int, entry: int) -> Iterator[tuple[int, int, bytes, int]]:
        for number in self._page_numbers(index):
            page = self._layout.main[number * _PAGE : (number + 1) * _PAGE]
            if len(page) < _PAGE:
                continue
            self.pages.append(number)
            count = page[-1]
            if 4 * (count + 1) + entry * count > _PAGE:
                continue
            places = struct.unpack_from(f"<{count + 1}I", page)
            for run in range(count):
                yield places[run], places[run + 1], page, page[4 * (count + 1) + entry * run] * 2

    def _character_runs(self) -> Iterator[tuple[int, int, bytes]]:
        for start, end, page, at in self._pages(_CHARACTER_PAGES, 1):
            yield start, end, page[at + 1 : at + 1 + page[at]] if at else b""

    def _row_end_runs(self) -> Iterator[tuple[int, int]]:
        for start, end, page, at in self._pages(_PARAGRAPH_PAGES, 13):
            if not at or at >= _PAGE - 1:
                continue
            size = 2 * page[at] - 1 if page[at] else 2 * page[at + 1]
            first = at + (1 if page[at] else 2)
            raw = page[first + 2 : first + size]
            if any(sprm == _ROW_END and value[:1] == b"\1" for sprm, value in modifiers(raw)):
                yield start, end


def modifiers(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each property modifier and its operand (MS-DOC 2.2.5.1)."""
    at = 0
    while at + 2 <= len(raw):
        (sprm,) = struct.unpack_from("<H", raw, at)
        at += 2
        size = _SIZES[sprm >> 13]
        if size < 0:
            if at >= len(raw):
                return
            if sprm in _LONG_TABLE:
                size = 2 + int.from_bytes(raw[at : at + 2], "little") - 1
            elif sprm == _TABS and raw[at] == 255:
                return
            else:
                size = 1 + raw[at]
        yield sprm, raw[at : at + size]
        at += max(size, 1)


def _state(raw: bytes) -> RunState:
    found = dict(modifiers(raw))
    author = int.from_bytes(found.get(_AUTHOR, b"\xff\xff"), "little")
    deleter = int.from_bytes(found.get(_DELETER, b"\xff\xff"), "little")
    if found.get(_DELETED, b"\0")[:1] not in (b"\0", b""):
        return RunState("tracked-deletion", deleter, int.from_bytes(found.get(_WHEN_DELETED, b""), "little"))
    if found.get(_INSERTED, b"\0")[:1] not in (b"\0", b""):
        return RunState("tracked-insertion", author, int.from_bytes(found.get(_WHEN, b""), "little"))
    if found.get(_VANISH, b"\0")[:1] in (b"\1", b"\x81"):
        return RunState("hidden-text")
    size = int.from_bytes(found.get(_SIZE, b"\x18\0"), "little")
    if 0 < size <= _TINY:
        return RunState("tiny-text")
    return RunState("white-text") if _is_white(found) else _SEEN


def _is_white(found: dict[int, bytes]) -> bool:
    if _SHADE in found or _OLD_SHADE in found or found.get(_HIGHLIGHT, b"\0") != b"\0":
        return False
    colour = found.get(_COLOUR)
    if colour is not None:
        return int.from_bytes(colour, "little") == _WHITE
    return found.get(_COLOUR_INDEX, b"\0")[:1] == bytes([_WHITE_INDEX])
