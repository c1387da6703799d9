"""Sound and film say what they are, who made them and where; that nobody has listened to them is said as well."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile
from tests.samples.formats.mp3 import SOUND, frame, tag
from tests.samples.formats.mp4 import box, film, item, listed
from tests.samples.hiding.image import picture


def opened(folder: Path, name: str, content: bytes) -> OpenedFile:
    path = folder / name
    path.write_bytes(content)
    return open_file(path)


def codes(file: OpenedFile) -> list[str]:
    return [item.code for item in file.skipped]


@pytest.mark.parametrize(
    ("name", "content"),
    [("talk.mp3", tag() + SOUND), ("talk.mp3", SOUND), ("talk.mp4", film(behind=box(b"mdat", b"Zzcanary")))],
)
def test_what_is_said_and_shown_counts_as_not_read(name: str, content: bytes, tmp_path: Path) -> None:
    assert codes(opened(tmp_path, name, content)) == ["not-transcribed"]


def test_the_picture_of_an_album_is_opened(tmp_path: Path) -> None:
    cover = frame("APIC", b"\0image/jpeg\0\3Zzcanary front\0" + picture("JPEG"))
    found = opened(tmp_path, "talk.mp3", tag(cover))
    assert [format.format for format in found.formats] == ["mp3", "jpg"]
    assert "Zzcanary front" in [part.text for part in found.parts]
    held = box(b"covr", box(b"data", struct.pack(">II", 13, 0), picture("JPEG")))
    assert [one.format for one in opened(tmp_path, "talk.m4a", film(listed(held))).formats] == ["mp4", "jpg"]


def test_a_compressed_frame_is_unpacked(tmp_path: Path) -> None:
    packed = struct.pack(">I", 9) + zlib.compress(b"\3Zzcanary")
    found = opened(tmp_path, "talk.mp3", tag(frame("TIT2", packed, 0x0080)))
    assert [part.text for part in found.parts] == ["Zzcanary"]


def test_an_encrypted_frame_and_one_that_breaks_off_are_not_read(tmp_path: Path) -> None:
    assert codes(opened(tmp_path, "a.mp3", tag(frame("TIT2", b"\3x", 0x0040)))) == ["password-protected"]
    assert codes(opened(tmp_path, "b.mp3", tag(frame("TIT2", b"\3x" * 20)[:-9]))) == ["corrupt"]


def test_where_a_film_of_a_telephone_was_made_is_read(tmp_path: Path) -> None:
    key = b"com.apple.quicktime.location.ISO6709"
    keys = box(b"keys", struct.pack(">II", 0, 1), box(b"mdta", key))
    place = item(struct.pack(">I", 1), "+52.5000+007.2500/")
    meta = box(b"meta", box(b"hdlr", bytes(25)), keys, box(b"ilst", place))
    (part,) = opened(tmp_path, "film.mov", film(meta)).parts
    assert (part.hidden, part.text) == ("media-location", "+52.5000+007.2500/")
    assert "location.ISO6709" in str(part.provenance)


def test_boxes_inside_boxes_without_end_are_reported(tmp_path: Path) -> None:
    nested = b""
    for _ in range(40):
        nested = box(b"udta", nested)
    assert "too-deep" in codes(opened(tmp_path, "deep.mp4", film(nested)))
