"""Every text and every telling attribute below an element of OpenDocument that has no reader of its own."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._opc_rest import printable_texts
from amends.scan.formats._opc_texts import is_textual
from amends.scan.formats.interface import UntrustedPart

_SYNTAX: Final = ("style-name", "href-type", "namespace", "version", "control-implementation", "url-type")
_PRINTER: Final = ("PrinterName", "PrinterSetup", "PrinterPaperFromSetup")
_BOOLEANS: Final = frozenset({"true", "false"})


def said_by(element: Element, where: tuple[str, ...], kind: str, hidden: str) -> Iterator[UntrustedPart]:
    """Yield the texts and the telling attributes of an element and all below it."""
    for number, inner in enumerate(element.iter(), 1):
        place = (*where, f"{inner.tag.rpartition(':')[2]} {number}")
        for name, value in inner.attrib.items():
            if (
                value.strip()
                and not name.endswith(_SYNTAX)
                and is_textual(name, value)
                and value not in _BOOLEANS
            ):
                yield UntrustedPart((*place, name.rpartition(":")[2]), kind, hidden, value)
        for text in (inner.text, inner.tail if inner is not element else None):
            if text and text.strip():
                yield UntrustedPart(place, kind, hidden, text.strip())


def meta_parts(part: str, root: Element) -> Iterator[UntrustedPart]:
    """Yield the properties of a document (part 3, 4.3): authors, times, keywords, the template's way."""
    for meta in root.iter("meta"):
        for element in meta:
            tag = element.tag
            where = (part, tag)
            text = (element.text or "").strip()
            if tag == "user-defined":
                name = element.get("name", "")
                if name:
                    yield UntrustedPart((*where, "name"), "property", "custom-property", name)
                if text:
                    yield UntrustedPart(where, "property", "custom-property", text)
            elif tag == "template":
                yield from said_by(element, where, "link", "attached-template")
            elif tag != "document-statistic":
                if text:
                    yield UntrustedPart(where, "property", "document-property", text)
                for name in ("href", "title"):
                    if element.get(name):
                        yield UntrustedPart(
                            (*where, name), "link", "relationship-target", element.get(name, "")
                        )


def settings_parts(part: str, root: Element) -> Iterator[UntrustedPart]:
    """Yield the settings that are texts: the printer, a database, the names of views."""
    for item in root.iter("config-item"):
        name, text = item.get("name", ""), (item.text or "").strip()
        if not text or item.get("type") not in ("string", "base64Binary"):
            continue
        hidden = "printer-settings" if name in _PRINTER else "custom-property"
        if item.get("type") == "string":
            yield UntrustedPart((part, name), "setting", hidden, text)
            continue
        try:
            texts = printable_texts(b64decode(text))
        except ValueError:
            texts = [text]
        for number, found in enumerate(texts, 1):
            yield UntrustedPart((part, name, f"text {number}"), "setting", hidden, found)
