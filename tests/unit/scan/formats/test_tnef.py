"""Messages that Outlook wrapped are opened, alone and as the attachment that other programs show."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

from amends.scan.opening import open_file
from tests.samples.formats.tnef import attachment, attribute, counted, properties, wrapped

MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def test_a_table_in_an_attachment_in_an_attachment_comes_out_as_rows(tmp_path: Path) -> None:
    table = attachment("people.csv", b"A-Number,Name\nA200000001,Ana Zzcanary\n")
    packed = base64.encodebytes(wrapped(table)).decode()
    path = tmp_path / "message.eml"
    path.write_text(
        "From: a@example.org\nTo: b@example.org\nSubject: x\nMIME-Version: 1.0\n"
        'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="winmail.dat"\n\n{packed}',
        encoding="ascii",
    )
    opened = open_file(path)
    assert opened.complete
    (found,) = opened.tables
    assert str(found.provenance).endswith("winmail.dat ! attachment 1 ! people.csv")
    assert found.rows == (("A200000001", "Ana Zzcanary"),)


def test_a_message_inside_a_message_is_opened(tmp_path: Path) -> None:
    inner = wrapped(attribute(0x800C, b"Zzcanary within\0"))
    entry = struct.pack("<IHHI", 1, 0x000D, 0x3701, 1) + counted(MESSAGE + inner)
    path = tmp_path / "winmail.dat"
    path.write_bytes(wrapped(attribute(0x9002, bytes(14), level=2), attribute(0x9005, entry, level=2)))
    opened = open_file(path)
    assert opened.complete
    assert [(str(part.provenance), part.text) for part in opened.parts] == [
        ("winmail.dat ! attachment 1 ! message ! body", "Zzcanary within")
    ]


def test_a_wrong_checksum_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    content = bytearray(wrapped(attribute(0x8004, b"Subject\0"), attribute(0x800C, b"Zzcanary\0")))
    content[content.index(b"Subject")] = ord("s")
    path = tmp_path / "winmail.dat"
    path.write_bytes(content)
    opened = open_file(path)
    assert [(str(item.provenance), item.code) for item in opened.skipped] == [
        ("winmail.dat ! attribute 0x8004", "corrupt")
    ]
    assert {part.text for part in opened.parts} == {"subject", "Zzcanary"}


def test_a_count_that_lies_ends_the_reading_and_not_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "winmail.dat"
    path.write_bytes(wrapped(attribute(0x9003, struct.pack("<I", 0xFFFFFFFF) + properties({})[4:])))
    assert [item.code for item in open_file(path).skipped] == ["corrupt"]
    several = struct.pack("<IHHI", 1, 0x1003, 0x1234, 0xFFFFFFFF)
    path.write_bytes(wrapped(attribute(0x9003, several)))
    assert [item.code for item in open_file(path).skipped] == ["corrupt"]
