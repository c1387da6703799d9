"""The colours of a workbook: what ``rgb``, ``theme`` with a tint, and ``indexed`` stand for (ECMA-376 part 1, 18.8.3,
18.8.19, 18.8.27)."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from typing import Final

from amends.scan.formats._xml import Attributes, parse_elements

Colour = tuple[int, int, int]

WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (0, 0, 0)
_NEAR: Final = 12
"""Channels that differ by less than this look the same on a screen."""
_THEME_ORDER: Final = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip
_OFFICE_THEME: Final = (
    "FFFFFF", "000000", "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646", "0000FF",
    "800080",
)  # fmt: skip
_PALETTE: Final = (
    "000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF", "000000", "FFFFFF", "FF0000",
    "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF", "800000", "008000", "000080", "808000", "800080", "008080",
    "C0C0C0", "808080", "9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF", "000080",
    "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF", "00CCFF", "CCFFFF", "CCFFCC", "FFFF99",
    "99CCFF", "FF99CC", "CC99FF", "FFCC99", "3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699",
    "969696", "003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333", "000000", "FFFFFF",
)  # fmt: skip


def colour_of_hex(text: str) -> Colour | None:
    """Return the colour of ``RRGGBB`` or ``AARRGGBB``; None where it is neither."""
    digits = text.lstrip("#")[-6:]
    try:
        value = int(digits, 16)
    except ValueError:
        return None
    return (value >> 16 & 255, value >> 8 & 255, value & 255) if len(digits) == 6 else None  # noqa: PLR2004


def looks_same(one: Colour | None, other: Colour | None) -> bool:
    """Say whether nobody tells the two apart; an unknown colour is like no other."""
    if one is None or other is None:
        return False
    return all(abs(a - b) < _NEAR for a, b in zip(one, other, strict=True))


class Palette:
    """What colour attributes mean in one workbook."""

    def __init__(self, theme: Mapping[str, str]) -> None:
        self._theme = [
            colour_of_hex(theme.get(name, usual))
            for name, usual in zip(_THEME_ORDER, _OFFICE_THEME, strict=True)
        ]
        self.indexed = [colour_of_hex(text) for text in _PALETTE]

    def colour(self, attributes: Attributes) -> Colour | None:
        """Return the colour that an element's attributes name; None where they name none that is known."""
        base: Colour | None = None
        if "rgb" in attributes:
            base = colour_of_hex(attributes["rgb"])
        elif "theme" in attributes:
            base = _entry(self._theme, attributes["theme"])
        elif "indexed" in attributes:
            base = _entry(self.indexed, attributes["indexed"])
        return base if base is None else _tinted(base, attributes.get("tint", ""))


def read_theme(chunks: Iterable[bytes]) -> dict[str, str]:
    """Return name of a scheme colour → ``RRGGBB``. Raises `UnreadableError`."""
    found: dict[str, str] = {}
    current = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal current
        if name in _THEME_ORDER:
            current = name
        elif name in ("srgbClr", "sysClr") and current:
            found.setdefault(current, attributes.get("lastClr" if name == "sysClr" else "val", ""))
            current = ""

    parse_elements(chunks, start)
    return found


def _entry(colours: list[Colour | None], index: str) -> Colour | None:
    return colours[int(index)] if index.isascii() and index.isdigit() and int(index) < len(colours) else None


def _tinted(colour: Colour, tint: str) -> Colour:
    try:
        amount = float(tint or 0)
    except ValueError:
        return colour
    if not amount or not -1 <= amount <= 1:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    light = light * (1 + amount) if amount < 0 else light * (1 - amount) + amount
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
