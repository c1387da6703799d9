"""The paragraphs of a shape, joined as a reader reads them, and what of them nobody sees (ECMA-376 part 1, 21.1.2)."""

from __future__ import annotations

from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from amends.scan.formats._document_line import Line
from amends.scan.formats._docx_styles import WHITE, same_colour
from amends.scan.formats._pptx_colours import UNKNOWN, Palette, is_transparent

_TINY: Final = 400
"""Hundredths of a point; below four points no reader makes out a letter."""
_RUNS: Final = frozenset({"r", "fld"})


class Ground(NamedTuple):
    """What lies behind a text."""

    palette: Palette
    colour: str
    """RRGGBB or `UNKNOWN`."""


def line_of(paragraph: Element, defaults: Element | None, ground: Ground) -> Line:
    """Return a paragraph's texts; ``defaults`` is the list style of the body around it."""
    line = Line()
    properties = paragraph.find("pPr")
    level = properties.get("lvl", "0") if properties is not None else "0"
    step = str(int(level) + 1) if level in "012345678" and len(level) == 1 else "1"
    below = defaults.find(f"lvl{step}pPr/defRPr") if defaults is not None else None
    for child in paragraph:
        if child.tag in _RUNS:
            hidden = _reason(child.find("rPr"), below, ground)
            for text in child.iter("t"):
                line.add(text.text or "", hidden)
        elif child.tag == "br":
            line.add("\n")
        elif child.tag not in ("pPr", "endParaRPr"):
            for text in child.iter():
                line.add((text.text or "") if text.text and text.text.strip() else "")
    return line


def links_of(paragraph: Element) -> list[tuple[str, str]]:
    """Return name and text of the hints of the links in a paragraph."""
    return [
        (name, link.get(name, ""))
        for link in paragraph.iter()
        if link.tag in ("hlinkClick", "hlinkMouseOver", "hlinkHover")
        for name in ("tooltip", "invalidUrl", "tgtFrame")
        if link.get(name)
    ]


def _reason(direct: Element | None, below: Element | None, ground: Ground) -> str:
    sources = [element for element in (direct, below) if element is not None]
    size = next((element.get("sz", "") for element in sources if element.get("sz")), "")
    if size.isdecimal() and len(size) < len("100000") and int(size) < _TINY:
        return "tiny-text"
    for element in sources:
        if element.find("noFill") is not None and element.find("ln/solidFill") is None:
            return "transparent-text"
        fill = element.find("solidFill")
        if fill is not None:
            if is_transparent(fill):
                return "transparent-text"
            return _against(ground.palette.colour(fill), ground.colour)
    return ""


def _against(colour: str, behind: str) -> str:
    if UNKNOWN in (colour, behind) or not same_colour(colour, behind):
        return ""
    return "white-text" if same_colour(behind, WHITE) else "background-coloured-text"
