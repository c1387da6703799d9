"""What a dictionary is, by what stands in it and by the way that led to it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

_LONGEST_WAY: Final = 10
_LONGEST_NAME: Final = 200
_HIDDEN_FLAGS: Final = 0x01 | 0x02 | 0x20  # invisible, hidden, no view: ISO 32000-2, table 167
_FIELD_KEYS: Final = ("/FT", "/TU", "/TM")
_BY_KEY: Final = {
    "/Info": "info",
    "/Outlines": "outline",
    "/PieceInfo": "piece",
    "/StructTreeRoot": "structure",
    "/OCProperties": "layer",
    "/PageLabels": "label",
    "/Dests": "destination",
    "/JavaScript": "script",
    "/EmbeddedFiles": "file",
    "/AF": "file",
    "/Collection": "collection",
    "/AcroForm": "field",
    "/Fields": "field",
    "/Font": "font",
    "/FontDescriptor": "font",
    "/DescendantFonts": "font",
    "/CIDSystemInfo": "font",
    "/Encrypt": "security",
    "/A": "action",
    "/AA": "action",
    "/OpenAction": "action",
    "/Next": "",
    "/Thumb": "thumbnail",
}
_BY_TYPE: Final = {
    "/Font": "font",
    "/FontDescriptor": "font",
    "/Encoding": "font",
    "/CMap": "font",
    "/OCG": "layer",
    "/OCMD": "layer",
    "/Filespec": "file",
    "/F": "file",
    "/EmbeddedFile": "file",
    "/Sig": "signature",
    "/DocTimeStamp": "signature",
    "/StructElem": "structure",
    "/Action": "action",
    "/Outlines": "outline",
}
_NAMES: Final = {
    "/Info": "document properties",
    "/Outlines": "outline",
    "/PieceInfo": "private data",
    "/StructTreeRoot": "structure",
    "/OCProperties": "layers",
    "/PageLabels": "page labels",
    "/Dests": "named destinations",
    "/JavaScript": "scripts",
    "/EmbeddedFiles": "attachments",
    "/AF": "associated files",
    "/Collection": "portfolio",
    "/AcroForm": "form",
    "/XFA": "XFA",
    "/Metadata": "XMP",
    "/Thumb": "thumbnail",
    "/A": "action",
    "/AA": "actions",
    "/OpenAction": "opening action",
    "/AP": "appearance",
    "/Popup": "popup",
}


_SAME_BELOW: Final = frozenset(
    {"/Kids", "/First", "/Next", "/Names", "/Nums", "/Private", "/K", "/D", "/Configs", "/Schema"}
)
_WHOLE: Final = frozenset(
    {"piece", "info", "collection", "signature", "security", "label", "outline", "structure", "layer"}
)
"""Roles of everything that stands below, whatever its key."""


class Place(NamedTuple):
    """Where in the graph of objects a value stands."""

    way: tuple[str, ...]
    role: str = ""
    hidden: str = ""
    """Why all of it is not seen, whatever it is."""

    def step(self, key: str) -> tuple[str, ...]:
        """Return the way to the value under a key; only keys that the standard knows are named."""
        name = key[1:] if key[1:] in _KNOWN else ""
        return (*self.way, name) if name else self.way or ("document",)


_KNOWN: Final = frozenset(
    {
        "Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate",
        "Contents", "RC", "T", "TU", "TM", "V", "DV", "RV", "Opt", "Subj", "JS", "URI",
        "ActualText", "Alt", "E", "Lang", "Name", "F", "UF", "Desc", "D", "Dest", "P", "CA", "AC",
        "OverlayText", "M", "LastModified", "Reason", "Location", "ContactInfo", "Nums", "Names",
        "XFA",
    }
)  # fmt: skip


def role_of(thing: Any, at: Place, key: str) -> Place:
    """Return the place of a dictionary that stands at a place under a key."""
    role = _role(thing, at, key)
    hidden = at.hidden
    way = at.way
    if role == "annotation" and at.role != "annotation":
        way = (*way, f"annotation {thing.objgen[0]}" if thing.is_indirect else "annotation")
    elif key in _NAMES:
        way = (*way, _NAMES[key])
    if "/EF" in thing:
        way = (*way, _file_name(thing))
    if "/Rect" in thing and not hidden and role in ("annotation", "field"):
        flags = thing.get("/F", 0)
        if isinstance(flags, int) and flags & _HIDDEN_FLAGS:
            hidden = "hidden-annotation"
    return Place(way[:_LONGEST_WAY], role, hidden)


def _file_name(specification: Any) -> str:
    """Return the name of an attachment (ISO 32000-2, 7.11.3), which is its place as a member's is in an archive."""
    for key in ("/UF", "/F"):
        value = specification.get(key)
        if value is not None:
            try:
                return str(value)[-_LONGEST_NAME:]
            except (UnicodeDecodeError, ValueError, TypeError):
                continue
    return "file without a name"


def _role(thing: Any, at: Place, key: str) -> str:
    declared = thing.get("/Type")
    by_type = _BY_TYPE.get(str(declared)) if declared is not None else None
    if by_type is not None:
        return by_type
    if (by_content := _by_content(thing, at)) is not None:
        return by_content
    if key in _BY_KEY and not (key == "/Font" and at.role == "field"):
        return _BY_KEY[key] or at.role
    inherits = (
        key in _SAME_BELOW
        or at.role in _WHOLE
        or (at.role == "field" and key in ("/Kids", "/MK"))
        or (at.role in ("font", "unused", "annotation") and key != "/Resources")
    )
    return at.role if inherits else ""


def _by_content(thing: Any, at: Place) -> str | None:
    if "/EF" in thing:
        return "file"
    if any(name in thing for name in _FIELD_KEYS) or thing.get("/Subtype") == "/Widget":
        return "field"
    if at.role not in ("font", "structure", "piece") and "/Rect" in thing and "/Subtype" in thing:
        return "annotation"
    return "signature" if "/ByteRange" in thing else None
