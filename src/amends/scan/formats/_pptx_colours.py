"""Colours of a slide: what a run's colour is, and what lies behind it, as far as that can be known.

Sources: ECMA-376 part 1, 20.1.2.3 (colours), 19.3.1.6 (colour map), 19.3.1.1 and 19.3.1.3 (backgrounds).
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

_DEFAULT_MAP: Final = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_PRESETS: Final = {
    "white": "FFFFFF",
    "black": "000000",
    "snow": "FFFAFA",
    "ivory": "FFFFF0",
    "ghostWhite": "F8F8FF",
}
_FILLS: Final = frozenset({"solidFill", "gradFill", "blipFill", "pattFill", "grpFill"})
_CHANGES: Final = frozenset({"lumMod", "lumOff", "tint", "shade", "satMod", "hueMod", "inv", "gray", "comp"})
UNKNOWN: Final = "?"
"""A colour that is there and that cannot be told."""


class Palette:
    """The colours of one theme, through the map of one master."""

    def __init__(self, theme: Element | None = None, master: Element | None = None) -> None:
        self._scheme: dict[str, str] = {"lt1": "FFFFFF", "dk1": "000000"}
        self._map = dict(_DEFAULT_MAP)
        scheme = next(theme.iter("clrScheme"), None) if theme is not None else None
        for entry in scheme if scheme is not None else ():
            for colour in entry:
                value = colour.get("lastClr", "") or colour.get("val", "")
                self._scheme[entry.tag] = value.upper()
        mapping = master.find("clrMap") if master is not None else None
        if mapping is not None:
            self._map.update(mapping.attrib)

    def colour(self, fill: Element | None) -> str:
        """Return the colour of a fill: RRGGBB, `UNKNOWN`, or empty where there is no fill of its own."""
        if fill is None:
            return ""
        for element in fill:
            if any(change.tag in _CHANGES for change in element):
                return UNKNOWN
            value = element.get("val", "")
            if element.tag == "srgbClr":
                return value.upper()
            if element.tag == "schemeClr":
                return self._scheme.get(self._map.get(value, value), UNKNOWN)
            if element.tag == "sysClr":
                return element.get("lastClr", UNKNOWN).upper()
            if element.tag == "prstClr":
                return _PRESETS.get(value, UNKNOWN)
        return UNKNOWN

    def fill_of(self, properties: Element | None) -> str:
        """Return the colour of a shape's or a cell's own fill, as `colour` does; ``none`` for no fill at all."""
        for child in properties if properties is not None else ():
            if child.tag == "noFill":
                return "none"
            if child.tag in _FILLS:
                return self.colour(child) if child.tag == "solidFill" else UNKNOWN
        return ""

    def background(self, *trees: Element | None) -> str:
        """Return the colour of the background out of slide, layout and master, the first that has one."""
        for tree in trees:
            ground = tree.find("cSld/bg") if tree is not None else None
            if ground is not None:
                properties = ground.find("bgPr")
                if properties is not None:
                    return self.fill_of(properties) or UNKNOWN
                reference = ground.find("bgRef")
                plain = reference is not None and reference.get("idx") in ("1001", "0")
                return self.colour(reference) if plain else UNKNOWN
        return "FFFFFF"


def is_transparent(fill: Element | None) -> bool:
    """Say whether a fill lets everything through."""
    if fill is None:
        return False
    return any(alpha.get("val", "") in ("0", "0%") for alpha in fill.iter("alpha"))
