"""Workbooks with something hidden in the sheets themselves, written by xlsxwriter as anybody would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from tests.samples.hiding.sample import PLANTED, HidingSample

_ROW: Final = 5
_FAR: Final = (1_048_575, 16_383)
Change = Callable[[Any, Any, bool], None]


def written(change: Change) -> Callable[[Path, bool], None]:
    """Return a builder: a small table, and what ``change`` makes of the workbook and its second sheet."""

    def build(path: Path, hiding: bool) -> None:
        with xlsxwriter.Workbook(str(path)) as workbook:
            workbook.add_worksheet("First").write_row(0, 0, ("Month", "Total"))
            sheet = workbook.add_worksheet("Second")
            for number in range(4):
                sheet.write_row(number, 0, (f"entry {number}", number))
            change(workbook, sheet, hiding)

    return build


def cell_with(options: dict[str, Any]) -> Change:
    """Return a change that writes the planted text in a cell of a format, or in a plain one."""

    def change(workbook: Any, sheet: Any, hiding: bool) -> None:
        sheet.write_string(_ROW, 1, PLANTED, workbook.add_format(options if hiding else {}))

    return change


def number_format(workbook: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_number(_ROW, 1, 200000077, workbook.add_format({"num_format": ";;;"} if hiding else {}))


def hidden_sheet(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_string(_ROW, 0, PLANTED)
    if hiding:
        sheet.hide()


def very_hidden_sheet(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_string(_ROW, 0, PLANTED)
    if hiding:
        sheet.very_hidden()


def row_with(height: float | None, options: dict[str, Any]) -> Change:
    def change(_: Any, sheet: Any, hiding: bool) -> None:
        sheet.write_string(_ROW, 0, PLANTED)
        if hiding:
            sheet.set_row(_ROW, height, None, options)

    return change


def column_with(width: float | None, options: dict[str, Any]) -> Change:
    def change(_: Any, sheet: Any, hiding: bool) -> None:
        sheet.write_string(_ROW, 3, PLANTED)
        if hiding:
            sheet.set_column(3, 3, width, None, options)

    return change


def filtered_row(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_string(_ROW, 0, PLANTED)
    if hiding:
        sheet.autofilter(0, 0, _ROW, 1)
        sheet.filter_column(0, "x == entry*")
        sheet.set_row(_ROW, None, None, {"hidden": True})


def far_cell(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_string(*(_FAR if hiding else (_ROW, 0)), PLANTED)


def defined_name(workbook: Any, _: Any, hiding: bool) -> None:
    if hiding:
        workbook.define_name("Planted", f'="{PLANTED}"')


def validation(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.data_validation(1, 1, 1, 1, {"validate": "list", "source": [PLANTED if hiding else "plain"]})


def prompt(_: Any, sheet: Any, hiding: bool) -> None:
    options = {"validate": "any", "input_title": "Note", "input_message": PLANTED if hiding else "plain"}
    sheet.data_validation(1, 1, 1, 1, options)


def conditional_format(workbook: Any, sheet: Any, hiding: bool) -> None:
    value = PLANTED if hiding else "plain"
    bold = workbook.add_format({"bold": True})
    sheet.conditional_format(
        0, 0, 9, 1, {"type": "text", "criteria": "containing", "value": value, "format": bold}
    )


def formula(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_formula(1, 3, f'=LEN("{PLANTED if hiding else "plain"}")', None, 5)


def link(_: Any, sheet: Any, hiding: bool) -> None:
    address = f"https://example.org/{PLANTED.replace(' ', '-')}" if hiding else "https://example.org/"
    sheet.write_url(1, 3, address, string="a link")


def tooltip(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_url(1, 3, "https://example.org/", string="a link", tip=PLANTED if hiding else "plain")


def comment(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_comment(1, 1, PLANTED if hiding else "plain", {"author": "Somebody"})


def comment_author(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.write_comment(1, 1, "plain", {"author": PLANTED if hiding else "Somebody"})


def header(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.set_header(f"&C{PLANTED if hiding else 'plain'}")


def text_box(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.insert_textbox(8, 1, PLANTED if hiding else "plain")


def alternative_text(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.insert_textbox(8, 1, "plain", {"description": PLANTED if hiding else "a box"})


def chart(workbook: Any, sheet: Any, hiding: bool) -> None:
    drawn = workbook.add_chart({"type": "column"})
    drawn.add_series({"values": "=Second!$B$1:$B$4", "name": PLANTED if hiding else "plain"})
    sheet.insert_chart(8, 3, drawn)


def property_of(name: str) -> Change:
    def change(workbook: Any, _: Any, hiding: bool) -> None:
        workbook.set_properties({name: PLANTED if hiding else "plain"})

    return change


def custom_property(workbook: Any, _: Any, hiding: bool) -> None:
    workbook.set_custom_property("Reviewer", PLANTED if hiding else "plain")


def white_run(workbook: Any, sheet: Any, hiding: bool) -> None:
    ink = workbook.add_format({"font_color": "#FFFFFF" if hiding else "#FF0000"})
    sheet.write_rich_string(1, 3, "seen ", ink, PLANTED, " seen too")


def code_name(_: Any, sheet: Any, hiding: bool) -> None:
    sheet.set_vba_name(PLANTED.replace(" ", "_") if hiding else "plain")


_NAMED = PLANTED.replace(" ", "_")
_CHANGES: Final[tuple[tuple[str, Change, str, str], ...]] = (
    ("white-text", cell_with({"font_color": "white"}), PLANTED, "sheet 'Second'"),
    ("white-text", cell_with({"font_color": "#336699", "bg_color": "#336699"}), PLANTED, "sheet 'Second'"),
    ("white-text", white_run, PLANTED, "string"),
    ("tiny-text", cell_with({"font_size": 1}), PLANTED, "sheet 'Second'"),
    ("number-format-hides", cell_with({"num_format": ";;;"}), PLANTED, "sheet 'Second'"),
    ("number-format-hides", number_format, "200000077", "sheet 'Second'"),
    ("hidden-sheet", hidden_sheet, PLANTED, "sheet 'Second'"),
    ("very-hidden-sheet", very_hidden_sheet, PLANTED, "sheet 'Second'"),
    ("hidden-row", row_with(None, {"hidden": True}), PLANTED, "sheet 'Second'"),
    ("hidden-column", column_with(None, {"hidden": True}), PLANTED, "sheet 'Second'"),
    ("filtered-row", filtered_row, PLANTED, "sheet 'Second'"),
    ("far-cell", far_cell, PLANTED, "sheet 'Second'"),
    ("defined-name", defined_name, PLANTED, "defined name"),
    ("data-validation", validation, PLANTED, "B2"),
    ("data-validation", prompt, PLANTED, "prompt"),
    ("conditional-format-text", conditional_format, PLANTED, "sheet 'Second'"),
    ("formula-text", formula, PLANTED, "D2"),
    ("link-address", link, PLANTED.replace(" ", "-"), "relationship"),
    ("link-address", tooltip, PLANTED, "tooltip"),
    ("comment", comment, PLANTED, "B2"),
    ("comment", comment_author, PLANTED, "author"),
    ("header-footer", header, PLANTED, "oddHeader"),
    ("text-box", text_box, PLANTED, "drawing"),
    ("alternative-text", alternative_text, PLANTED, "descr"),
    ("chart-data", chart, PLANTED, "chart"),
    ("document-property", property_of("author"), PLANTED, "creator"),
    ("document-property", property_of("company"), PLANTED, "Company"),
    ("custom-property", custom_property, PLANTED, "custom.xml"),
    ("sheet-property", code_name, _NAMED, "codeName"),
)
SAMPLES: Final = tuple(
    HidingSample(hidden, "xlsx", written(change), planted, where)
    for hidden, change, planted, where in _CHANGES
)
