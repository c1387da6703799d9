"""What a Word document says in its settings, styles, lists and list of people, and the way to its template.

Sources: ECMA-376 part 1, 17.15 (settings), 17.14 (mail merge), 17.7 and 17.9 (styles, numbering).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._opc_relationships import Arrow
from amends.scan.formats._opc_texts import is_textual
from amends.scan.formats.interface import UntrustedPart

_SWITCHES: Final = frozenset(
    {
        "rsids", "compat", "themeFontLang", "clrSchemeMapping", "decimalSymbol", "listSeparator", "mathPr", "zoom",
        "shapeDefaults", "hdrShapeDefaults", "footnotePr", "endnotePr", "proofState", "characterSpacingControl",
    }
)  # fmt: skip
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_PATHS: Final = {
    "attachedTemplate": "attached-template",
    "mailMergeSource": "mail-merge-source",
    "mailMergeHeaderSource": "mail-merge-source",
    "recipientData": "mail-merge-source",
}


def settings_parts(part: str, root: Element, arrows: list[Arrow]) -> Iterator[UntrustedPart]:
    """Yield variables, mail merge, the template's path and any other text of the settings."""
    for element in root:
        if element.tag == "docVars":
            for variable in element.iter("docVar"):
                where = (part, "document variable")
                for name in ("name", "val"):
                    if variable.get(name):
                        text = variable.get(name, "")
                        yield UntrustedPart((*where, name), "document-variable", "document-variable", text)
        elif element.tag == "mailMerge":
            yield from _values(part, element, "mail-merge-source")
        elif element.tag not in _SWITCHES:
            yield from _values(part, element, "custom-property")
    for arrow in arrows:
        if arrow.kind in _PATHS and arrow.target:
            where = (part, f"relationship {arrow.identifier}")
            yield UntrustedPart(where, "link", _PATHS[arrow.kind], arrow.target)


def people_parts(part: str, root: Element) -> Iterator[UntrustedPart]:
    """Yield everybody in the list of people, with the account."""
    for number, person in enumerate(root.iter("w15:person"), 1):
        for element in person.iter():
            for name, value in element.attrib.items():
                if value.strip() and value != "None":
                    where = (part, f"person {number}", name.rpartition(":")[2])
                    yield UntrustedPart(where, "person", "person-list", value)


def style_parts(part: str, root: Element) -> Iterator[UntrustedPart]:
    """Yield the names of the document's own styles, and the labels of lists that are more than a number."""
    for element in root.iter():
        tag = element.tag
        text = element.get("val", "").strip()
        if tag == "style" and element.get("customStyle") in ("1", "true", "on"):
            for inner in ("name", "aliases", "link"):
                found = element.find(inner)
                if found is not None and found.get("val", "").strip() and inner != "link":
                    where = (part, "style", inner)
                    yield UntrustedPart(where, "style-name", "style-text", found.get("val", ""))
        elif tag == "lvlText" and _LETTERS.search(text):
            yield UntrustedPart((part, "list label"), "list-label", "style-text", text)
        elif tag == "name" and root.tag == "numbering" and text:
            yield UntrustedPart((part, "list name"), "list-name", "style-text", text)
        if element.get("author") is not None and element.get("author"):
            yield UntrustedPart((part, "change"), "change", "tracked-change", element.get("author", ""))
        if element.text and element.text.strip():
            yield UntrustedPart((part, tag), "text", "style-text", element.text.strip())


def _values(part: str, root: Element, hidden: str) -> Iterator[UntrustedPart]:
    for element in root.iter():
        for name, value in element.attrib.items():
            if value.strip() and is_textual(name, value) and not name.startswith("r:"):
                yield UntrustedPart((part, element.tag, name), "setting", hidden, value)
        if element.text and element.text.strip():
            yield UntrustedPart((part, element.tag), "setting", hidden, element.text.strip())
