"""What a cell's format says (MS-XLS 2.4.353, 2.4.122, 2.4.126): how its number reads, and whether it can be seen."""

from __future__ import annotations

import struct
from typing import Final

from amends.scan.formats._biff_records import BiffStream, Record
from amends.scan.formats._xlsx_numbers import Renderer, number_text, renderer_for

_FORMATS: Final = frozenset({0x001E, 0x041E})
_FONTS: Final = frozenset({0x0031, 0x0231})
_STYLES: Final = {0x00E0: 5, 0x0443: 4, 0x0243: 3, 0x0043: 2}
_PALETTE: Final = 0x0092
_MISSING_FONT: Final = 4
_WHITE: Final = 0xFFFFFF
_BLACK: Final = 0
_HATCHED: Final = -1
_TINY: Final = 40  # twentieths of a point: two points
_BASIC: Final = (0, 0xFFFFFF, 0x0000FF, 0x00FF00, 0xFF0000, 0x00FFFF, 0xFF00FF, 0xFFFF00)
_WINDOW_TEXT, _WINDOW, _AUTOMATIC = 64, 65, 0x7FFF


class Fonts:
    """The workbook's fonts and colours: why a text in one of them is not seen."""

    def __init__(self) -> None:
        self._fonts: list[tuple[int, int]] = []
        self.palette: dict[int, int] = {}

    def add(self, height: int, colour: int) -> None:
        """Add the next font: height in twentieths of a point, index of its colour."""
        self._fonts.append((height, colour))

    def hides(self, index: int, ground: int = _WHITE) -> str:
        """Return why a text in this font is not seen on a ground of that colour; empty where it is seen."""
        place = index - 1 if index > _MISSING_FONT else index
        if not 0 <= place < len(self._fonts):
            return ""
        height, colour = self._fonts[place]
        if 0 < height <= _TINY:
            return "tiny-text"
        return "white-text" if self.rgb(colour) == ground else ""

    def rgb(self, index: int) -> int:
        """Return the colour of an index (MS-XLS 2.5.161); below zero where it is neither basic nor defined."""
        if index in self.palette:
            return self.palette[index]
        if index in (_AUTOMATIC, _WINDOW_TEXT):
            return _BLACK
        if index == _WINDOW:
            return _WHITE
        basic = index - 8 if 8 <= index < 16 else index
        return _BASIC[basic] if basic < len(_BASIC) else -2 - index


class Styles:
    """Per cell style: the renderer of its numbers, and why its text or its number is not seen."""

    def __init__(self, stream: BiffStream, records: list[Record]) -> None:
        self.fonts = Fonts()
        self._codes: dict[int, str] = {}
        self._raw: list[tuple[int, int, int, int]] = []
        self.dates_from_1904 = False
        self._stream = stream
        for record in records:
            self._take(record)
        self.renderers: list[Renderer | None] = []
        self.text_hidden: list[str] = []
        self.number_hidden: list[str] = []
        for font, number_format, pattern, colour in self._raw:
            # Only a plain colour is compared: what a hatching hides, a reader can see between its lines.
            ground = {0: _WHITE, 1: self.fonts.rgb(colour)}.get(pattern, _HATCHED)
            code = self._codes.get(number_format)
            self.renderers.append(renderer_for(number_format, code, self.dates_from_1904))
            self.text_hidden.append(self.fonts.hides(font, ground) or hides(code, True))
            self.number_hidden.append(self.fonts.hides(font, ground) or hides(code, False))

    def _take(self, record: Record) -> None:
        kind, body, stream = record.kind, self._stream.body(record), self._stream
        try:
            if kind in _FORMATS:
                self._format(kind, body)
            elif kind in _FONTS and len(body) >= 6:
                height, _, colour = struct.unpack_from("<HHH", body)
                self.fonts.add(height, colour)
            elif kind in _STYLES:
                self._raw.append(self._style(body, stream.version))
            elif kind == _PALETTE:
                (count,) = struct.unpack_from("<H", body)
                for index in range(min(count, 56)):
                    self.fonts.palette[8 + index] = int.from_bytes(
                        body[2 + 4 * index : 5 + 4 * index], "little"
                    )
            elif kind == 0x0022:
                self.dates_from_1904 = body[:1] == b"\1"
        except (struct.error, IndexError):
            return

    def _format(self, kind: int, body: bytes) -> None:
        if self._stream.version >= 5:
            (identifier,) = struct.unpack_from("<H", body)
            self._codes[identifier] = self._stream.string(body, 2, self._stream.version >= 8)[0]
        else:
            skipped = 2 if kind == 0x041E else 0
            self._codes[len(self._codes)] = self._stream.string(body, skipped, False)[0]

    def _style(self, body: bytes, version: int) -> tuple[int, int, int, int]:
        if version < 5:
            return body[0], body[1] & 0x3F if version > 2 else body[2] & 0x3F, 0, 0
        font, number_format = struct.unpack_from("<HH", body)
        if version >= 8:
            pattern = struct.unpack_from("<I", body, 14)[0] >> 26
            colours = struct.unpack_from("<H", body, 18)[0]
        else:
            colours, pattern = struct.unpack_from("<HH", body, 8)
            pattern &= 0x3F
        return font, number_format, pattern, colours & 0x7F

    def number(self, value: float, style: int) -> str:
        """Return a number as its cell's format makes it read."""
        raw = repr(value)
        render = self.renderers[style] if style < len(self.renderers) else None
        return number_text(raw) if render is None else render(raw)


def hides(code: str | None, of_text: bool) -> str:
    """Return ``number-format-hides`` where the format shows nothing: ``;;;`` (ECMA-376 part 1, 18.8.31)."""
    if not code or ";" not in code:
        return ""
    sections = code.split(";")
    if of_text:
        empty = len(sections) > 3 and not sections[3].strip()
    else:
        empty = not any(section.strip() for section in sections[:3])
    return "number-format-hides" if empty else ""
