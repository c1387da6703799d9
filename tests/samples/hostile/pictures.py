"""Pictures of impossible sizes, with loops for directories and lengths that lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from tests.samples.hiding import image
from tests.samples.hostile.sample import MIB, PLANTED, HostileSample

_SAID = PLANTED.encode()


def _png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (1, 1)) -> bytes:
    head = struct.pack(">LLBBBBB", *size, 8, 2, 0, 0, 0)
    listed = ((b"IHDR", head), *chunks, (b"IDAT", zlib.compress(b"\0\0\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
        for kind, content in listed
    )


def _text_chunk() -> tuple[bytes, bytes]:
    return b"tEXt", b"Comment\0" + _SAID


def _png_of_impossible_size() -> bytes:
    return _png(_text_chunk(), size=(0x7FFFFFFF, 0x7FFFFFFF))


def _png_text_bomb() -> bytes:
    packed = zlib.compress(_SAID + b" " * (64 * MIB), 9)
    return _png((b"zTXt", b"Comment\0\0" + packed))


def _png_profile_bomb() -> bytes:
    return _png(_text_chunk(), (b"iCCP", b"x\0\0" + zlib.compress(b" " * (64 * MIB), 9)))


def _png_length_lies() -> bytes:
    content = _png(_text_chunk())
    at = content.index(b"tEXt") - 4
    return content[:at] + b"\x7f\xff\xff\xff" + content[at + 4 :]


def _png_many_chunks() -> bytes:
    return _png(_text_chunk(), *(((b"tEXt", b"a\0b"),) * 20_000))


def _tiff(entries: bytes, following: int, behind: bytes = b"") -> bytes:
    count = len(entries) // 12
    return b"II*\0" + struct.pack("<LH", 8, count) + entries + struct.pack("<L", following) + behind


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHLL", tag, kind, count, value)


_BEHIND = 8 + 2 + 12 * 3 + 4


def _tiff_with(*entries: bytes, following: int = 0, behind: bytes = b"") -> Callable[[], bytes]:
    described = _entry(270, 2, len(_SAID) + 1, _BEHIND)
    sizes = (_entry(256, 3, 1, 1), _entry(257, 3, 1, 1))
    listed = (described, *entries, *sizes)[:3]
    return lambda: _tiff(b"".join(listed), following, _SAID + b"\0" + behind)


def _tiff_chain() -> bytes:
    """Directories one behind another, fifty thousand of them."""
    body = bytearray(_tiff_with(following=4_096)())
    body += bytes(4_096 - len(body))
    for number in range(50_000):
        body += struct.pack("<HHHLLL", 1, 256, 3, 1, 1, 4_096 + 18 * (number + 1))
    return bytes(body)


def _jpeg(*segments: bytes) -> bytes:
    plain = image.picture("JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def _segment(marker: int, content: bytes, length: int | None = None) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2 if length is None else length) + content


def _jpeg_with_exif(tiff: bytes) -> bytes:
    return _jpeg(_segment(0xFE, _SAID), _segment(0xE1, b"Exif\0\0" + tiff))


def _jpeg_length_lies() -> bytes:
    return _jpeg(_segment(0xFE, _SAID), _segment(0xE1, b"Exif\0\0", 0xFFFF))


def _jpeg_length_of_nothing() -> bytes:
    return _jpeg(_segment(0xFE, _SAID), _segment(0xE1, b"", 0))


def _jpeg_in_jpeg() -> bytes:
    """A thumbnail in a thumbnail, as deep as a segment holds it."""
    content = _jpeg(_segment(0xFE, _SAID))
    for _ in range(30):
        tiff = _tiff(_entry(513, 4, 1, 38) + _entry(514, 4, 1, len(content)), 0)
        content = _jpeg(_segment(0xE1, (b"Exif\0\0" + tiff + content)[:65_000]))
    return content


def _gif_many_comments() -> bytes:
    plain = image.picture("GIF")
    comment = b"\x21\xfe" + bytes([len(_SAID)]) + _SAID + b"\0"
    return plain[:-1] + comment * 10_000 + b";"


def _gif_without_end() -> bytes:
    plain = image.picture("GIF")
    return plain[:-1] + b"\x21\xfe" + (bytes([255]) + b"x" * 255) * 8_000 + _SAID


def _webp_length_lies() -> bytes:
    content = bytearray(image.picture("WEBP") + _SAID)
    struct.pack_into("<L", content, 4, 0xFFFFFFFF)
    struct.pack_into("<L", content, 16, 0xFFFFFFFE)
    return bytes(content)


def _boxes(depth: int) -> bytes:
    content = _SAID
    for _ in range(depth):
        content = struct.pack(">L", len(content) + 8) + b"moov" + content
    return struct.pack(">L", 24) + b"ftypheic\0\0\0\0mif1heic" + content


def _box_of_nothing() -> bytes:
    return _boxes(0)[:24] + struct.pack(">L", 1) + b"meta" + struct.pack(">Q", 3) + _SAID


def _box_beyond_all() -> bytes:
    return _boxes(0)[:24] + struct.pack(">L", 1) + b"meta" + struct.pack(">Q", 1 << 63) + _SAID


def _full_box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body) + 8) + kind + body


def _items_of_millions() -> bytes:
    items = _full_box(b"iinf", b"\1\0\0\0" + b"\xff" * 4) + _full_box(
        b"iloc", b"\2\0\0\0\x44\x40" + b"\xff" * 4 + b"\0" * 64
    )
    return _boxes(0)[:24] + _full_box(b"meta", b"\0\0\0\0" + items) + _full_box(b"free", _SAID)


def _icon_of_itself() -> bytes:
    entry = struct.pack("<BBBBHHLL", 1, 1, 0, 0, 1, 24, 0xFFFFFFFF, 0)
    return struct.pack("<HHH", 0, 1, 60_000) + entry * 60_000 + _SAID


def _records_of_nothing() -> bytes:
    head = bytearray(108)
    struct.pack_into("<LL", head, 0, 1, 108)
    head[40:44] = b" EMF"
    return bytes(head) + struct.pack("<LL", 70, 0) + _SAID


SAMPLES = (
    HostileSample("two thousand million pixels each way", "png", _png_of_impossible_size),
    HostileSample("a text that blows up", "png", _png_text_bomb),
    HostileSample("a profile that blows up", "png", _png_profile_bomb),
    HostileSample("a length that lies", "png", _png_length_lies),
    HostileSample("twenty thousand texts", "png", _png_many_chunks),
    HostileSample("a directory that comes after itself", "tiff", _tiff_with(following=8)),
    HostileSample("a directory inside itself", "tiff", _tiff_with(_entry(330, 4, 1, 8))),
    HostileSample("camera data inside themselves", "tiff", _tiff_with(_entry(34665, 4, 1, 8))),
    HostileSample("a value of two thousand million", "tiff", _tiff_with(_entry(271, 2, 0x7FFFFFFF, 8))),
    HostileSample("a value beyond the end", "tiff", _tiff_with(_entry(271, 2, 100, 0x7FFFFFFF))),
    HostileSample("fifty thousand directories", "tiff", _tiff_chain),
    HostileSample(
        "camera data that go in a circle", "jpg", lambda: _jpeg_with_exif(_tiff_with(following=8)())
    ),
    HostileSample(
        "camera data inside themselves", "jpg", lambda: _jpeg_with_exif(_tiff_with(_entry(34665, 4, 1, 8))())
    ),
    HostileSample("a length that lies", "jpg", _jpeg_length_lies),
    HostileSample("a length of nothing", "jpg", _jpeg_length_of_nothing),
    HostileSample("pictures in pictures", "jpg", _jpeg_in_jpeg, ""),
    HostileSample("ten thousand comments", "gif", _gif_many_comments),
    HostileSample("a comment without end", "gif", _gif_without_end),
    HostileSample("lengths that lie", "webp", _webp_length_lies),
    HostileSample("boxes ten thousand deep", "heic", lambda: _boxes(10_000)),
    HostileSample("a box shorter than its head", "heic", _box_of_nothing),
    HostileSample("a box beyond all files", "heic", _box_beyond_all),
    HostileSample("four thousand million items", "heic", _items_of_millions),
    HostileSample("sixty thousand icons of four thousand million bytes", "ico", _icon_of_itself),
    HostileSample("records of nothing", "emf", _records_of_nothing),
)
