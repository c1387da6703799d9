"""What old Office files say beyond the contract of formats and the samples of hiding."""

from __future__ import annotations

import struct
from pathlib import Path

from amends.scan.formats._compound_writer import Tree, compound_bytes
from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile
from tests.samples.formats.biff import (
    SheetRecords,
    label,
    record,
    shared,
    wide,
    workbook_stream,
    workbook_tree,
)
from tests.samples.formats.outlook import fixed, message, texts
from tests.samples.formats.powerpoint_binary import Slide, presentation, shape
from tests.samples.formats.word_binary import deleted, document, strings

CANARY = "Zzcanary planted A200000077"


def opened(folder: Path, name: str, tree: Tree) -> OpenedFile:
    path = folder / name
    path.write_bytes(compound_bytes(tree))
    return open_file(path)


def codes(file: OpenedFile) -> list[str]:
    return [skipped.code for skipped in file.skipped]


def formats(file: OpenedFile) -> list[str]:
    return [found.format for found in file.formats]


def rows(file: OpenedFile) -> list[tuple[str, ...]]:
    return [line for table in file.tables for line in (table.columns, *table.rows)]


def test_an_encrypted_workbook_needs_its_password(tmp_path: Path) -> None:
    tree = workbook_tree([SheetRecords("First", label(0, 0, "x"))], record(0x002F, bytes(6)))
    assert codes(opened(tmp_path, "locked.xls", tree)) == ["password-protected"]


def test_an_encrypted_document_needs_its_password(tmp_path: Path) -> None:
    streams = document([("Seen.\r", b"")])
    main = bytearray(streams["WordDocument"])
    struct.pack_into("<H", main, 10, 0x0300)
    assert codes(opened(tmp_path, "locked.doc", {**streams, "WordDocument": bytes(main)})) == [
        "password-protected"
    ]


def test_an_encrypted_presentation_needs_its_password(tmp_path: Path) -> None:
    streams = presentation([Slide(shape("Seen"))])
    current = streams["Current User"].replace(struct.pack("<I", 0xE391C05F), struct.pack("<I", 0xF3D1C4DF))
    assert codes(opened(tmp_path, "locked.ppt", {**streams, "Current User": current})) == [
        "password-protected"
    ]


def test_a_container_of_an_encrypted_package_needs_its_password(tmp_path: Path) -> None:
    file = opened(
        tmp_path, "locked.xlsx", {"EncryptionInfo": b"x" * 300, "EncryptedPackage": bytes(range(256)) * 20}
    )
    assert (formats(file), codes(file)) == (["ole"], ["password-protected"])


def test_a_shared_string_that_goes_on_in_the_next_record_is_whole(tmp_path: Path) -> None:
    start = struct.pack("<II", 1, 1) + struct.pack("<HB", len(CANARY), 0) + CANARY[:9].encode("latin-1")
    table = record(0x00FC, start) + record(0x003C, b"\1" + CANARY[9:].encode("utf-16-le"))
    tree = workbook_tree([SheetRecords("First", shared(0, 0, 0))], table)
    assert (CANARY,) in rows(opened(tmp_path, "split.xls", tree))


def test_a_cell_that_points_at_no_shared_string_is_reported(tmp_path: Path) -> None:
    tree = workbook_tree([SheetRecords("First", label(0, 0, "x") + shared(1, 0, 99))])
    assert codes(opened(tmp_path, "odd.xls", tree)) == ["cells-not-read"]


def test_a_listed_sheet_that_is_not_there_is_reported(tmp_path: Path) -> None:
    stream = workbook_stream(
        [SheetRecords("First", label(0, 0, "x")), SheetRecords("Second", label(0, 0, "y"))]
    )
    cut = stream.rindex(struct.pack("<HH", 0x0809, 16))
    assert "corrupt" in codes(opened(tmp_path, "cut.xls", {"Workbook": stream[:cut]}))


def test_a_bare_stream_of_excel_2_is_a_workbook(tmp_path: Path) -> None:
    number = record(0x0003, struct.pack("<HHBBBd", 1, 0, 0, 0, 0, 77.5))
    text = record(0x0004, struct.pack("<HHBBBB", 0, 0, 0, 0, 0, 5) + b"Total")
    path = tmp_path / "oldest.xls"
    path.write_bytes(record(0x0009, struct.pack("<HH", 2, 0x10)) + text + number + record(0x000A, b""))
    assert rows(open_file(path)) == [("Total",), ("77.5",)]


