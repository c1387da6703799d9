"""Pictures: where they were taken, what hangs on their end, and files that lie about themselves."""

from __future__ import annotations

from pathlib import Path

from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile
from tests.samples.hiding import image


def opened(tmp_path: Path, content: bytes, name: str) -> OpenedFile:
    path = tmp_path / name
    path.write_bytes(content)
    return open_file(path)


def test_a_place_is_given_in_decimal_degrees(tmp_path: Path) -> None:
    content = image.with_segment(
        image.picture("JPEG"), image.segment(0xE1, image.exif(artist="Nobody", gps=True))
    )
    found = opened(tmp_path, content, "there.jpg")
    assert [part.text for part in found.parts if part.kind == "position"] == ["-12.510000, 7.250000"]


def test_a_picture_of_pixels_alone_is_complete_and_says_nothing(tmp_path: Path) -> None:
    for kind, name in (
        ("PNG", "a.png"),
        ("GIF", "a.gif"),
        ("BMP", "a.bmp"),
        ("WEBP", "a.webp"),
        ("JPEG", "a.jpg"),
    ):
        found = opened(tmp_path, image.picture(kind), name)
        assert found.complete, name
        assert [part for part in found.parts if part.hidden] == [], name


def test_a_film_behind_a_picture_is_not_passed_over(tmp_path: Path) -> None:
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x10mdat" + bytes(range(8))
    found = opened(tmp_path, image.picture("JPEG") + film, "moving.jpg")
    assert [skipped.code for skipped in found.skipped] == ["not-transcribed"]


def test_a_second_picture_behind_the_first_is_opened(tmp_path: Path) -> None:
    second = image.with_segment(image.picture("JPEG"), image.segment(0xFE, b"Zzcanary second"))
    found = opened(tmp_path, image.picture("PNG") + second, "double.png")
    assert found.complete
    assert [part.text for part in found.parts if part.kind == "comment"] == ["Zzcanary second"]


def test_pictures_cut_short_are_never_complete(tmp_path: Path) -> None:
    for kind in ("PNG", "GIF", "JPEG", "WEBP", "BMP"):
        content = image.picture(kind)
        assert not opened(tmp_path, content[: len(content) * 2 // 3], f"a.{kind.lower()}").complete, kind


def test_a_directory_that_leads_to_itself_is_read_once(tmp_path: Path) -> None:
    loop = b"II*\0\x08\0\0\0" + b"\x01\0" + b"\x3b\x01\x02\0\x04\0\0\0Ana\0" + b"\x08\0\0\0"
    found = opened(tmp_path, loop, "loop.tif")
    assert [part.text for part in found.parts] == ["Ana"]
