"""Of old drawings and publications the texts come out, and what is not read is named."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from amends.scan.formats._visio_streams import unpacked
from amends.scan.opening import open_file
from tests.samples.formats.publisher import publication
from tests.samples.formats.visio import CHUNKS, drawing, packed, text_chunk


def skipped(path: Path) -> list[tuple[str, str]]:
    return [(str(item.provenance), item.code) for item in open_file(path).skipped]


def test_a_packed_stream_with_references_is_unpacked() -> None:
    # Three bytes, then a reference of six that begins at the first of them.
    assert unpacked(b"\x07abc\xee\xf3") == b"abcabcabc"


def test_the_texts_of_packed_shapes_come_out_and_the_rest_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.vsd"
    shapes = packed(text_chunk("Ana") + text_chunk("Zzcanary Boris"))
    path.write_bytes(compound_bytes({"VisioDocument": drawing((CHUNKS | 2, shapes), (0x40, b"other bytes"))}))
    assert [part.text for part in open_file(path).parts if not part.hidden] == ["Ana", "Zzcanary Boris"]
    assert skipped(path) == [
        ("plan.vsd ! VisioDocument, all but the texts of shapes and plain characters", "part-not-read")
    ]


def test_a_drawing_of_an_older_program_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.vsd"
    path.write_bytes(compound_bytes({"VisioDocument": drawing(version=5)}))
    assert skipped(path) == [("plan.vsd ! VisioDocument", "part-not-read")]


def test_a_stream_that_lies_beyond_the_end_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.vsd"
    path.write_bytes(compound_bytes({"VisioDocument": drawing((CHUNKS, text_chunk("Ana")))[:-4]}))
    assert ("plan.vsd ! VisioDocument", "corrupt") in skipped(path)


def test_the_layout_of_a_publication_is_named_as_not_read(tmp_path: Path) -> None:
    path = tmp_path / "flyer.pub"
    path.write_bytes(compound_bytes(publication("Zzcanary\rAna", layout=b"\1\2\3 layout")))
    assert [part.text for part in open_file(path).parts if not part.hidden] == ["Zzcanary", "Ana"]
    assert skipped(path) == [("flyer.pub ! Contents, all but plain characters", "part-not-read")]
