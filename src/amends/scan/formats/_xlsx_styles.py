"""What each cell style does to a cell (ECMA-376 part 1, 18.8): how numbers are shown, and whether they are seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from amends.scan.formats._xlsx_colours import WHITE, Colour, Palette, colour_of_hex, looks_same
from amends.scan.formats._xlsx_numbers import Renderer, renderer_for
from amends.scan.formats._xml import Attributes, parse_elements

TINY: Final = 3.0
"""Points: letters of this size and below are dots."""
_SECTIONS: Final = frozenset(
    {"fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "numFmts", "borders"}
)
_SECTION_MARK: Final = re.compile(r'"[^"]*"|\\.|[_*].|(;)', re.DOTALL)
_SHOWS_NOTHING: Final = re.compile(r'(?:\[[^\]]*\]|_.|\*\s|""|\s|\\\s|"\s*")*', re.DOTALL)
_WHITE_INK: Final = "[white]"
_TEXT_SECTION: Final = 3


class Hiding(NamedTuple):
    """Why a cell of a style is not seen: a name out of `amends.scan.hidden`, empty where it is seen."""

    number: str
    text: str


SEEN: Final = Hiding("", "")


class Styles(NamedTuple):
    """By the index that cells carry."""

    renderers: list[Renderer | None]
    hiding: list[Hiding]
    """Empty where no style hides anything."""


class _Font(NamedTuple):
    colour: Colour | None
    points: float


def read_styles(chunks: Iterable[bytes], palette: Palette, dates_from_1904: bool) -> Styles:
    """Return the entries of ``cellXfs``. Raises `UnreadableError`."""
    reader = _StyleReader(palette)
    parse_elements(chunks, reader.start)
    used = {entry[0] for entry in reader.formats}
    codes = reader.codes
    renderers = {number: renderer_for(number, codes.get(number), dates_from_1904) for number in used}
    hiding = [reader.hiding(*entry) for entry in reader.formats]
    return Styles(
        [renderers[entry[0]] for entry in reader.formats],
        hiding if any(each != SEEN for each in hiding) else [],
    )


class _StyleReader:
    def __init__(self, palette: Palette) -> None:
        self.codes: dict[int, str] = {}
        self.formats: list[tuple[int, int, int]] = []
        """Number format, font and fill of each cell style."""
        self._palette = palette
        self._fonts: list[_Font] = []
        self._fills: list[Colour | None] = []
        self._section = ""
        self._own_colours = 0
        self._solid = False
        self._seen: dict[tuple[int, int, int], Hiding] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Take one element."""
        if name in _SECTIONS:
            self._section = name
        elif name == "numFmt" and self._section == "numFmts":
            self.codes[_integer(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "rgbColor":
            if self._own_colours < len(self._palette.indexed):
                self._palette.indexed[self._own_colours] = colour_of_hex(attributes.get("rgb", ""))
                self._own_colours += 1
        elif self._section == "fonts":
            self._font(name, attributes)
        elif self._section == "fills":
            self._fill(name, attributes)
        elif name == "xf" and self._section == "cellXfs":
            number, font, fill = (_integer(attributes.get(key)) for key in ("numFmtId", "fontId", "fillId"))
            self.formats.append((number, font, fill))

    def hiding(self, number: int, font: int, fill: int) -> Hiding:
        """Return why cells of this number format, font and fill are not seen."""
        key = (number, font, fill)
        if key not in self._seen:
            self._seen[key] = self._judged(*key)
        return self._seen[key]

    def _judged(self, number: int, font: int, fill: int) -> Hiding:
        code = self.codes.get(number, "")
        background = self._fills[fill] if fill < len(self._fills) else WHITE
        ink = self._fonts[font] if font < len(self._fonts) else _Font(None, 11)
        if looks_same(ink.colour, background) or (
            _WHITE_INK in code.lower() and looks_same(WHITE, background)
        ):
            return Hiding("white-text", "white-text")
        if ink.points <= TINY:
            return Hiding("tiny-text", "tiny-text")
        numbers, texts = hidden_by_format(code)
        return Hiding("number-format-hides" if numbers else "", "number-format-hides" if texts else "")

    def _font(self, name: str, attributes: Attributes) -> None:
        if name == "font":
            self._fonts.append(_Font(None, 11))
        elif self._fonts and name == "color":
            self._fonts[-1] = self._fonts[-1]._replace(colour=self._palette.colour(attributes))
        elif self._fonts and name == "sz":
            self._fonts[-1] = self._fonts[-1]._replace(points=points_of(attributes.get("val", "")))

    def _fill(self, name: str, attributes: Attributes) -> None:
        if name == "fill":
            self._fills.append(None)
        elif name == "patternFill" and self._fills:
            self._fills[-1] = WHITE if attributes.get("patternType", "none") == "none" else None
            self._solid = attributes.get("patternType") == "solid"
        elif name == "fgColor" and self._fills and self._solid:
            self._fills[-1] = self._palette.colour(attributes)


def hidden_by_format(code: str) -> tuple[bool, bool]:
    """Say whether a format code shows no number, neither positive nor negative, and whether it shows no text."""
    if not code:
        return False, False
    sections = [""]
    position = 0
    for match in _SECTION_MARK.finditer(code):
        if match[1]:
            sections[-1] += code[position : match.start()]
            sections.append("")
            position = match.end()
    sections[-1] += code[position:]
    empty = [_SHOWS_NOTHING.fullmatch(section) is not None for section in sections]
    # 18.8.31: positive; negative; zero; text. A section that is not there is shown by the first one.
    numbers = empty[0] and (len(empty) == 1 or empty[1])
    return numbers, len(empty) > _TEXT_SECTION and empty[_TEXT_SECTION]


def points_of(text: str) -> float:
    """Return a font size; 11 where it is none."""
    try:
        points = float(text)
    except ValueError:
        return 11
    return points if points > 0 else 11


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