def test_a_tracked_change_names_its_author(tmp_path: Path) -> None:
    runs = [("Seen ", b""), ("gone", deleted(1)), ("\r", b"")]
    file = opened(tmp_path, "changed.doc", document(runs, structures={51: strings("Unknown", "Ana Example")}))
    assert [part.text for part in file.parts if part.hidden == "tracked-change"] == ["Ana Example"]
    assert [part.text for part in file.parts if part.kind == "paragraph"] == ["Seen"]


def test_an_attached_message_is_opened_with_its_blind_copies(tmp_path: Path) -> None:
    inner = {**message({0x0037: "Inner"}, [(3, CANARY)]), "__properties_version1.0": bytes(24)}
    attachment: Tree = {**fixed(8, {0x3705: 5}), **texts({0x3001: "Inner"}), "__substg1.0_3701000D": inner}
    file = opened(tmp_path, "outer.msg", message({0x0037: "Outer"}, [], [attachment]))
    assert formats(file) == ["msg", "msg"]
    assert [part.text for part in file.parts if part.hidden == "blind-copy"] == [CANARY]


def test_an_object_that_is_a_document_is_opened_as_one(tmp_path: Path) -> None:
    tree: Tree = {**document([("Seen.\r", b"")]), "ObjectPool": {"_1": document([(f"{CANARY}\r", b"")])}}
    file = opened(tmp_path, "outer.doc", tree)
    assert formats(file) == ["doc", "doc"]
    assert [part.hidden for part in file.parts if part.text == CANARY] == ["embedded-file"]


def test_a_stream_that_nobody_knows_is_not_called_read(tmp_path: Path) -> None:
    noise = bytes((value * 73 + 11) % 251 for value in range(4_000))
    file = opened(tmp_path, "strange.ole", {"Strange": noise})
    assert codes(file) == ["part-not-read"]


def pivot_field(name: str, *items: bytes, flags: int = 1, sources: int = 0) -> bytes:
    """A field of a pivot cache with its items behind it."""
    head = struct.pack("<7H", flags, 0, 0, len(items), 0, 0, sources or len(items))
    return record(0x00C7, head + wide(name)) + b"".join(items)


def pivot_text(text: str) -> bytes:
    return record(0x00CD, wide(text))


def with_pivot(folder: Path, cache: bytes) -> OpenedFile:
    tree = workbook_tree([SheetRecords("First", label(0, 0, "x"))])
    return opened(folder, "pivot.xls", {**tree, "_SX_DB_CUR": {"0001": cache + record(0x000A, b"")}})


def test_the_records_of_a_pivot_cache_are_rows(tmp_path: Path) -> None:
    fields = pivot_field("Name", pivot_text("Ana"), pivot_text("Boris"), pivot_text(CANARY))
    fields += pivot_field("Days", flags=2)
    number = record(0x00C9, struct.pack("<d", 7)), record(0x00CC, struct.pack("<h", 12))
    records = record(0x00C8, b"\2") + number[0] + record(0x00C8, b"\0") + number[1]
    found = with_pivot(tmp_path, record(0x00C6, bytes(18) + wide("Refresher")) + fields + records)
    assert found.complete
    (table,) = [one for one in found.tables if str(one.provenance).endswith("records")]
    assert (table.hidden, table.columns) == ("pivot-cache", ("Name", "Days"))
    assert table.rows == ((CANARY, "7"), ("Ana", "12"))
    assert "Refresher" in [part.text for part in found.parts]
    (items,) = [one for one in found.tables if str(one.provenance).endswith("items")]
    assert items.rows == (("Ana", ""), ("Boris", ""), (CANARY, ""))


def test_numbers_of_items_are_two_bytes_long_where_there_are_many_and_may_point_nowhere(
    tmp_path: Path,
) -> None:
    field = pivot_field("Name", pivot_text("Ana"), pivot_text("Boris"), flags=0x0201)
    found = with_pivot(tmp_path, field + record(0x00C8, b"\1\0") + record(0x00C8, b"\1\1"))
    (table,) = [one for one in found.tables if str(one.provenance).endswith("records")]
    assert table.rows == (("Boris",),)
    assert [(item.code, item.reason.partition(" ")[0]) for item in found.skipped] == [("cells-not-read", "1")]


def test_the_numbers_in_the_log_of_revisions_are_named_as_not_read(tmp_path: Path) -> None:
    changed = record(0x013B, bytes(30) + wide(CANARY) + bytes(4))
    tree = workbook_tree([SheetRecords("First", label(0, 0, "x"))])
    found = opened(tmp_path, "shared.xls", {**tree, "Revision Log": changed})
    assert [part.hidden for part in found.parts if part.text == CANARY] == ["revision-log"]
    assert [str(item.provenance) for item in found.skipped] == [
        "shared.xls ! Revision Log, numbers of changed cells"
    ]
