"""The stories of a Word document: body, headers, notes, comments, text boxes; paragraph by paragraph, table by table.

Sources: ECMA-376 part 1, 17.2 to 17.5 (documents, paragraphs, tables, content controls), 17.13.5 (revisions),
17.16 (fields), part 3 (alternate content).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from amends.scan.formats._document_line import Line
from amends.scan.formats._document_table import GridCell, checked, fill_cell, row_of
from amends.scan.formats._docx_marks import FIELD_BLOB, Marks, control_texts, form_field_texts
from amends.scan.formats._docx_styles import WHITE, Styles, reason_not_seen, shade_of, value_of
from amends.scan.formats._xml_tree import all_text
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedPart,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
)
from amends.scan.limits import Limits

Place = tuple[str, ...]

_INSERTED: Final = frozenset({"ins", "moveTo"})
_DELETED: Final = frozenset({"del", "moveFrom"})
_BREAKS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SHAPES: Final = frozenset({"drawing", "pict", "object", "AlternateContent"})
_WITHOUT_TEXT: Final = frozenset({"rPr", "pPr", "sectPr", "tblPr", "tblGrid", "tblPrEx", "proofErr"})


class How(NamedTuple):
    """What holds for everything below an element."""

    kind: str = "paragraph"
    hidden: str = ""
    background: str | None = WHITE
    """Colour behind the text, None where it is not known."""
    change: str = ""
    """``tracked-insertion`` or ``tracked-deletion``."""
    cell: GridCell | None = None


class Story:
    """Reads one part of the document; what it found waits in ``out``."""

    def __init__(self, part: str, styles: Styles, limits: Limits) -> None:
        self.out: list[UntrustedPiece] = []
        self.styles = styles
        self.part = part
        self._limits = limits
        self._marks = Marks(part)
        self._paragraphs = 0
        self._tables = 0
        self._boxes = 0
        self._fields: list[list[str] | None] = []

    def block(self, element: Element, place: Place, how: How) -> None:
        """Read a paragraph, a table, or what stands around them."""
        tag = element.tag
        if tag == "p":
            self._paragraph(element, place, how)
        elif tag == "tbl":
            self._table(element, place, how)
        elif tag == "AlternateContent":
            self._alternatives(element, place, how)
        elif tag in _WITHOUT_TEXT:
            self.out += self._marks.changes(element, place)
        elif tag in ("drawing", "pict", "object"):
            self.shape(element, place, how)
        else:
            how = self._around(element, place, how)
            if element.text and element.text.strip():
                self._say(place, "text", how.hidden or "unshown-text", element.text.strip())
            self.blocks(element, place, how)

    def blocks(self, parent: Element, place: Place, how: How) -> None:
        """Read all children."""
        for child in parent:
            self.block(child, place, how)

    def shape(self, element: Element, place: Place, how: How) -> None:
        """Read a drawing: its names and descriptions, and the texts in it."""
        self.out += self._marks.names_of_shape(element, place, how.hidden)
        how = _in_shape(element, how)
        for child in element:
            if child.tag == "txbxContent":
                self._boxes += 1
                kept, self._fields = self._fields, []
                below = how._replace(kind="text-box", cell=None, change="")
                self.blocks(child, (*place, f"text box {self._boxes}"), below)
                self._fields = kept
            elif child.tag == "p":
                self._paragraph(child, place, how._replace(kind="text-box", cell=None))
            elif child.tag == "AlternateContent":
                self._alternatives(child, place, how)
            else:
                self.shape(child, place, how)

    def _say(self, place: Place, kind: str, hidden: str, text: str) -> None:
        self.out.append(UntrustedPart((self.part, *place), kind, hidden, text))

    def _around(self, element: Element, place: Place, how: How) -> How:
        """Note what a wrapper says, and return what holds inside it."""
        tag = element.tag
        if tag == "sdt":
            for name, text in control_texts(element.find("sdtPr")):
                self._say((*place, "content control", name), "content-control", "content-control", text)
        elif tag == "sdtPr":
            element.clear()
        self.out += self._marks.of_element(element, place)
        if tag in _DELETED:
            return how._replace(change="tracked-deletion")
        if tag in _INSERTED and how.change != "tracked-deletion":
            return how._replace(change="tracked-insertion")
        return how

    def _paragraph(self, element: Element, place: Place, how: How) -> None:
        self._paragraphs += 1
        place = (*place, f"paragraph {self._paragraphs}")
        self.out += self._marks.changes(element, place)
        properties = element.find("pPr")
        style = ""
        if properties is not None:
            style = value_of(properties.find("pStyle"))
            how = how._replace(background=shade_of(properties.find("shd")) or how.background)
        line = Line()
        later: list[Element] = []
        self._inline(element, line, _Setting(place, how, style, later))
        self._emit(line, place, how)
        for shape in later:
            if shape.tag in ("drawing", "pict", "object", "AlternateContent"):
                self.block(shape, place, how)
            else:
                self._paragraph(shape, place, how._replace(kind="ruby"))

    def _emit(self, line: Line, place: Place, how: How) -> None:
        if how.cell is not None:
            fill_cell(how.cell, line)
        elif line.seen().strip():
            self._say(place, how.kind, how.hidden, line.seen())
        for segment in line.unseen():
            self._say(place, segment.kind, segment.hidden, segment.text)

    def _inline(self, parent: Element, line: Line, at: _Setting) -> None:
        for child in parent:
            tag = child.tag
            if tag == "r":
                self._run(child, line, at)
            elif tag in _SHAPES:
                at.later.append(child)
            elif tag == "fldSimple":
                self._field(child, at.place)
                self._instruction(child.get("instr", ""), at.place)
                self._inline(child, line, at)
            elif tag in ("p", "tbl"):
                self.block(child, at.place, at.how)
            elif tag not in _WITHOUT_TEXT and tag not in ("sdtPr", "fldData"):
                how = self._around(child, at.place, at.how)
                if child.text and child.text.strip():
                    self._text(child, line, how, "")
                self._inline(child, line, at._replace(how=how))

    def _run(self, run: Element, line: Line, at: _Setting) -> None:
        properties = run.find("rPr")
        run_style = value_of(properties.find("rStyle")) if properties is not None else ""
        look = self.styles.look(at.style, run_style, properties)
        hidden = reason_not_seen(look, at.how.background)
        for child in run:
            tag = child.tag
            if tag == "t":
                self._text(child, line, at.how, hidden)
            elif tag in _BREAKS:
                self._add(line, _BREAKS[tag], at.how, hidden)
            elif tag == "sym":
                self._add(line, _symbol(child.get("char", "")), at.how, hidden)
            elif tag in ("instrText", "delInstrText"):
                self._instruction(all_text(child), at.place)
            elif tag == "fldChar":
                self._field(child, at.place)
            elif tag in _SHAPES:
                at.later.append(child)
            elif tag == "ruby":
                at.later.extend(child.findall("rt"))
                for base in child.findall("rubyBase"):
                    self._inline(base, line, at)
            elif tag == "delText":
                self._add(line, all_text(child), at.how, "tracked-deletion")
            elif tag not in _WITHOUT_TEXT and (child.text or len(child)):
                self._add(line, all_text(child), at.how, hidden or "unshown-text")

    def _text(self, element: Element, line: Line, how: How, hidden: str) -> None:
        self._add(line, all_text(element), how, hidden)

    def _add(self, line: Line, text: str, how: How, hidden: str) -> None:
        open_instruction = self._fields[-1] if self._fields else None
        if open_instruction is not None:
            open_instruction.append(text)
        elif how.change == "tracked-deletion":
            line.add(text, how.change)
        else:
            line.add(text, hidden, inserted=how.change == "tracked-insertion")

    def _instruction(self, text: str, place: Place) -> None:
        if self._fields and self._fields[-1] is not None:
            self._fields[-1].append(text)
        elif text.strip():
            self._say(place, "field", "field-instruction", text.strip())

    def _field(self, element: Element, place: Place) -> None:
        """17.16.18: begin, instruction, separate, result, end; fields stand inside fields and run over paragraphs."""
        step = element.get("fldCharType", "")
        for name, text in form_field_texts(element):
            hidden = "field-instruction" if name == FIELD_BLOB else "form-control"
            self._say((*place, name), "form-field", hidden, text)
        if step == "begin":
            self._fields.append([])
            return
        if step not in ("separate", "end") or not self._fields:
            return
        pieces = self._fields[-1]
        if pieces is not None:
            instruction = "".join(pieces).strip()
            if instruction:
                self._say(place, "field", "field-instruction", instruction)
        self._fields[-1] = None
        if step == "end":
            self._fields.pop()

    def end(self) -> None:
        """Say the instructions of fields that never ended."""
        for pieces in self._fields:
            if pieces:
                self._say((), "field", "field-instruction", "".join(pieces))
        self._fields.clear()

    def _alternatives(self, element: Element, place: Place, how: How) -> None:
        """Part 3, 9.3: programs show the first choice that they understand; the others are shown by older ones."""
        shown: set[str] = set()
        for number, child in enumerate(element):
            if not number:
                self.block(child, place, how)
                shown = _paragraph_texts(child) | {
                    value for one in child.iter() for value in one.attrib.values()
                }
            elif not _paragraph_texts(child) <= shown:
                self.block(child, (*place, "alternative content"), how._replace(hidden="alternate-content"))
            else:
                for shape in child.iter():
                    names = self._marks.names_of_shape(shape, (*place, "alternative content"), how.hidden)
                    self.out += [name for name in names if name.text not in shown]

    def _table(self, element: Element, place: Place, how: How) -> None:
        self._tables += 1
        where = (*place, f"table {self._tables}")
        table = UntrustedTable("", how.hidden, (), (self.part, *where))
        rows = list(self._rows(element, table, where, how))
        if rows:
            table.rows = checked(rows, self._limits)
            self.out.append(table)

    def streamed_table(self, children: Iterator[Element], how: How) -> UntrustedTable | None:
        """Return a table whose rows are read while they are taken, None where it has none.

        What stands hidden in its cells waits in ``out`` until its last row.
        """
        self._tables += 1
        where = (f"table {self._tables}",)
        before: list[Element] = []
        for child in children:
            before.append(child)
            if child.tag not in _WITHOUT_TEXT:
                table = UntrustedTable("", how.hidden, (), (self.part, *where))
                table.rows = checked(self._rows(chain(before, children), table, where, how), self._limits)
                return table
        return None

    def _rows(
        self, children: Iterable[Element], table: UntrustedTable, where: Place, how: How
    ) -> Iterator[UntrustedRow]:
        below = how._replace(cell=None)
        number = 0
        for child in children:
            if child.tag == "tblPr":
                shaded = self.styles.is_shaded(value_of(child.find("tblStyle")))
                below = below._replace(background=None if shaded else how.background)
            for row, change in self._wrapped((child,), "tr", where, how.change):
                number += 1
                found, is_header = self._row(row, number, where, below._replace(change=change))
                if is_header and not table.header_row:
                    table.header_row = number
                if found is not None:
                    yield found

    def _row(self, row: Element, number: int, where: Place, how: How) -> tuple[UntrustedRow | None, bool]:
        properties = row.find("trPr")
        hidden = ""
        column = 0
        is_header = False
        if properties is not None:
            self.out += self._marks.changes(properties, where)
            column = _bounded_number(value_of(properties.find("gridBefore")), 0)
            is_header = properties.find("tblHeader") is not None
            hidden = "hidden-row" if properties.find("hidden") is not None else ""
            if properties.find("del") is not None:
                hidden = "tracked-deletion"
        if how.change == "tracked-deletion":
            hidden = how.change
        cells: list[GridCell] = []
        for element, _ in self._wrapped(row, "tc", where, ""):
            cell = GridCell(column)
            inner = element.find("tcPr")
            shade = shade_of(inner.find("shd")) if inner is not None else None
            span = value_of(inner.find("gridSpan")) if inner is not None else ""
            below = how._replace(background=shade or how.background, cell=cell)
            self.blocks(element, (*where, f"row {number}", f"cell {len(cells) + 1}"), below)
            cells.append(cell)
            column += _bounded_number(span, 1)
        return row_of(number, hidden, cells), is_header

    def _wrapped(
        self, parent: Iterable[Element], tag: str, place: Place, change: str
    ) -> list[tuple[Element, str]]:
        found: list[tuple[Element, str]] = []
        for child in parent:
            if child.tag == tag:
                found.append((child, change))
            elif child.tag in ("p", "tbl"):  # where none may stand; its text must not be lost for that
                self.block(child, place, How(change=change))
            elif child.tag not in _WITHOUT_TEXT and child.tag != "trPr":
                how = self._around(child, place, How(change=change))
                found += self._wrapped(child, tag, place, how.change)
        return found


class _Setting(NamedTuple):
    place: Place
    how: How
    style: str
    """The paragraph's."""
    later: list[Element]
    """Shapes and pronunciations, which come after the paragraph's text."""


