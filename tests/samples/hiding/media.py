"""Sound, film and pictures of JPEG 2000 with something beside what is heard and seen."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from tests.samples.formats.jp2 import picture
from tests.samples.formats.mp3 import frame, old_tag, tag
from tests.samples.formats.mp4 import box, film, item, listed
from tests.samples.hiding.sample import PLANTED, HidingSample

_RAW = PLANTED.encode()


def _sample(
    hidden: str, extension: str, build: Callable[[bool], bytes], where: str = "", planted: str = PLANTED
) -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        path.write_bytes(build(plant))

    return HidingSample(hidden, extension, write, planted, where)


def _frames(*frames: bytes) -> Callable[[bool], bytes]:
    return lambda plant: tag(*(frames if plant else (frame("TLEN", b"\0007"),)))


def _movie(*boxes: bytes) -> Callable[[bool], bytes]:
    return lambda plant: film(*(boxes if plant else ()))


def _in_picture(hidden_box: bytes) -> Callable[[bool], bytes]:
    return lambda plant: picture(hidden_box) if plant else picture()


_PLACE = bytes(4) + b"\x15\xc7" + _RAW + b"\0\0" + struct.pack(">iii", 7 << 16, 52 << 16, 0) + b"earth\0\0"
_ISO_PLACE = "+52.5000+007.2500/"
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + b"<x><a>" + _RAW + b"</a></x>"
_WIDE = b"\1" + ("\ufeff" + PLANTED).encode("utf-16-le")

SAMPLES = (
    _sample("media-metadata", "mp3", _frames(frame("TIT2", _WIDE)), "title"),
    _sample("media-metadata", "mp3", _frames(frame("COMM", b"\3eng\0" + _RAW)), "comment"),
    _sample("media-metadata", "mp3", _frames(frame("PRIV", b"owner\0" + _RAW)), "PRIV"),
    _sample("media-metadata", "mp3", lambda plant: tag() + old_tag(PLANTED if plant else "x"), "ID3v1"),
    _sample("link-address", "mp3", _frames(frame("WXXX", b"\0\0" + _RAW))),
    _sample("embedded-file", "mp3", _frames(frame("GEOB", b"\0text/plain\0note.txt\0\0" + _RAW)), "object"),
    _sample("bytes-outside", "mp3", lambda plant: tag(frame("TLEN", b"\0007"), bytes(40) + _RAW * plant)),
    _sample("media-metadata", "mp4", _movie(listed(item(b"\xa9cmt", PLANTED))), "comment"),
    _sample("media-metadata", "m4a", _movie(box(b"udta", box(b"cprt", bytes(6), _RAW)))),
    _sample("media-location", "mp4", _movie(box(b"udta", box(b"loci", _PLACE)))),
    _sample(
        "media-location",
        "mov",
        _movie(box(b"udta", box(b"\xa9xyz", struct.pack(">HH", 18, 0), _ISO_PLACE.encode()))),
        planted=_ISO_PLACE,
    ),
    _sample("bytes-outside", "mp4", _movie(box(b"free", _RAW))),
    _sample("image-metadata", "mp4", _movie(box(b"uuid", _XMP)), "XMP"),
    _sample("image-metadata", "jp2", _in_picture(box(b"xml ", b"<a>" + _RAW + b"</a>")), "XML"),
    _sample("image-metadata", "jp2", _in_picture(box(b"uuid", _XMP)), "XMP"),
    _sample("link-address", "jp2", _in_picture(box(b"uinf", box(b"url ", bytes(4), _RAW, b"\0")))),
    _sample("image-text", "jp2", lambda plant: picture(comment=PLANTED if plant else "x")),
    _sample("trailing-data", "jp2", lambda plant: picture() + _RAW * plant),
)
