"""Files of OpenOffice.org 1 are read like the OpenDocument that grew out of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.opening import open_file
from tests.samples.hiding.older_opendocument import older_package, older_row, older_sheet


def test_a_sheet_comes_out_as_rows(tmp_path: Path) -> None:
    rows = (older_row("Number", "Name"), older_row("1", "Ana &amp; Boris"), older_row("2", "Carla"))
    opened = open_file(older_package(tmp_path / "list.sxc", "spreadsheet", "", older_sheet(*rows)))
    assert opened.complete
    (table,) = opened.tables
    assert (table.name, table.columns) == ("People", ("Number", "Name"))
    assert table.rows == (("1", "Ana & Boris"), ("2", "Carla"))


@pytest.mark.parametrize("kind", ["text", "presentation", "drawing"])
def test_a_text_comes_out_of_every_kind(kind: str, tmp_path: Path) -> None:
    opened = open_file(older_package(tmp_path / "letter.sxw", kind, "", "<text:p>Zzcanary seen</text:p>"))
    assert opened.complete
    assert [part.text for part in opened.parts if not part.hidden] == ["Zzcanary seen"]


def test_a_document_type_that_declares_anything_itself_is_refused(tmp_path: Path) -> None:
    declared = '<!DOCTYPE a [<!ENTITY b "Zzcanary">]>'
    path = older_package(tmp_path / "bomb.sxw", "text", "", "<text:p>&b;</text:p>", doctype=declared)
    assert {item.code for item in open_file(path).skipped} == {"forbidden-markup"}
