"""The table of contents of a workbook: its sheets, their state, and the parts that they lie in.

Sources: ECMA-376 part 1, 18.2 (workbook), part 2, 9 (relationships). Part names are never guessed:
they are followed from relationship to relationship, because ``xl/worksheets/sheet1.xml`` is only a habit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from amends.scan.formats._xml import Attributes, parse_elements
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError

_STATES: Final = {"hidden": "hidden-sheet", "veryhidden": "very-hidden-sheet"}
_TRUE: Final = frozenset({"1", "true", "on"})

_STRUCTURE: Final = (
    "[content_types].xml",
    "docprops/app.xml",
    "docprops/core.xml",
    "docprops/thumbnail.",
    "xl/theme/",
    "xl/calcchain.xml",
    "xl/printersettings/",
    "xl/tables/",
    "xl/metadata.xml",
)
"""Beginnings of part names that hold no cells, or only what the cells say again."""


class Relationship(NamedTuple):
    """One arrow from a part to another part inside the package."""

    kind: str
    """Last step of the relationship type: ``worksheet``, ``styles`` ..."""
    target: str


class Sheet(NamedTuple):
    """One entry of the list of sheets."""

    name: str
    hidden: str
    part: str
    kind: str


class Workbook(NamedTuple):
    """What the workbook part says."""

    sheets: list[Sheet]
    dates_from_1904: bool
    styles_part: str
    strings_part: str
    part: str


def read_workbook(package: ZipPackage) -> Workbook:
    """Return the table of contents. Raises `UnreadableError` where there is none."""
    root = relationships(package, "")
    part = _first(root.values(), "officeDocument") or "xl/workbook.xml"
    if part not in package:
        raise UnreadableError("corrupt")
    arrows = relationships(package, part)
    listed: list[Attributes] = []
    properties: Attributes = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            listed.append(attributes)
        elif name == "workbookPr":
            properties.update(attributes)

    parse_elements(package.chunks(part), start)
    return Workbook(
        sheets=[_sheet(attributes, arrows) for attributes in listed],
        dates_from_1904=properties.get("date1904", "").lower() in _TRUE,
        styles_part=_first(arrows.values(), "styles"),
        strings_part=_first(arrows.values(), "sharedStrings"),
        part=part,
    )


def _sheet(attributes: Attributes, arrows: dict[str, Relationship]) -> Sheet:
    arrow = arrows.get(attributes.get("id", ""), Relationship("", ""))
    hidden = _STATES.get(attributes.get("state", "").lower(), "")
    return Sheet(attributes.get("name", ""), hidden, arrow.target, arrow.kind)


def _first(arrows: Iterable[Relationship], kind: str) -> str:
    return next((arrow.target for arrow in arrows if arrow.kind == kind), "")


def relationships(package: ZipPackage, part: str) -> dict[str, Relationship]:
    """Return identifier → relationship of a part (``""`` for the package); arrows to outside are left out."""
    folder, _, file = part.rpartition("/")
    rels = f"{folder}/_rels/{file}.rels"
    found: dict[str, Relationship] = {}
    if rels not in package:
        return found

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode", "") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = _resolve(folder, attributes.get("Target", ""))
            found[attributes.get("Id", "")] = Relationship(kind, target)

    parse_elements(package.chunks(rels), start)
    return found


def _resolve(folder: str, target: str) -> str:
    steps = [] if target.startswith("/") else folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(step for step in steps if step)


def unread_folders(package: ZipPackage, read_parts: set[str]) -> dict[str, int]:
    """Return folder → number of its parts that hold content of their own and that nobody has read.

    Pivot caches, comments, pictures, embedded files, external links, macros: each is a place where
    data have hidden before, so a workbook that has them is not called complete.
    """
    counts: dict[str, int] = {}
    for name in package.names():
        key = name.replace("\\", "/").lstrip("/").lower()
        if key in read_parts or key.endswith(".rels") or key.startswith(_STRUCTURE):
            continue
        folder = name.rpartition("/")[0] or name
        counts[folder] = counts.get(folder, 0) + 1
    return counts
