"""Formats of a binary workbook's cells (MS-XLSB 2.4.342, 2.4.655, 2.4.661, 2.4.822): how a number reads."""

from __future__ import annotations

import struct
from typing import Final

from amends.scan.formats._biff_styles import hides
from amends.scan.formats._xlsb_records import records, wide_string
from amends.scan.formats._xlsx_numbers import Renderer, number_text, renderer_for

_FONT, _FORMAT, _FILL, _XF, _BEGIN_CELLS, _END_CELLS = 43, 44, 45, 47, 617, 618
_INDEXED, _RGB, _THEME = 1, 2, 3
_WHITE, _BLACK, _UNKNOWN = 0xFFFFFF, 0, -1
_INDEXED_COLOURS: Final = {0: _BLACK, 1: _WHITE, 8: _BLACK, 9: _WHITE, 64: _BLACK, 65: _WHITE}
_THEME_COLOURS: Final = {0: _WHITE, 1: _BLACK}
_TINY: Final = 40  # twentieths of a point


class XlsbStyles:
    """By the number of a cell's style: the renderer, and why a text or a number is not seen."""

    def __init__(self, content: bytes, dates_from_1904: bool) -> None:
        self.fonts: list[tuple[int, int]] = []
        self._renderers: list[Renderer | None] = []
        self.text_hidden: list[str] = []
        self.number_hidden: list[str] = []
        codes: dict[int, str] = {}
        grounds: list[int] = []
        cells = False
        for kind, body in records(content):
            if kind == _FORMAT:
                codes[struct.unpack_from("<H", body)[0]] = wide_string(body, 2)[0]
            elif kind == _FONT:
                self.fonts.append((struct.unpack_from("<H", body)[0], _colour(body, 12, _BLACK)))
            elif kind == _FILL:
                pattern = struct.unpack_from("<I", body)[0]
                grounds.append({0: _WHITE, 1: _colour(body, 4, _UNKNOWN)}.get(pattern, _UNKNOWN))
            elif kind in (_BEGIN_CELLS, _END_CELLS):
                cells = kind == _BEGIN_CELLS
            elif kind == _XF and cells:
                _, number_format, font, fill = struct.unpack_from("<4H", body)
                code = codes.get(number_format)
                ground = grounds[fill] if fill < len(grounds) else _WHITE
                self._renderers.append(renderer_for(number_format, code, dates_from_1904))
                self.text_hidden.append(self.font_hides(font, ground) or hides(code, True))
                self.number_hidden.append(self.font_hides(font, ground) or hides(code, False))

    def font_hides(self, index: int, ground: int = _WHITE) -> str:
        """Return why a text in this font is not seen on a ground of that colour; empty where it is seen."""
        if index >= len(self.fonts):
            return ""
        height, colour = self.fonts[index]
        if 0 < height <= _TINY:
            return "tiny-text"
        return "white-text" if colour == ground != _UNKNOWN else ""

    def number(self, value: float, style: int) -> str:
        """Return a number as its cell's format makes it read."""
        render = self._renderers[style] if style < len(self._renderers) else None
        return number_text(repr(value)) if render is None else render(repr(value))


def _colour(body: bytes, at: int, automatic: int) -> int:
    """MS-XLSB 2.5.28; shades of a theme's colour are no colour that could be compared."""
    kind, index, tint = struct.unpack_from("<BBh", body, at)
    if kind >> 1 == _RGB:
        return int.from_bytes(body[at + 4 : at + 7], "big")
    if kind >> 1 == _INDEXED:
        return _INDEXED_COLOURS.get(index, _UNKNOWN)
    if kind >> 1 == _THEME:
        return _UNKNOWN if tint else _THEME_COLOURS.get(index, _UNKNOWN)
    return automatic
