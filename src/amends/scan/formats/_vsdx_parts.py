"""The parts of a Visio drawing: its pages with their shapes, its masters, the records that shapes are linked to.

```
visio/pages/pages.xml    <Page Name="..."><PageSheet> cells, <Section N="Layer">, <Rel r:id="..."/>
visio/pages/page1.xml    <Shapes><Shape Name="..."> <Cell N= V= F=/> <Section N="Property"> rows of cells <Text>
visio/data/recordset1.xml    the rows of a data source, as ADO writes them
```

Source: MS-VSDX 2.2 (structure), 2.3.4 (elements), 2.4.4 (cells).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._opc_relationships import arrows_of, part_key
from amends.scan.formats._opc_texts import is_textual
from amends.scan.formats._xml_root import root_name
from amends.scan.formats._xml_tree import all_text, walk_trees, whole_tree
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import Limits

_LISTS: Final = {"Pages": "page", "Masters": "master"}
_CONTENTS: Final = {"PageContents": "page", "MasterContents": "master"}
_CONTAINERS: Final = frozenset({*_CONTENTS, "Shapes"})
_SECTIONS: Final = {"Property": "custom-property", "User": "custom-property", "Hyperlink": "link-address",
                    "Actions": "unshown-text", "ActionTag": "unshown-text", "SmartTagDef": "unshown-text",
                    "Annotation": "comment", "Reviewer": "comment"}  # fmt: skip
_TELLING: Final = frozenset({"Name", "NameU", "Label", "Prompt", "Value", "Format", "Description", "Address", "Comment",
                             "SubAddress", "ExtraInfo", "Frame", "Menu", "ScreenTip"})  # fmt: skip
_OF_PROGRAMS: Final = frozenset(
    {"HelpTopic", "Copyright", "Font", "LangID", "ComplexScriptFont", "AsianFont", "Format"}
)
_QUOTED: Final = re.compile(r'"([^"]*[^\W\d_]{3}[^"]*)"')
_ON: Final = frozenset({"1", "TRUE"})
_DEEPEST: Final = 64


class _Canvas:
    """What the list of pages or masters says of one of them."""

    def __init__(self, element: Element, what: str) -> None:
        self.name = element.get("Name") or element.get("NameU") or element.get("ID", "")
        self.step = f"{what} '{self.name}'"
        sheet = element.find("PageSheet")
        self.sheet = sheet if sheet is not None else Element("PageSheet")
        hidden = _cell(self.sheet, "UIVisibility") in _ON
        self.hidden = "master-text" if what == "master" else "hidden-slide" if hidden else ""
        self.layers: dict[str, bool] = {}
        for section in self.sheet.findall("Section"):
            if section.get("N") == "Layer":
                for row in section.findall("Row"):
                    self.layers[row.get("IX", "")] = _cell(row, "Visible") not in ("0", "FALSE")


class Drawing:
    """One drawing while its parts are read."""

    def __init__(self, package: ZipPackage, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._canvases: dict[str, _Canvas] = {}

    def read(self, read: set[str]) -> Iterator[UntrustedPiece]:
        """Yield the pieces of every part that is Visio's own; add their keys to ``read``."""
        names = [name for name in self._package.names() if part_key(name).startswith("visio/")]
        roots = {name: root_name(self._package, name) for name in names if name.lower().endswith(".xml")}
        order = [
            name for kind in (_LISTS, _CONTENTS, ("xml",)) for name, root in roots.items() if root in kind
        ]
        for name in order:
            root = roots[name]
            try:
                if root in _LISTS:
                    yield from self._list(name, _LISTS[root])
                elif root in _CONTENTS:
                    yield from self._contents(name, _CONTENTS[root])
                elif not (yield from self._records(name)):
                    continue
            except UnreadableError as problem:
                yield UntrustedUnread(name, problem.code, problem.amount)
                if problem.code == "corrupt":
                    continue  # whoever reads the rest reads it loosely
            read.add(part_key(name))

    def _list(self, name: str, what: str) -> Iterator[UntrustedPiece]:
        key = part_key(name)
        targets = {arrow.identifier: arrow.target for arrow in arrows_of(self._package, key)}
        for element in whole_tree(self._package.chunks(name)):
            canvas = _Canvas(element, what)
            relation = element.find("Rel")
            if relation is not None:
                self._canvases[targets.get(relation.get("r:id", ""), "")] = canvas
            hidden = canvas.hidden or ("shape-name" if what == "master" else "")
            if canvas.name:
                yield UntrustedPart((name, canvas.step, "name"), "name", hidden, canvas.name)
            yield from _sheet_texts(canvas.sheet, (name, canvas.step), canvas.hidden or "unshown-text")
            for attribute in ("NameU", "Prompt", "Keywords"):
                text = element.get(attribute, "")
                if text and text != canvas.name:
                    yield UntrustedPart((name, canvas.step, attribute), "name", "shape-name", text)

    def _contents(self, name: str, what: str) -> Iterator[UntrustedPiece]:
        canvas = self._canvases.get(part_key(name))
        unlisted = _Canvas(Element(what), what)
        if canvas is None:
            unlisted.hidden, unlisted.step = "unshown-part", what
        for step in walk_trees(self._package.chunks(name), _CONTAINERS):
            if step.what == "tree":
                yield from _shape(step.element, (name, (canvas or unlisted).step), canvas or unlisted, 0)
            elif step.what == "text":
                yield UntrustedPart((name,), "text", "unshown-text", (step.element.text or "").strip())

    def _records(self, name: str) -> Generator[UntrustedPiece, None, bool]:
        """The rows of a data source (ADO's rowset); False where the part is none."""
        tree = whole_tree(self._package.chunks(name))
        columns = [element for element in tree.iter("AttributeType") if element.get("name")]
        data = tree.find("rs:data")
        if data is None or not columns:
            return False
        table = UntrustedTable("data source", "data-model", (), (name, "rows"))
        table.rows = _record_rows(columns, data, self._limits)
        table.header_row = 1
        yield table
        return True


