"""Every picture in a file, at any depth, large enough for characters to be recognised in it.

What is a picture, the readers of `amends.scan.formats` say: a file that is a picture, and a page of a PDF that is
nothing else. Whatever goes wrong on the way is an unread piece; that the file itself is damaged, its reading says too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from math import sqrt
from typing import BinaryIO, Final

from PIL import Image

from amends.scan.formats.interface import (
    Format,
    UnreadableError,
    UntrustedFile,
    UntrustedPiece,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import Limits
from amends.scan.rendering._image_pixels import pictures
from amends.scan.rendering._pdf_pages import page_at
from amends.scan.rendering.interface import UntrustedPicture
from amends.vocabulary.plugins import import_modules, load_plugins

DRAWN: Final = frozenset({"jpg", "png", "gif", "webp", "tiff", "bmp", "ico", "jp2"})
_NOT_DRAWN: Final = frozenset({"heif"})
_SCAN: Final = "no-text-layer"
_DOTS_AN_INCH: Final = 300
_LEAST_SIDE: Final = 12
"""Pixels; in less no letter can be read by anybody."""
_GOOD_SIDE: Final = 2_000
"""Pixels; what is smaller was made for a screen, where letters are too small for the recognition."""
_MOST_ENLARGED: Final = 3

# Nothing can be imported once the process has given up opening files.
_FORMATS: Final[tuple[Format, ...]] = tuple(
    sorted(load_plugins("amends.scan.formats").values(), key=lambda reader: (reader.rank, reader.name))
)
_MISSING: Final[set[str]] = set()
for _reader in _FORMATS:
    try:
        import_modules(_reader.needs)
    except ImportError:
        _MISSING.add(_reader.name)
# What libraries import only when it is asked for (`amends.scan.isolation.fork_server`).
for _late in ("numpy.ma", "numpy.strings", "numpy.rec"):
    with contextlib.suppress(ImportError):
        import_modules((_late,))

Steps = tuple[str, ...]
Found = Iterator[UntrustedPicture | UntrustedUnread]


def pictures_within(stream: BinaryIO, limits: Limits) -> Found:
    """Yield every picture with its place, and every place in which one could not be drawn."""
    yield from _Search(limits).open(stream, "", (), "")


def _moves(stream: BinaryIO) -> bool:
    """Say whether a picture is an animation, of which the first picture alone is drawn."""
    stream.seek(0)
    with Image.open(stream) as image:
        return image.format in ("GIF", "PNG", "WEBP") and getattr(image, "n_frames", 1) > 1


class _Search:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = 0
        self._files = 0
        self._bytes = 0

    def open(self, stream: BinaryIO, extension: str, where: Steps, hidden: str) -> Found:
        try:
            reader = self._recognised(stream, extension)
            if reader is None or reader.name in _MISSING:
                return
            if reader.name in DRAWN:
                yield from self._picture(stream, where, hidden)
            elif reader.name in _NOT_DRAWN:
                yield UntrustedUnread(" ! ".join(where), "not-drawn")
            stream.seek(0)
            yield from self._pieces(reader.read(stream, self._limits), stream, where, hidden)
        except UnreadableError as problem:
            yield UntrustedUnread(" ! ".join(where), problem.code, problem.amount)
        except (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException:  # noqa: BLE001 - Rust's panics are no Exception; a message may hold data
            yield UntrustedUnread(" ! ".join(where), "reader-failed")

    def _recognised(self, stream: BinaryIO, extension: str) -> Format | None:
        for reader in _FORMATS:
            stream.seek(0)
            if reader.recognise(stream, extension):
                return reader
        return None

    def _pieces(self, pieces: Iterable[UntrustedPiece], stream: BinaryIO, where: Steps, hidden: str) -> Found:
        for piece in pieces:
            if isinstance(piece, UntrustedTable):
                with contextlib.suppress(UnreadableError):  # its reading says so
                    for _ in piece.rows:
                        pass
            elif isinstance(piece, UntrustedFile):
                yield from self._inner(piece, where, hidden)
            elif isinstance(piece, UntrustedUnread) and piece.code == _SCAN:
                yield from self._page(stream, piece.where, where, hidden)

    def _inner(self, file: UntrustedFile, where: Steps, hidden: str) -> Found:
        self._files += 1
        self._bytes += len(file.content)
        place = where + file.where
        if self._depth >= self._limits.depth:
            yield UntrustedUnread(" ! ".join(place), "too-deep")
            return
        if self._files > self._limits.files or self._bytes > self._limits.package_bytes:
            raise UnreadableError("too-large")
        self._depth += 1
        try:
            yield from self.open(BytesIO(file.content), file.extension, place, file.hidden or hidden)
        finally:
            self._depth -= 1

    def _picture(self, stream: BinaryIO, where: Steps, hidden: str) -> Found:
        stream.seek(0)
        for number, picture in enumerate(pictures(stream, self._limits), 1):
            place = (*where, f"page {number}") if number > 1 else where
            if min(picture.width, picture.height) >= _LEAST_SIDE:
                yield self._enlarged(picture)._replace(where=place, hidden=hidden)
        if _moves(stream):
            yield UntrustedUnread(" ! ".join((*where, "later pictures of the animation")), "not-drawn")

    def _page(self, stream: BinaryIO, page: str, where: Steps, hidden: str) -> Found:
        number = page.rpartition(" ")[2]
        if number.isdecimal():
            stream.seek(0)
            picture = page_at(stream, int(number) - 1, _DOTS_AN_INCH, self._limits)
            yield picture._replace(where=(*where, page), hidden=hidden)

    def _enlarged(self, picture: UntrustedPicture) -> UntrustedPicture:
        room = sqrt(self._limits.pixels / (picture.width * picture.height))
        times = int(min(_MOST_ENLARGED, room, _GOOD_SIDE / max(picture.width, picture.height)))
        if times < 2:
            return picture
        image = Image.frombytes("RGB", (picture.width, picture.height), picture.pixels)
        larger = image.resize((picture.width * times, picture.height * times), Image.Resampling.BICUBIC)
        return UntrustedPicture(larger.width, larger.height, larger.tobytes())
