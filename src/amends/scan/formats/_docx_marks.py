"""What stands beside the text of a Word document: who changed it, bookmarks, links, names of shapes, form fields.

Sources: ECMA-376 part 1, 17.13 (annotations), 17.16.17 (form fields), 17.5.2 (content controls).
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._opc_rest import printable_texts
from amends.scan.formats.interface import UntrustedPart

Place = tuple[str, ...]

FIELD_BLOB: Final = "field data"
_LINKING: Final = frozenset({"hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver"})
_LINK_TEXTS: Final = ("tooltip", "anchor", "docLocation", "tgtFrame")
_DESCRIPTIONS: Final = frozenset({"descr", "title", "alt", "string"})
_NOT_NAMES: Final = frozenset({"style", "font", "schemeClr", "prstGeom", "gd"})
_MEASURES: Final = frozenset(
    {"posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset"}
)
_VML_TEXTS: Final = frozenset(
    {"ClientData", "Anchor", "MoveWithCells", "SizeWithCells", "AutoFill", "Row", "Column"}
)


class Marks:
    """The marks of one part; who changed what is said once for each person and time."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._changes: set[tuple[str, str]] = set()

    def changes(self, element: Element, place: Place) -> list[UntrustedPart]:
        """Return who made the tracked changes below an element, and when."""
        found: list[UntrustedPart] = []
        for changed in element.iter():
            author = changed.get("author")
            if author is None:
                continue
            key = (author, changed.get("date", ""))
            if key not in self._changes:
                self._changes.add(key)
                text = ", ".join(filter(None, key))
                if text:
                    found.append(self._part_of((*place, "change"), "change", "tracked-change", text))
            original = changed.get("original", "")
            if original:
                found.append(self._part_of((*place, "change"), "change", "tracked-change", original))
        return found

    def of_element(self, element: Element, place: Place) -> list[UntrustedPart]:
        """Return what a wrapper or a mark in the text says by its attributes."""
        tag = element.tag
        found: list[UntrustedPart] = []
        if tag == "bookmarkStart" and element.get("name"):
            found.append(
                self._part_of((*place, "bookmark"), "bookmark", "bookmark-name", element.get("name", ""))
            )
        elif tag in ("moveFromRangeStart", "moveToRangeStart") and element.get("name"):
            found.append(
                self._part_of((*place, "move"), "bookmark", "bookmark-name", element.get("name", ""))
            )
        elif tag == "permStart" and element.get("ed"):
            found.append(
                self._part_of((*place, "permission"), "person", "person-list", element.get("ed", ""))
            )
        elif tag in _LINKING:
            found += [
                self._part_of((*place, "link", name), "link", "link-address", element.get(name, ""))
                for name in _LINK_TEXTS
                if element.get(name)
            ]
        elif tag in ("customXml", "smartTag"):
            found += [
                self._part_of((*place, tag, name), "custom-xml", "custom-xml", value)
                for child in element.iter()
                if child is element or child.tag == "attr"
                for name, value in child.attrib.items()
                if value
            ]
        if element.get("author") is not None:
            found += self.changes(element, place)
        return found

    def names_of_shape(self, element: Element, place: Place, hidden: str) -> list[UntrustedPart]:
        """Return name, description and hint of one element of a drawing, and a loose text in it."""
        found = self.of_element(element, place)
        for name, value in element.attrib.items():
            if not value.strip():
                continue
            if name in _DESCRIPTIONS:
                found.append(
                    self._part_of((*place, "shape", name), "alternative-text", "alternative-text", value)
                )
            elif name == "name" and element.tag not in _NOT_NAMES:
                kind = "form-control" if element.tag == "control" else "shape-name"
                found.append(self._part_of((*place, "shape", name), "name", kind, value))
            elif name in ("href", "src", "ProgID", "LinkType"):
                found.append(self._part_of((*place, "shape", name), "link", "link-address", value))
        text = (element.text or "").strip()
        if text and element.tag not in _MEASURES and element.tag not in _VML_TEXTS:
            found.append(self._part_of((*place, "shape"), "text", hidden or "unshown-text", text))
        return found

    def _part_of(self, place: Place, kind: str, hidden: str, text: str) -> UntrustedPart:
        return UntrustedPart((self._part, *place), kind, hidden, text)


def control_texts(properties: Element | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of what a content control says about itself."""
    for element in properties.iter() if properties is not None else ():
        tag = element.tag
        if tag in ("alias", "tag") or (tag in ("docPart", "docPartGallery", "docPartCategory")):
            values = [("", element.get("val", ""))]
        elif tag in ("dataBinding", "listItem", "date"):
            values = list(element.attrib.items())
        else:
            values = []
        for name, value in values:
            if value.strip():
                yield f"{tag} {name}".strip(), value


def form_field_texts(field: Element) -> Iterator[tuple[str, str]]:
    """Yield what a field carries beside its instruction: names, hints, defaults and choices of a form, binary data."""
    for element in field.iter():
        tag = element.tag
        if tag in (
            "name",
            "helpText",
            "statusText",
            "default",
            "listEntry",
            "entryMacro",
            "exitMacro",
            "format",
        ):
            value = element.get("val", "")
            if value.strip() and not (tag == "default" and value in ("0", "1")):
                yield tag, value
        elif tag == "fldData":
            yield from ((FIELD_BLOB, text) for text in _blob_texts(element.text or ""))


def _blob_texts(encoded: str) -> list[str]:
    try:
        content = b64decode(encoded)
    except ValueError:
        return [encoded] if encoded.strip() else []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return printable_texts(content)
    return [text] if text.strip("\0 ") else []
