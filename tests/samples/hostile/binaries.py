"""Old office files, databases and tables of columns whose chains are circles and whose lengths lie."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats import doc, msg, ole, parquet, ppt, sqlite, xls
from tests.samples.formats.sample import PEOPLE, Sample
from tests.samples.hostile.sample import Builder, HostileSample

_LONG = Sample(PEOPLE.columns, PEOPLE.rows * 2_000)
Change = Callable[[bytearray], None]


def _changed(builder: Builder, change: Change, sample: Sample = PEOPLE) -> Callable[[], bytes]:
    def build() -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "sample"
            builder.build(path, sample)
            content = bytearray(path.read_bytes())
        change(content)
        return bytes(content)

    return build


def _first_table(content: bytearray) -> int:
    return 512 * (1 + int.from_bytes(content[76:80], "little"))


def _chains_in_circles(content: bytearray) -> None:
    """Every sector is followed by the first one ([MS-CFB] 2.3)."""
    at = _first_table(content)
    for place in range(at, at + 512, 4):
        if struct.unpack_from("<L", content, place)[0] < 0xFFFFFFF0:
            struct.pack_into("<L", content, place, 0)


def _chains_of_themselves(content: bytearray) -> None:
    at = _first_table(content)
    for number in range(128):
        struct.pack_into("<L", content, at + 4 * number, number)


def _directory_in_a_circle(content: bytearray) -> None:
    """Siblings and children point at the first entry again ([MS-CFB] 2.6)."""
    at = 512 * (1 + struct.unpack_from("<L", content, 48)[0])
    for entry in range(at, min(at + 512, len(content) - 128), 128):
        struct.pack_into("<LLL", content, entry + 68, 0, 1, 1)


def _streams_of_everything(content: bytearray) -> None:
    at = 512 * (1 + struct.unpack_from("<L", content, 48)[0])
    for entry in range(at, min(at + 512, len(content) - 128), 128):
        struct.pack_into("<Q", content, entry + 120, 0x7FFFFFFF)


def _tables_of_millions(content: bytearray) -> None:
    struct.pack_into("<L", content, 44, 0x7FFFFFFF)
    struct.pack_into("<LL", content, 68, 0, 0x7FFFFFFF)


def _sectors_of_any_size(content: bytearray) -> None:
    struct.pack_into("<HH", content, 30, 31, 31)


_COMPOUND: dict[str, Change] = {
    "chains that go in a circle": _chains_in_circles,
    "chains of themselves": _chains_of_themselves,
    "a directory that goes in a circle": _directory_in_a_circle,
    "streams of two thousand million bytes": _streams_of_everything,
    "tables of two thousand million sectors": _tables_of_millions,
    "sectors of two thousand million bytes": _sectors_of_any_size,
}
_COMPOUND_FORMATS: dict[str, Builder] = {"doc": doc, "xls": xls, "ppt": ppt, "msg": msg, "ole": ole}


def _footer_length(length: int) -> Change:
    def change(content: bytearray) -> None:
        struct.pack_into("<L", content, len(content) - 8, length)

    return change


def _footer_of_ones(content: bytearray) -> None:
    (length,) = struct.unpack_from("<L", content, len(content) - 8)
    content[len(content) - 8 - length : len(content) - 8] = b"\xff" * length


def _pages(change: Callable[[bytearray, int], None]) -> Change:
    """Change each page of a database (SQLite file format, 1.6)."""

    def whole(content: bytearray) -> None:
        size = struct.unpack_from(">H", content, 16)[0]
        for at in range(size, len(content), size):
            change(content, at)

    return whole


def _inner_page_of_itself(content: bytearray, at: int) -> None:
    size = struct.unpack_from(">H", content, 16)[0]
    number = at // size + 1
    content[at : at + 12] = struct.pack(">BHHHBL", 5, 0, 0, 0, 0, number)


def _cells_anywhere(content: bytearray, at: int) -> None:
    struct.pack_into(">H", content, at + 3, 0xFFFF)


def _lengths_of_cells(content: bytearray, at: int) -> None:
    size = struct.unpack_from(">H", content, 16)[0]
    for cell in range(min(4, struct.unpack_from(">H", content, at + 3)[0])):
        place = struct.unpack_from(">H", content, at + 8 + 2 * cell)[0]
        if place < size - 9:
            content[at + place : at + place + 9] = b"\xff" * 9


def _free_pages_in_a_circle(content: bytearray) -> None:
    struct.pack_into(">LL", content, 32, 2, 0x7FFFFFFF)
    size = struct.unpack_from(">H", content, 16)[0]
    struct.pack_into(">LL", content, size, 2, 0xFFFFFFFF)


def _page_size_of_nothing(content: bytearray) -> None:
    struct.pack_into(">H", content, 16, 0)


def _many_storages() -> bytes:
    tree: dict[str, object] = {"bottom": b"Zzcanary planted A200000079"}
    for level in range(200):
        tree = {f"s{level}": tree}
    return compound_bytes(tree)  # type: ignore[arg-type]


SAMPLES = (
    *(
        HostileSample(title, extension, _changed(builder, change), getattr(builder, "PLANTED_TEXT", "Boris"))
        for title, change in _COMPOUND.items()
        for extension, builder in _COMPOUND_FORMATS.items()
    ),
    HostileSample("storages two hundred deep", "ole", _many_storages),
    HostileSample(
        "a footer longer than the file", "parquet", _changed(parquet, _footer_length(0x7FFFFFFF)), "Boris"
    ),
    HostileSample("a footer of nothing", "parquet", _changed(parquet, _footer_length(0)), "Boris"),
    HostileSample("a footer of ones", "parquet", _changed(parquet, _footer_of_ones), "Boris"),
    HostileSample(
        "pages that are above themselves", "sqlite", _changed(sqlite, _pages(_inner_page_of_itself)), "Boris"
    ),
    HostileSample(
        "pages of sixty thousand cells", "sqlite", _changed(sqlite, _pages(_cells_anywhere)), "Boris"
    ),
    HostileSample(
        "cells longer than all files", "sqlite", _changed(sqlite, _pages(_lengths_of_cells)), "Boris"
    ),
    HostileSample(
        "free pages that go in a circle", "sqlite", _changed(sqlite, _free_pages_in_a_circle), "Boris"
    ),
    HostileSample("pages of no size", "sqlite", _changed(sqlite, _page_size_of_nothing), "Boris"),
    HostileSample(
        "pages that are above themselves, many of them",
        "sqlite",
        _changed(sqlite, _pages(_inner_page_of_itself), _LONG),
        "Boris",
    ),
)
