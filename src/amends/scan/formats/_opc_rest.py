"""What nobody has read of a package: every part comes out as texts, as a file of its own, or as not read.

The last step of each reader of Office Open XML. A part of an unknown kind is never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from amends.scan.formats._opc_chart import ChartData, chart_data, is_point
from amends.scan.formats._opc_outside import read_outside
from amends.scan.formats._opc_relationships import part_key, reachable_parts, read_external_targets
from amends.scan.formats._opc_texts import PARAGRAPHS, Found, read_texts
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedUnread,
)

_CHART: Final = "chart"
_LARGEST_CHART: Final = 64 << 20
"""Inflated bytes; the data of a larger one come out as texts."""
_CONTENT_TYPES: Final = "[content_types].xml"
_LONGEST_FILE: Final = 512 << 20
_WITHOUT_TEXT: Final = (".odttf", ".fntdata", ".ttf", ".otf")
_FOLDERS: Final = (
    ("customxml/", "custom-xml", "custom-xml"),
    ("_xmlsignatures/", "signature", "signature"),
    ("docprops/thumbnail", "file", "thumbnail"),
)
_NAMED: Final = (
    ("printersettings", "printer-settings", "printer-settings"),
    ("vbaproject", "macro", "macro"),
    ("vbadata", "macro", "macro"),
    ("/diagrams/", "diagram", "smart-art"),
    ("/charts/", "chart", "chart-data"),
    ("/drawings/", "drawing", "text-box"),
    ("/activex/", "form-control", "form-control"),
    ("/ctrlprops/", "form-control", "form-control"),
    ("/embeddings/", "file", "embedded-file"),
    ("/customdata/", "custom-xml", "custom-xml"),
)
_ALTERNATIVE: Final = frozenset({"descr", "title", "alt"})
_NAMES: Final = frozenset({"name"})
_PRINTABLE_ASCII: Final = re.compile(rb"[\x20-\x7e]{6,}")
_PRINTABLE_WIDE: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00){4,}")


class PartKind(NamedTuple):
    """What the texts of a part are called and why nobody sees them."""

    kind: str
    hidden: str


def usual_kind(key: str) -> PartKind:
    """Return what a part is by where it lies; ``key`` is its `part_key`."""
    for folder, kind, hidden in _FOLDERS:
        if key.startswith(folder):
            return PartKind(kind, hidden)
    for piece, kind, hidden in _NAMED:
        if piece in key:
            return PartKind(kind, hidden)
    return PartKind("text", "unshown-text")


def read_rest(
    package: ZipPackage, read: set[str], kind_of: Callable[[str], PartKind] = usual_kind
) -> Iterator[UntrustedPiece]:
    """Yield all that is in the parts whose keys are not in ``read``, and what lies outside of all parts.

    ``kind_of`` names the parts that the format knows; a part to which no arrow leads is ``unshown-part`` in any case.
    """
    yield from read_external_targets(package)
    reachable = reachable_parts(package)
    for name in package.names():
        key = part_key(name)
        if key in read or key == _CONTENT_TYPES or key.endswith((".rels", *_WITHOUT_TEXT)):
            continue
        meant = kind_of(key)
        if key not in reachable:
            meant = PartKind(meant.kind, "unshown-part")
        try:
            yield from _read_part(package, name, key, meant)
        except UnreadableError as problem:
            yield UntrustedUnread(name, problem.code, problem.amount)
    yield from read_outside(package)


def read_xml_part(
    package: ZipPackage,
    name: str,
    meant: PartKind,
    joined: frozenset[str] = PARAGRAPHS,
    passed_over: Callable[[Found], bool] | None = None,
) -> Iterator[UntrustedPart]:
    """Yield every text of a part of XML, but those that have come out in a table. Raises `UnreadableError`."""
    every = meant.hidden == "custom-xml"
    for found in read_texts(package.chunks(name), joined, every_attribute=every):
        if passed_over is not None and passed_over(found):
            continue
        kind, hidden = meant
        attribute = found.attribute.lower()
        if attribute in _ALTERNATIVE and hidden != "unshown-part":
            kind, hidden = "alternative-text", "alternative-text"
        elif attribute in _NAMES and hidden in ("text-box", "smart-art"):
            kind, hidden = "name", "shape-name"
        where = (name, *((found.path, found.attribute) if found.attribute else (found.path,)))
        yield UntrustedPart(where, kind, hidden, found.text)


def _read_part(package: ZipPackage, name: str, key: str, meant: PartKind) -> Iterator[UntrustedPiece]:
    if key.endswith((".xml", ".vml", ".rdf", ".xaml")) or _looks_like_xml(package, name):
        if meant.kind == _CHART:
            yield from _chart(package, name, meant)
        else:
            yield from read_xml_part(package, name, meant)
        return
    content = package.content(name, _LONGEST_FILE)
    if not content:
        return
    if meant.kind == "printer-settings":
        for number, text in enumerate(printable_texts(content), 1):
            yield UntrustedPart((name, f"text {number}"), meant.kind, meant.hidden, text)
        return
    file = key.rpartition("/")[2]
    extension = file.rpartition(".")[2] if "." in file else ""
    hidden = "" if meant.hidden == "unshown-text" and "/media/" in key else meant.hidden
    hidden = "embedded-file" if hidden == "unshown-text" else hidden
    yield UntrustedFile((name,), hidden, content, extension)


def _chart(package: ZipPackage, name: str, meant: PartKind) -> Iterator[UntrustedPiece]:
    """A chart's data come out as tables, every other text of it as a part."""
    data: ChartData | None = None
    if package.size(name) <= _LARGEST_CHART:
        data = chart_data(package.chunks(name))
    try:
        tables = [] if data is None else list(data.tables(name, meant.hidden, package.limits))
    except UnreadableError as problem:
        yield UntrustedUnread(name, problem.code)
        data = None
    if data is None:
        yield from read_xml_part(package, name, meant)
        return
    yield from tables
    yield from read_xml_part(package, name, meant, passed_over=is_point)


def printable_texts(content: bytes) -> list[str]:
    """Return the runs of printable characters in bytes whose layout nobody has published."""
    wide = [match.decode("utf-16-le").strip() for match in _PRINTABLE_WIDE.findall(content)]
    narrow = [match.decode("ascii").strip() for match in _PRINTABLE_ASCII.findall(content)]
    return [text for text in wide + narrow if text]


def _looks_like_xml(package: ZipPackage, name: str) -> bool:
    head = next(iter(package.chunks(name)), b"")[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return head.startswith((b"<?xml", b"<\0?\0x\0m\0l\0"))
