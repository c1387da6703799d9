"""Styles of OpenDocument: what a text, a cell, a row, a sheet or a slide looks like, parents included.

Sources: OpenDocument 1.3 part 3, 16 (styles), 20 (formatting attributes).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from amends.scan.formats._docx_styles import WHITE, same_colour

_LENGTH: Final = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{0,12})?)(pt|cm|mm|in|pc|px)?")
_POINTS: Final = {"pt": 1.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "pc": 12.0, "px": 0.75, None: 1.0}
_TINY_POINTS: Final = 4.0
_NO_SIZE_POINTS: Final = 0.5
"""A row or column below half a point shows nothing."""
_LONGEST_CHAIN: Final = 32
_BACKGROUNDS: Final = ("text-properties", "paragraph-properties", "table-cell-properties")


class Look(NamedTuple):
    """What a style says; None where it says nothing."""

    colour: str | None = None
    points: float | None = None
    absent: bool | None = None
    """Whether the text is not displayed at all."""
    background: str | None = None
    """RRGGBB; ``?`` where something is there whose colour is not known."""
    see_through: bool | None = None

    def over(self, below: Look) -> Look:
        """Return this look with the gaps filled from the one below."""
        return Look._make(one if one is not None else other for one, other in zip(self, below, strict=True))


_NOTHING: Final = Look()


class Styles:
    """Named styles by family; those of one part may stand over those of another."""

    def __init__(self, below: Styles | None = None) -> None:
        self._elements: dict[tuple[str, str], Element] = dict(below._elements) if below is not None else {}
        self._looks: dict[tuple[str, str], Look] = {}

    def add(self, tree: Element) -> None:
        """Take the styles of ``office:styles``, ``office:automatic-styles`` or ``office:master-styles``."""
        for element in tree:
            if element.tag == "style":
                self._elements[element.get("family", ""), element.get("name", "")] = element
            elif element.tag == "default-style":
                self._elements[element.get("family", ""), ""] = element
            elif element.tag == "page-layout":
                self._elements["page-layout", element.get("name", "")] = element
        self._looks.clear()

    def names(self, family: str) -> list[str]:
        """Return the names of all styles of a family."""
        return [name for of, name in self._elements if of == family]

    def look(self, family: str, name: str) -> Look:
        """Return what a style says, its parents and the default of its family included."""
        if (family, name) not in self._looks:
            look = _NOTHING
            for element in self._chain(family, name):
                look = look.over(_look_of(element))
            self._looks[family, name] = look
        return self._looks[family, name]

    def value(self, family: str, name: str, properties: str, attribute: str) -> str:
        """Return one attribute out of a style's properties, or its parent's; empty where none says it."""
        for element in self._chain(family, name):
            for found in element.findall(properties):
                if found.get(attribute):
                    return found.get(attribute, "")
        return ""

    def _chain(self, family: str, name: str) -> list[Element]:
        chain: list[Element] = []
        while name and (family, name) in self._elements and len(chain) < _LONGEST_CHAIN:
            chain.append(self._elements[family, name])
            name = chain[-1].get("parent-style-name", "")
        if (family, "") in self._elements:
            chain.append(self._elements[family, ""])
        return chain


def reason_not_seen(look: Look, background: str | None) -> str:
    """Return the kind of hiding of a text; ``background`` is what lies behind it, None where that is not known."""
    if look.absent:
        return "hidden-text"
    if look.see_through:
        return "transparent-text"
    if look.points is not None and look.points < _TINY_POINTS:
        return "tiny-text"
    behind = look.background or background
    if look.colour is None or behind is None or not same_colour(look.colour, behind):
        return ""
    return "white-text" if same_colour(behind, WHITE) else "background-coloured-text"


def points_of(length: str) -> float | None:
    """Return a length in points, None where it is none."""
    match = _LENGTH.fullmatch(length)
    return float(match[1]) * _POINTS[match[2]] if match else None


def has_no_size(length: str) -> bool:
    """Say whether a height or width is so small that nothing is seen."""
    points = points_of(length)
    return points is not None and points < _NO_SIZE_POINTS


def _look_of(element: Element) -> Look:
    text = element.find("text-properties")
    background = None
    for name in _BACKGROUNDS:
        for found in element.findall(name):
            background = background or _background(found.get("background-color", ""))
    graphic = element.find("graphic-properties")
    if graphic is not None and background is None:
        fill = graphic.get("fill", "")
        if fill and fill != "none":
            background = _background(graphic.get("fill-color", "")) if fill == "solid" else "?"
    if text is None:
        return _NOTHING._replace(background=background)
    automatic = text.get("use-window-font-color") == "true"
    colour = "" if automatic else text.get("color", "").lstrip("#").upper()
    opacity = text.get("loext:opacity", "")
    return Look(
        "auto" if automatic else colour or None,
        points_of(text.get("font-size", "")),
        text.get("display") == "none" if text.get("display") else None,
        background,
        opacity.rstrip("%") == "0" if opacity else None,
    )


def _background(colour: str) -> str | None:
    plain = colour.lstrip("#").upper()
    return plain if len(plain) == len(WHITE) else None
