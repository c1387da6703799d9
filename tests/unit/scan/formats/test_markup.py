"""Text, markup and values: what is joined, what keeps its digits, what is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile


def opened(tmp_path: Path, content: bytes | str, name: str) -> OpenedFile:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_file(path)


def texts(found: OpenedFile, kind: str) -> list[str]:
    return [part.text for part in found.parts if part.kind == kind]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be", "cp1252"]
)
def test_a_text_is_read_in_its_encoding(encoding: str, tmp_path: Path) -> None:
    found = opened(tmp_path, "Señora Núñez\nMüller\n\nEnd of it".encode(encoding), "a.txt")
    assert texts(found, "paragraph") == ["Señora Núñez\nMüller", "End of it"]
    assert [str(part.provenance) for part in found.parts] == ["a.txt ! lines 1-2", "a.txt ! line 4"]


def test_a_name_whose_middle_is_bold_stays_one_name(tmp_path: Path) -> None:
    assert texts(opened(tmp_path, "<html><p>A20<b>00</b>0077</p></html>", "a.html"), "paragraph") == [
        "A20000077"
    ]
    assert texts(opened(tmp_path, "<doc><p>A20<b>00</b>0077</p></doc>", "a.xml"), "text") == ["A20000077"]
    assert texts(opened(tmp_path, r"{\rtf1 A20{\b 00}0077\par}", "a.rtf"), "paragraph") == ["A20000077"]


def test_entities_are_refused_and_a_harmless_document_type_is_not(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert [skipped.code for skipped in opened(tmp_path, bomb, "a.xml").skipped] == ["forbidden-markup"]
    outside = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    assert [skipped.code for skipped in opened(tmp_path, outside, "b.xml").skipped] == ["forbidden-markup"]
    plain = '<?xml version="1.0"?><!DOCTYPE a PUBLIC "x" "http://example.org/a.dtd"><a>Hello</a>'
    found = opened(tmp_path, plain, "c.xml")
    assert found.complete
    assert texts(found, "text") == ["Hello"]


def test_numbers_keep_their_digits_and_doubled_names_their_values(tmp_path: Path) -> None:
    found = opened(
        tmp_path, '{"a": 1.50, "b": 12345678901234567890, "a": 007e0}'.replace("007e0", "7e0"), "a.json"
    )
    assert texts(found, "value") == ["1.50", "12345678901234567890", "7e0"]


def test_members_that_only_later_records_have_are_not_lost(tmp_path: Path) -> None:
    lines = '{"name": "Ana"}\n' * 1_500 + '{"name": "Bo", "note": "late"}\n'
    table = opened(tmp_path, lines, "a.jsonl").tables[0]
    assert len(table.rows) == 1_501
    assert "note: late" in table.rows[-1]


def test_deep_nesting_ends_as_too_deep(tmp_path: Path) -> None:
    for name, content in (("a.json", "[" * 50_000 + "]" * 50_000), ("a.xml", "<a>" * 5_000 + "</a>" * 5_000)):
        assert [skipped.code for skipped in opened(tmp_path, content, name).skipped] == ["too-deep"], name


def test_spans_of_a_page_shift_the_cells_that_follow(tmp_path: Path) -> None:
    page = (
        "<html><table><tr><th>A</th><th>B</th><th>C</th></tr><tr><td rowspan=2>1</td><td colspan=2>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr></table></html>"
    )
    assert opened(tmp_path, page, "a.html").tables[0].rows == (("1", "2", ""), ("", "3", "4"))


def test_a_database_of_write_ahead_logging_is_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE people (name TEXT, born TEXT)")
        database.execute("INSERT INTO people VALUES ('Ana', '1985')")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found = open_file(tmp_path / "a.db")
    assert found.complete
    assert found.tables[0].rows == (("Ana", "1985"),)


def test_a_view_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        numbers = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        database.execute(f"CREATE VIEW endless AS {numbers} SELECT max(x) FROM n")
        database.commit()
    assert [skipped.code for skipped in open_file(tmp_path / "a.db").skipped] == ["time-limit"]


def test_a_message_with_broken_parts_keeps_its_text(tmp_path: Path) -> None:
    head = 'From: ana@example.org\nTo: bo@example.org\nContent-Type: multipart/mixed; boundary="x"\n\n'
    found = opened(tmp_path, head + "--x\nContent-Type: text/plain; charset=nonsense\n\nHello Ana\n", "a.eml")
    assert texts(found, "paragraph") == ["Hello Ana"]