def _record_rows(columns: list[Element], data: Element, limits: Limits) -> Iterator[UntrustedRow]:
    if len(columns) > limits.columns:
        raise UnreadableError("too-large")
    yield UntrustedRow(
        1, "", None, [column.get("rs:name", "") or column.get("name", "") for column in columns]
    )
    for number, row in enumerate(data.iter("row"), 2):
        texts = [row.get(column.get("name", ""), "") for column in columns]
        if max(map(len, texts)) > limits.cell_characters:
            raise UnreadableError("too-large")
        yield UntrustedRow(number, "", None, texts)


def _shape(element: Element, place: tuple[str, ...], canvas: _Canvas, depth: int) -> Iterator[UntrustedPart]:
    if depth > _DEEPEST:
        raise UnreadableError("too-deep")
    if element.tag != "Shape":
        for child in element:
            yield from _shape(child, place, canvas, depth + 1)
        return
    where = (*place, f"shape {element.get('ID', '')}")
    hidden = canvas.hidden or _reason_not_seen(element, canvas)
    for name in ("Name", "NameU"):
        if element.get(name):
            yield UntrustedPart((*where, name), "name", "shape-name", element.get(name, ""))
    for text in element.findall("Text"):
        if said := all_text(text).strip():
            yield UntrustedPart((*where, "text"), "paragraph", hidden, said)
    yield from _sheet_texts(element, where, canvas.hidden or "unshown-text")
    for data in element.findall("Data1") + element.findall("Data2") + element.findall("Data3"):
        if said := all_text(data).strip():
            yield UntrustedPart((*where, data.tag), "property", "custom-property", said)
    for group in element.findall("Shapes"):
        yield from _shape(group, where, canvas, depth + 1)


def _reason_not_seen(shape: Element, canvas: _Canvas) -> str:
    members = [layer for layer in _cell(shape, "LayerMember").split(";") if layer]
    if members and canvas.layers and not any(canvas.layers.get(layer, True) for layer in members):
        return "hidden-layer"
    if _cell(shape, "HideText") in _ON:
        return "hidden-text"
    # Geometry that is not shown hides no text; a shape that is never printed is seen on the screen.
    return ""


def _sheet_texts(sheet: Element, where: tuple[str, ...], otherwise: str) -> Iterator[UntrustedPart]:
    """``otherwise``: why the texts of sections are not seen that have no kind of hiding of their own."""
    for cell in sheet.findall("Cell"):
        yield from _cell_texts(cell, where, otherwise)
    for section in sheet.findall("Section"):
        name = section.get("N", "")
        hidden = "layer-name" if name == "Layer" else _SECTIONS.get(name, otherwise)
        for row in section.findall("Row"):
            place = (*where, name, f"row {row.get('IX', '')}".rstrip())
            if row.get("N") and name in _SECTIONS:
                yield UntrustedPart((*place, "name"), "name", hidden, row.get("N", ""))
            for cell in row.findall("Cell"):
                yield from _cell_texts(cell, place, hidden)


def _cell_texts(cell: Element, where: tuple[str, ...], hidden: str) -> Iterator[UntrustedPart]:
    name, value, formula = cell.get("N", ""), cell.get("V", ""), cell.get("F", "")
    hidden = "style-text" if name in _OF_PROGRAMS else hidden
    told = name in _TELLING or is_textual("V", value)
    if value.strip() and told and value != "Themed":
        yield UntrustedPart((*where, name), "property", hidden, value)
    for text in _QUOTED.findall(formula):
        if text not in value:
            yield UntrustedPart((*where, name, "formula"), "formula", "formula-text", text)


def _cell(holder: Element, name: str) -> str:
    return next((cell.get("V", "") for cell in holder.findall("Cell") if cell.get("N") == name), "")
