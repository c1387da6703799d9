"""How a run of a Word document looks, styles included, and whether a reader can see it at all.

Sources: ECMA-376 part 1, 17.7 (styles; 17.7.3 toggle properties), 17.3.2 (run properties).
"""

from __future__ import annotations

from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

_OFF: Final = frozenset({"0", "false", "off", "none"})
_TINY_HALF_POINTS: Final = 8
"""Below four points no reader makes out a letter."""
_SQUEEZED_PER_CENT: Final = 10
_SAME_COLOUR: Final = 16
"""Largest difference of red, green or blue between colours that nobody tells apart."""
_LONGEST_CHAIN: Final = 32
_HIGHLIGHTS: Final = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000",
    "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip
_TELLING: Final = frozenset({"vanish", "color", "sz", "shd", "highlight", "w", "textFill"})
WHITE: Final = "FFFFFF"


class Look(NamedTuple):
    """What run properties say; None where they say nothing."""

    vanish: bool | None = None
    colour: str | None = None
    half_points: int | None = None
    shade: str | None = None
    scale: int | None = None
    transparent: bool | None = None

    def over(self, below: Look) -> Look:
        """Return this look with the gaps filled from the one below."""
        return Look._make(one if one is not None else other for one, other in zip(self, below, strict=True))


_NOTHING: Final = Look()


class _Style(NamedTuple):
    based_on: str
    look: Look
    shaded: bool


class Styles:
    """The styles of one document."""

    def __init__(self, root: Element | None = None) -> None:
        self._styles: dict[str, _Style] = {}
        self._looks: dict[str, Look] = {}
        self._below: dict[tuple[str, str], Look] = {}
        self._defaults = _NOTHING
        self._normal = ""
        for element in root if root is not None else ():
            if element.tag == "docDefaults":
                self._defaults = look_of(element.find("rPrDefault/rPr"))
            elif element.tag == "style":
                identifier = element.get("styleId", "")
                shaded = any(shade_of(shade) is not None for shade in element.iter("shd"))
                based_on = value_of(element.find("basedOn"))
                self._styles[identifier] = _Style(based_on, look_of(element.find("rPr")), shaded)
                if element.get("type") == "paragraph" and element.get("default") in ("1", "true", "on"):
                    self._normal = identifier

    def look(self, paragraph_style: str, run_style: str, direct: Element | None) -> Look:
        """Return the look of a run: its own properties, then its style, then the paragraph's, then the document's."""
        key = (paragraph_style, run_style)
        below = self._below.get(key)
        if below is None:
            below = self._below[key] = self._styled(paragraph_style or self._normal, run_style)
        own = look_of(direct)
        return below if own is _NOTHING else own.over(below)

    def _styled(self, paragraph_style: str, run_style: str) -> Look:
        of_run = self._resolved(run_style)
        of_paragraph = self._resolved(paragraph_style)
        look = of_run.over(of_paragraph).over(self._defaults)
        if of_run.vanish is not None and of_paragraph.vanish is not None:
            # 17.7.3: toggles of two styles cancel each other.
            return look._replace(vanish=of_run.vanish != of_paragraph.vanish)
        return look

    def is_shaded(self, table_style: str) -> bool:
        """Say whether a table's style colours any of its cells, so that their background is not known."""
        return any(style.shaded for style in self._chain(table_style))

    def _resolved(self, identifier: str) -> Look:
        if not identifier:
            return _NOTHING
        if identifier not in self._looks:
            look = _NOTHING
            for style in self._chain(identifier):
                look = look.over(style.look)
            self._looks[identifier] = look
        return self._looks[identifier]

    def _chain(self, identifier: str) -> list[_Style]:
        chain: list[_Style] = []
        while identifier in self._styles and len(chain) < _LONGEST_CHAIN:
            chain.append(self._styles[identifier])
            identifier = chain[-1].based_on
        return chain


def look_of(properties: Element | None) -> Look:
    """Return what run properties say by themselves."""
    if properties is None or not len(properties):
        return _NOTHING
    if all(child.tag not in _TELLING for child in properties):
        return _NOTHING
    shade = shade_of(properties.find("shd"))
    highlight = _HIGHLIGHTS.get(value_of(properties.find("highlight")))
    colour = value_of(properties.find("color"))
    fill = properties.find("textFill")
    return Look(
        _toggle(properties.find("vanish")),
        colour.upper() if len(colour) == len(WHITE) else None,
        _integer(value_of(properties.find("sz"))),
        highlight or shade,
        _integer(value_of(properties.find("w"))),
        None if fill is None else fill.find("noFill") is not None,
    )


def reason_not_seen(look: Look, background: str | None) -> str:
    """Return the kind of hiding of a run; ``background`` is a colour, None where it is not known."""
    if look.vanish:
        return "hidden-text"
    if look.transparent:
        return "transparent-text"
    if look.half_points is not None and look.half_points < _TINY_HALF_POINTS:
        return "tiny-text"
    if look.scale is not None and 0 < look.scale < _SQUEEZED_PER_CENT:
        return "tiny-text"
    behind = look.shade or background
    if look.colour is None or behind is None or not same_colour(look.colour, behind):
        return ""
    return "white-text" if same_colour(behind, WHITE) else "background-coloured-text"


def same_colour(one: str, other: str) -> bool:
    """Say whether nobody could tell two colours (RRGGBB) apart."""
    try:
        pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
        return all(abs(left - right) <= _SAME_COLOUR for left, right in pairs)
    except ValueError:
        return False


def shade_of(shade: Element | None) -> str | None:
    """Return the colour behind a text or a cell, None where there is none of its own."""
    if shade is None:
        return None
    if value_of(shade) == "solid" and len(shade.get("color", "")) == len(WHITE):
        return shade.get("color", "").upper()
    fill = shade.get("fill", "")
    return fill.upper() if len(fill) == len(WHITE) else None


def value_of(element: Element | None) -> str:
    """Return an element's ``val``, empty where there is none."""
    return "" if element is None else element.get("val", "")


def _toggle(element: Element | None) -> bool | None:
    return None if element is None else element.get("val", "1").lower() not in _OFF


def _integer(text: str) -> int | None:
    text = text.rstrip("%")
    return int(text) if text.isdecimal() and len(text) <= 6 else None  # noqa: PLR2004 - six digits are beyond any size
