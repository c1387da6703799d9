"""Tables of OpenDocument, row by row as they are parsed: sheets, tables in a text, the data behind a chart.

Repeated cells and rows are written once in the file and may stand for billions (part 3, 19.675 and 19.679): those that
hold nothing are counted, those that hold something come out as often as they stand there, within the bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._document_table import GridCell
from amends.scan.formats._odf_story import How, Place, Story
from amends.scan.formats._odf_styles import has_no_size, reason_not_seen
from amends.scan.formats._xml_tree import Step
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

ROW_CONTAINERS: Final = frozenset({"table-row-group", "table-rows", "table-header-rows"})
COLUMN_CONTAINERS: Final = frozenset({"table-column-group", "table-columns", "table-header-columns"})
_NOT_SEEN: Final = {"collapse": "hidden-row", "filter": "filtered-row"}
_CELLS: Final = frozenset({"table-cell", "covered-table-cell"})
_VALUES: Final = ("date-value", "time-value", "boolean-value", "value", "string-value")
_SHORT_GAP: Final = 16
"""So many empty cells cost less than a list of columns."""
_REPEATED: Final = "number-columns-repeated"
_MOST_DIGITS: Final = 9


class Sheet:
    """One table: its rows are a generator over the steps of the parser, what stands beside them waits in the story."""

    def __init__(self, element: Element, story: Story, limits: Limits, how: How, *, of_text: bool) -> None:
        self._story = story
        self._limits = limits
        self._how = how
        self._of_text = of_text
        self._place: Place = ()
        self._table: UntrustedTable | None = None
        self._number = 0
        self._column = 0
        self._defaults: list[tuple[int, int, str]] = []
        self._reasons: dict[str, str] = {}
        self._formulas: set[str] = set()
        self.done = False
        """Whether the steps have been taken up to the end of the table."""
        self._style = element.get("style-name", "")

    def table(self, name: str, where: Place, hidden: str, steps: Iterable[Step]) -> UntrustedTable:
        """Return the table; its rows take the steps."""
        self._place = where
        self._table = UntrustedTable(name, hidden, (), (self._story.part, *where))
        self._table.rows = self._rows(iter(steps), self._table)
        return self._table

    def _rows(self, steps: Iterator[Step], table: UntrustedTable) -> Iterator[UntrustedRow]:
        depth = 0
        heading = False
        for step in steps:
            tag = step.element.tag
            if step.what == "open":
                depth += 1
                heading = heading or tag == "table-header-rows"
            elif step.what == "close":
                if not depth:
                    self.done = True
                    return
                depth -= 1
                heading = heading and tag != "table-header-rows"
            elif step.what == "text":
                self._story.say(self._place, "text", "unshown-text", step.element.text or "")
            elif tag == "table-row":
                if heading and self._of_text and not table.header_row:
                    table.header_row = self._number + 1
                yield from self._row(step.element)
            elif tag == "table-column":
                self._columns(step.element, table)
            else:
                self._beside(step.element)
        self.done = True

    def _beside(self, element: Element) -> None:
        if element.tag in ("title", "desc"):
            self._story.say(
                (*self._place, element.tag), "alternative-text", "alternative-text", element.text or ""
            )
        elif element.tag == "shapes":
            self._story.blocks(element, self._place, self._how)
        else:
            self._story.block(element, self._place, self._how)

    def _columns(self, element: Element, table: UntrustedTable) -> None:
        first = self._column
        self._column += _repeated(element, "number-columns-repeated")
        last = min(self._column, self._limits.columns) - 1
        if first > last:
            return
        visibility = element.get("visibility", "")
        hidden = {"collapse": "hidden-column", "filter": "hidden-column"}.get(visibility, "")
        width = self._story.styles.value(
            "table-column", element.get("style-name", ""), "table-column-properties", "column-width"
        )
        if not hidden and has_no_size(width):
            hidden = "narrow-column"
        if hidden and len(table.hidden_columns) < self._limits.columns:
            table.hidden_columns.append((first, last, hidden))
        if element.get("default-cell-style-name"):
            self._defaults.append((first, last, element.get("default-cell-style-name", "")))

    def _row(self, element: Element) -> Iterator[UntrustedRow]:
        first = self._number + 1
        repeated = _repeated(element, "number-rows-repeated")
        self._number += repeated
        hidden = _NOT_SEEN.get(element.get("visibility", ""), "")
        if not hidden:
            height = self._story.styles.value(
                "table-row", element.get("style-name", ""), "table-row-properties", "row-height"
            )
            hidden = "zero-height-row" if has_no_size(height) else ""
        columns, texts, marks = self._cells(element, first)
        if not any(texts):
            return
        characters = sum(map(len, texts))
        if (
            self._number > self._limits.rows
            or repeated * len(texts) > self._limits.cells
            or repeated * characters > self._limits.characters
        ):
            raise UnreadableError("too-large")
        plain = columns == list(range(len(columns)))
        for number in range(first, first + repeated):
            yield UntrustedRow(number, hidden, None if plain else columns, texts, marks or None)

    def _cells(self, row: Element, number: int) -> tuple[list[int], list[str], list[tuple[int, str]]]:
        columns: list[int] = []
        texts: list[str] = []
        marks: list[tuple[int, str]] = []
        column = 0
        of_row = row.get("default-cell-style-name", "")
        for cell in row:
            if cell.tag not in _CELLS:
                self._beside(cell)
                continue
            repeated = _repeated(cell, "number-columns-repeated") if _REPEATED in cell.attrib else 1
            text, hidden = self._cell(cell, of_row, column, number)
            if text:
                if column + repeated > self._limits.columns or len(text) > self._limits.cell_characters:
                    raise UnreadableError("too-large")
                if column - len(columns) <= _SHORT_GAP and (not columns or columns[-1] == len(columns) - 1):
                    texts += [""] * (column - len(columns))
                    columns += range(len(columns), column)
                for at in range(column, column + repeated):
                    columns.append(at)
                    texts.append(text)
                    if hidden:
                        marks.append((at, hidden))
            column += repeated
        return columns, texts, marks

    def _cell(self, cell: Element, of_row: str, column: int, number: int) -> tuple[str, str]:
        told = cell.attrib
        if not len(cell) and not told:
            return "", ""
        style = told.get("style-name") or of_row or (self._default(column) if self._defaults else "")
        reason = self._reason(style)
        text = ""
        if len(cell) == 1 and cell[0].tag == "p" and not len(cell[0]) and "style-name" not in cell[0].attrib:
            text = cell[0].text or ""
        elif len(cell):
            place = (*self._place, f"row {number}", f"column {column + 1}")
            text, reason = self._content(cell, style, reason, place)
        if "formula" in told:
            self._formula(told["formula"], number, column)
        kind = told.get("value-type", "")
        if kind == "date" and not self._of_text and told.get("date-value"):
            return told["date-value"].removesuffix("T00:00:00"), reason
        if not text.strip():
            value = next((told[name] for name in _VALUES if told.get(name)), "")
            if value:
                return value, reason or ("number-format-hides" if len(cell) or kind == "float" else "")
        return text, reason

    def _formula(self, formula: str, number: int, column: int) -> None:
        if ('"' in formula or "'file:" in formula) and formula not in self._formulas:
            self._formulas.add(formula)
            place = (*self._place, f"row {number}", f"column {column + 1}")
            self._story.say(place, "formula", "formula-text", formula)

    def _content(self, cell: Element, style: str, reason: str, place: Place) -> tuple[str, str]:
        """Read a cell that holds more than a plain paragraph: runs, annotations, shapes, tables."""
        grid = GridCell(0)
        look = self._story.styles.look("table-cell", style)
        background = look.background or self._how.background
        how = self._how._replace(cell=grid, look=look._replace(background=None), background=background)
        self._story.blocks(cell, place, how)
        return "\n".join(grid.lines), grid.hidden or ("" if any(grid.lines) else reason)

    def _default(self, column: int) -> str:
        return next((style for first, last, style in self._defaults if first <= column <= last), "")

    def _reason(self, style: str) -> str:
        if style not in self._reasons:
            look = self._story.styles.look("table-cell", style)
            self._reasons[style] = reason_not_seen(look, self._how.background)
        return self._reasons[style]


def steps_of(table: Element) -> Iterator[Step]:
    """Yield a table that is there as a whole, step by step, as a parser would."""
    for child in table:
        if child.tag in ROW_CONTAINERS or child.tag in COLUMN_CONTAINERS:
            yield Step("open", child)
            yield from steps_of(child)
            yield Step("close", child)
        else:
            yield Step("tree", child)


def _repeated(element: Element, name: str) -> int:
    text = element.get(name, "1")
    if not text.isdecimal() or not text.isascii():
        return 1
    return int(text) if len(text) <= _MOST_DIGITS else 10**_MOST_DIGITS