def _in_shape(element: Element, how: How) -> How:
    """Return what holds inside a shape: whether it is hidden, and the colour it is filled with, where that is plain."""
    for child in element:
        if child.tag in ("docPr", "cNvPr") and child.get("hidden", "0") in ("1", "true"):
            how = how._replace(hidden="hidden-shape")
        elif child.tag == "spPr":
            colour = child.find("solidFill/srgbClr")
            if colour is not None:
                how = how._replace(background=value_of(colour).upper())
            elif child.find("noFill") is None:
                how = how._replace(background=None)
    if "visibility:hidden" in element.get("style", "").replace(" ", ""):
        how = how._replace(hidden="hidden-shape")
    filled = element.get("fillcolor", "")
    if filled:
        plain = filled.partition(" ")[0].lstrip("#").upper()
        how = how._replace(background=plain if len(plain) == len(WHITE) else None)
    return how


def _paragraph_texts(element: Element) -> set[str]:
    texts = ("".join(text.text or "" for text in p.iter("t")).strip() for p in element.iter("p"))
    return {text for text in texts if text}


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def _bounded_number(text: str, otherwise: int) -> int:
    if not text.isdecimal() or not text.isascii():
        return otherwise
    if len(text) > len("16384"):
        raise UnreadableError("too-large")
    return int(text)
