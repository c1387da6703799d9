"""What a package says about itself: author, company, last editor, times, and what programs added.

Sources: ECMA-376 part 2, 8 (core properties), part 1, 22.2 (extended) and 22.3 (custom).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._opc_relationships import arrows_of
from amends.scan.formats._opc_texts import read_texts
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread

_KINDS: Final = {
    "core-properties": "document-property",
    "coreProperties": "document-property",
    "extended-properties": "document-property",
    "extendedProperties": "document-property",
    "custom-properties": "custom-property",
    "customProperties": "custom-property",
}
_USUAL: Final = {
    "docprops/core.xml": "document-property",
    "docprops/app.xml": "document-property",
    "docprops/custom.xml": "custom-property",
}
_ONLY_SYNTAX: Final = frozenset({"fmtid", "type"})


def read_properties(package: ZipPackage, read: set[str]) -> Iterator[UntrustedPiece]:
    """Yield every property; add the keys of the parts that hold them to ``read``."""
    parts = {name: kind for name, kind in _USUAL.items() if name in package}
    try:
        arrows = arrows_of(package, "")
    except UnreadableError:
        arrows = []
    for arrow in arrows:
        if not arrow.external and arrow.kind in _KINDS and arrow.target in package:
            parts[arrow.target] = _KINDS[arrow.kind]
    for part, hidden in parts.items():
        read.add(part)
        try:
            for found in read_texts(package.chunks(part), every_attribute=hidden == "custom-property"):
                if found.attribute not in _ONLY_SYNTAX:
                    where = (part, *((found.path, found.attribute) if found.attribute else (found.path,)))
                    yield UntrustedPart(where, "property", hidden, found.text)
        except UnreadableError as problem:
            yield UntrustedUnread(part, problem.code)
