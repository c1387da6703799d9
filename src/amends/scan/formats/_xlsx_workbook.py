"""The table of contents of a workbook: its sheets, their state, the parts that they lie in, and its names.

Sources: ECMA-376 part 1, 18.2 (workbook), part 2, 6.5 (relationships). Part names are never guessed:
they are followed from relationship to relationship, because ``xl/worksheets/sheet1.xml`` is only a habit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from amends.scan.formats._opc_relationships import Arrow, arrows_of
from amends.scan.formats._opc_texts import is_textual, read_texts
from amends.scan.formats._xlsx_cells import TRUE
from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart

_STATES: Final = {"hidden": "hidden-sheet", "veryhidden": "very-hidden-sheet"}
_BUILT_IN: Final = "_xlnm."
_FILTER_NAME: Final = "_xlnm._filterdatabase"
_ONLY_CELLS: Final = re.compile(r"[^\"\[\]\\]*")
_ROW_RANGE: Final = re.compile(r"\$?[A-Z]{1,3}\$?([0-9]{1,7}):\$?[A-Z]{1,3}\$?([0-9]{1,7})$")
_TOLD_APART: Final = frozenset({"sheet", "definedName"})
_SYNTAX: Final = frozenset(
    {"appName", "lastEdited", "lowestEdited", "rupBuild", "Requires", "Ignorable", "uid", "id", "uri"}
)
_STEP: Final = re.compile(r"\[[0-9]+\]$")


class Sheet(NamedTuple):
    """One entry of the list of sheets."""

    name: str
    hidden: str
    part: str
    kind: str


class DefinedName(NamedTuple):
    """A name and what it stands for."""

    name: str
    formula: str
    attributes: Attributes


class Workbook(NamedTuple):
    """What the workbook part says."""

    sheets: list[Sheet]
    names: list[DefinedName]
    dates_from_1904: bool
    arrows: list[Arrow]
    part: str

    def target(self, kind: str) -> str:
        """Return the part to which the first arrow of this kind leads; empty where there is none."""
        return next((arrow.target for arrow in self.arrows if arrow.kind == kind and not arrow.external), "")


def read_workbook(package: ZipPackage) -> Workbook:
    """Return the table of contents. Raises `UnreadableError` where there is none."""
    part = _first(arrows_of(package, ""), "officeDocument") or "xl/workbook.xml"
    if part not in package:
        raise UnreadableError("corrupt")
    arrows = arrows_of(package, part)
    reader = _WorkbookReader()
    for chunk in package.chunks(part):
        feed(reader.parser, chunk)
    feed(reader.parser, b"", True)
    by_identifier = {arrow.identifier: arrow for arrow in arrows}
    return Workbook(
        sheets=[_sheet(attributes, by_identifier) for attributes in reader.sheets],
        names=reader.names,
        dates_from_1904=reader.properties.get("date1904", "").lower() in TRUE,
        arrows=arrows,
        part=part,
    )


class _WorkbookReader:
    def __init__(self) -> None:
        self.parser = hardened_parser()
        self.sheets: list[Attributes] = []
        self.names: list[DefinedName] = []
        self.properties: Attributes = {}
        self._name: Attributes | None = None
        self._text: list[str] = []
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local in ("sheet", "workbookPr", "definedName"):
            found = {local_name(key): value for key, value in attributes.items()}
            if local == "sheet":
                self.sheets.append(found)
            elif local == "workbookPr":
                self.properties.update(found)
            else:
                self._name = found
                self.parser.CharacterDataHandler = self._text.append

    def _end(self, _: str) -> None:
        if self._name is not None:
            self.names.append(
                DefinedName(self._name.get("name", ""), "".join(self._text).strip(), self._name)
            )
            self._name = None
            self._text.clear()
            self.parser.CharacterDataHandler = None


def read_names(workbook: Workbook) -> Iterator[UntrustedPart]:
    """Yield each defined name with what it stands for and what people wrote about it; a mere print area is none."""
    for number, entry in enumerate(workbook.names, 1):
        if entry.name.lower().startswith(_BUILT_IN) and _ONLY_CELLS.fullmatch(entry.formula):
            continue
        where = (workbook.part, f"defined name {number}")
        yield UntrustedPart(where, "name", "defined-name", f"{entry.name} = {entry.formula}")
        for attribute, value in entry.attributes.items():
            if attribute != "name" and value.strip() and is_textual(attribute, value):
                yield UntrustedPart((*where, attribute), "name", "defined-name", value)


def read_settings(package: ZipPackage, workbook: Workbook) -> Iterator[UntrustedPart]:
    """Yield what else the workbook part says: who reserved it, where it was saved, names of views and of its code."""
    for found in read_texts(package.chunks(workbook.part)):
        element = _STEP.sub("", found.path.rpartition("/")[2])
        if element not in _TOLD_APART and found.attribute not in _SYNTAX:
            where = (workbook.part, *((found.path, found.attribute) if found.attribute else (found.path,)))
            yield UntrustedPart(where, "property", "document-property", found.text)


def filtered_rows(workbook: Workbook, index: int) -> list[tuple[int, int]]:
    """Return the rows below the header of the range that a sheet filters, as the hidden name of it says.

    ``index``: 0-based place of the sheet in the list of sheets.
    """
    found = []
    for entry in workbook.names:
        if entry.name.lower() == _FILTER_NAME and entry.attributes.get("localSheetId", "") == str(index):
            match = _ROW_RANGE.search(entry.formula)
            if match:
                found.append((int(match[1]) + 1, int(match[2])))
    return found


def _sheet(attributes: Attributes, arrows: dict[str, Arrow]) -> Sheet:
    arrow = arrows.get(attributes.get("id", ""), Arrow("", "", "", False))
    hidden = _STATES.get(attributes.get("state", "").lower(), "")
    return Sheet(attributes.get("name", ""), hidden, arrow.target, arrow.kind)


def _first(arrows: Iterable[Arrow], kind: str) -> str:
    return next((arrow.target for arrow in arrows if arrow.kind == kind and not arrow.external), "")
