"""Everything of a workbook that is no sheet: pivot caches, external links, comments, names, the rest of the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._opc_properties import read_properties
from amends.scan.formats._opc_relationships import arrows_of
from amends.scan.formats._opc_rest import PartKind, read_rest, usual_kind
from amends.scan.formats._opc_texts import read_texts
from amends.scan.formats._xlsx_comments import read_comments, read_persons
from amends.scan.formats._xlsx_external import read_external_link
from amends.scan.formats._xlsx_pivot import read_pivot_cache
from amends.scan.formats._xlsx_workbook import Sheet, Workbook, read_names, read_settings
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread

_SHOWN_STYLES: Final = frozenset({"Normal", "Standard"})
_QUOTED_LETTERS: Final = 3
_KINDS: Final = (
    ("connections", "connection", "connection"),
    ("querytable", "connection", "connection"),
    ("/revisions/", "revision", "revision-log"),
    ("usernames", "revision", "revision-log"),
    ("/persons/", "person", "person-list"),
    ("slicer", "filter", "pivot-cache"),
    ("timeline", "filter", "pivot-cache"),
    ("/pivottables/", "pivot", "pivot-cache"),
    ("/pivotcache/", "pivot", "pivot-cache"),
    ("/tables/", "table", "defined-name"),
    ("tablesinglecells", "table", "defined-name"),
    ("xmlmaps", "connection", "connection"),
    ("/metadata", "cell-metadata", "sheet-property"),
    ("/richdata/", "cell-metadata", "unshown-text"),
    ("namedsheetviews", "view", "sheet-property"),
    ("/customproperty", "property", "custom-property"),
    ("/webextensions/", "web-extension", "custom-xml"),
    ("volatiledependencies", "formula", "formula-text"),
    ("externallink", "external-link", "external-link-cache"),
    ("/threadedcomments/", "comment", "comment"),
    ("comments", "comment", "comment"),
    ("chartsheets/", "sheet", "sheet-property"),
    ("/ink/", "drawing", "text-box"),
    ("attachedtoolbars", "form-control", "form-control"),
    ("/model/", "data-model", "data-model"),
    ("/theme/", "style", "style-text"),
)


def kind_of(key: str) -> PartKind:
    """Return what a part of a workbook is by where it lies."""
    for piece, kind, hidden in _KINDS:
        if piece in key:
            return PartKind(kind, hidden)
    return usual_kind(key)


def read_other_parts(package: ZipPackage, workbook: Workbook, read: set[str]) -> Iterator[UntrustedPiece]:
    """Yield all that is no sheet; ``read`` holds the keys of the parts that have been read, and is filled."""
    yield from read_names(workbook)
    yield from read_settings(package, workbook)
    yield from read_properties(package, read)
    yield from _comments(package, workbook, read)
    number = 0
    for arrow in workbook.arrows:
        if arrow.external or arrow.target in read or arrow.target not in package:
            continue
        try:
            if arrow.kind == "pivotCacheDefinition":
                number += 1
                yield from read_pivot_cache(package, arrow.target, number, read)
            elif arrow.kind == "externalLink":
                read.add(arrow.target)
                yield from read_external_link(package, arrow.target)
            elif arrow.kind == "theme":
                read.add(arrow.target)
                yield from _named(package, arrow.target)
            elif arrow.kind in ("powerPivotData", "calcChain"):
                read.add(arrow.target)
                if arrow.kind == "powerPivotData":
                    yield UntrustedUnread(arrow.target, "part-not-read")
        except UnreadableError as problem:
            read.add(arrow.target)
            yield UntrustedUnread(arrow.target, problem.code)
    yield from read_rest(package, read, kind_of)


def read_style_texts(package: ZipPackage, part: str) -> Iterator[UntrustedPart]:
    """Yield the names of styles, and the texts inside number formats. Raises `UnreadableError`."""
    for found in read_texts(package.chunks(part)):
        quoted = (
            found.attribute == "formatCode" and sum(map(str.isalpha, _quoted(found.text))) >= _QUOTED_LETTERS
        )
        named = found.attribute == "name" and found.text not in _SHOWN_STYLES
        if quoted or named or not found.attribute:
            where = (part, *((found.path, found.attribute) if found.attribute else (found.path,)))
            yield UntrustedPart(where, "style", "style-text", found.text)


def _quoted(code: str) -> str:
    return "".join(code.split('"')[1::2])


def _named(package: ZipPackage, part: str) -> Iterator[UntrustedPart]:
    for found in read_texts(package.chunks(part)):
        if found.attribute in ("name", ""):
            where = (part, *((found.path, found.attribute) if found.attribute else (found.path,)))
            yield UntrustedPart(where, "style", "style-text", found.text)


def _comments(package: ZipPackage, workbook: Workbook, read: set[str]) -> Iterator[UntrustedPiece]:
    persons: dict[str, str] = {}
    for arrow in workbook.arrows:
        if arrow.kind == "person" and not arrow.external:
            try:
                persons.update(read_persons(package, arrow.target))
            except UnreadableError as problem:
                yield UntrustedUnread(arrow.target, problem.code)
    for sheet in workbook.sheets:
        yield from _comments_of(package, sheet, persons, read)


def _comments_of(
    package: ZipPackage, sheet: Sheet, persons: dict[str, str], read: set[str]
) -> Iterator[UntrustedPiece]:
    try:
        arrows = arrows_of(package, sheet.part) if sheet.part else []
    except UnreadableError:
        return  # `read_external_targets` says that this list is damaged
    for arrow in arrows:
        if arrow.kind in ("comments", "threadedComment") and not arrow.external and arrow.target in package:
            read.add(arrow.target)
            try:
                yield from read_comments(package, arrow.target, (f"sheet '{sheet.name}'",), persons)
            except UnreadableError as problem:
                yield UntrustedUnread(arrow.target, problem.code)
