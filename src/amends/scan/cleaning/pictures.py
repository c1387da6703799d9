"""Writes pixels as a PNG (ISO/IEC 15948) or as a PDF of pictures (ISO 32000-2, 8.9.5), and nothing beside them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final

from amends.scan.isolation.events import PictureDrawn

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGB: Final = 2
_DOTS_AN_INCH: Final = 150
_POINTS_AN_INCH: Final = 72


def write_png(path: Path, picture: PictureDrawn) -> None:
    """Write one picture. ``path`` must not exist."""
    line = picture.width * 3
    # Each row begins with its filter: none.
    rows = b"".join(b"\0" + picture.pixels[at : at + line] for at in range(0, len(picture.pixels), line))
    with path.open("xb") as file:
        file.write(_SIGNATURE)
        _chunk(file, b"IHDR", struct.pack(">IIBBBBB", picture.width, picture.height, 8, _RGB, 0, 0, 0))
        _chunk(file, b"IDAT", zlib.compress(rows, 6))
        _chunk(file, b"IEND", b"")


def _chunk(file: BinaryIO, kind: bytes, content: bytes) -> None:
    file.write(struct.pack(">I", len(content)) + kind + content)
    file.write(struct.pack(">I", zlib.crc32(kind + content)))


def write_picture_pdf(path: Path, pictures: Iterable[PictureDrawn]) -> int:
    """Write one page for each picture and return how many. ``path`` must not exist."""
    with path.open("xb") as file:
        document = _Document(file)
        for picture in pictures:
            document.add_page(picture)
        document.end()
        return document.pages


class _Document:
    """Objects in the order of their numbers: catalogue 1, page tree 2, then page, content and picture of each page."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets: dict[int, int] = {}
        self.pages = 0
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add_page(self, picture: PictureDrawn) -> None:
        page = 3 + 3 * self.pages
        self.pages += 1
        width, height = (side * _POINTS_AN_INCH / _DOTS_AN_INCH for side in (picture.width, picture.height))
        drawing = f"{width:.2f} 0 0 {height:.2f} 0 0 cm /P Do".encode()
        self._object(
            page,
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] /Contents {page + 1} 0 R "
            f"/Resources << /XObject << /P {page + 2} 0 R >> >> >>".encode(),
        )
        self._object(page + 1, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing))
        packed = zlib.compress(picture.pixels, 6)
        head = (
            f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /ColorSpace /DeviceRGB "
            f"/BitsPerComponent 8 /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
        )
        self._object(page + 2, head.encode() + packed + b"\nendstream")

    def end(self) -> None:
        kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(self.pages))
        self._object(1, b"<< /Type /Catalog /Pages 2 0 R >>")
        self._object(2, f"<< /Type /Pages /Count {self.pages} /Kids [{kids}] >>".encode())
        start = self._file.tell()
        count = len(self._offsets) + 1
        lines = ["xref", f"0 {count}", "0000000000 65535 f "]
        lines += [f"{self._offsets[number]:010d} 00000 n " for number in range(1, count)]
        lines += ["trailer", f"<< /Size {count} /Root 1 0 R >>", "startxref", str(start), "%%EOF", ""]
        self._file.write("\n".join(lines).encode())

    def _object(self, number: int, content: bytes) -> None:
        self._offsets[number] = self._file.tell()
        self._file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
