"""Of documents of Pages, Numbers and Keynote the previews are opened, and it is said that the rest is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.opening import open_file
from tests.samples.formats.iwork import archive, document, plain
from tests.samples.hiding.image import exif, picture


def test_the_document_is_named_as_not_opened_and_its_preview_is_opened(tmp_path: Path) -> None:
    members = {
        "Index/Document.iwa": archive(plain(b"\x0a\x0fZzcanary within")),
        "Index/Tables/Tile.iwa": archive(plain(b"\1\2\3")),
        "preview.jpg": picture("JPEG", exif=exif(artist="Zzcanary artist")),
    }
    opened = open_file(document(tmp_path / "list.numbers", members))
    assert [(str(item.provenance), item.code) for item in opened.skipped] == [
        ("list.numbers ! Index, all but plain characters", "document-not-opened")
    ]
    assert opened.skipped[0].reason.startswith("2 parts")
    assert {"Zzcanary within", "Zzcanary artist"} <= {part.text for part in opened.parts}
    assert {"iwork", "jpg"} <= {found.format for found in opened.formats}


def test_a_chunk_that_repeats_itself_is_unpacked(tmp_path: Path) -> None:
    # Nine bytes, then a copy of nine from nine back: a copy of length 9 with one byte of offset.
    repeated = bytes((18, 8 << 2)) + b"Zzcanary " + bytes(((9 - 4) << 2 | 1, 9))
    opened = open_file(document(tmp_path / "a.pages", {"Index/Document.iwa": archive(repeated)}))
    assert "Zzcanary Zzcanary " in {part.text for part in opened.parts}


@pytest.mark.parametrize(
    "packed",
    [bytes((255, 255, 255, 255, 7)), bytes((9, 1, 9)), bytes((200, 1, 8 << 2)) + b"Zzcanary ", b"\x80" * 6],
    ids=["a lying size", "a copy from before the beginning", "too short", "a number without end"],
)
def test_a_chunk_that_lies_is_corrupt(packed: bytes, tmp_path: Path) -> None:
    opened = open_file(document(tmp_path / "a.pages", {"Index/Document.iwa": archive(packed)}))
    assert "corrupt" in {item.code for item in opened.skipped}
