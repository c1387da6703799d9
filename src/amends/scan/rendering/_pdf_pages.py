"""Pages of a PDF as pixels, by pdfium."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import BinaryIO, Final

import pypdfium2

from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture

_POINTS_AN_INCH: Final = 72
_DOTS_AN_INCH: Final = 150
_WITHIN: Final = 0.99


def pages(stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture]:
    """Yield the pages at 150 dots an inch, forms and annotations drawn as a reader shows them."""
    document = _opened(stream)
    for number in range(len(document)):
        yield _drawn(document, number, _DOTS_AN_INCH / _POINTS_AN_INCH, limits)


def page_at(stream: BinaryIO, index: int, dots_an_inch: int, limits: Limits) -> UntrustedPicture:
    """Return one page, drawn with fewer dots where so many would be too many pixels. Raises `UnreadableError`."""
    document = _opened(stream)
    if not 0 <= index < len(document):
        raise UnreadableError("corrupt")
    width, height = document.get_page_size(index)
    if not (width > 0 and height > 0):
        raise UnreadableError("corrupt")
    room = sqrt(limits.pixels / (width * height)) * _WITHIN
    return _drawn(document, index, min(dots_an_inch / _POINTS_AN_INCH, room), limits)


def _opened(stream: BinaryIO) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(stream.read())
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("corrupt") from error
    document.init_forms()
    return document


def _drawn(document: pypdfium2.PdfDocument, index: int, scale: float, limits: Limits) -> UntrustedPicture:
    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("corrupt") from error
    width, height = page.get_size()
    if not 0 < width * scale * height * scale <= limits.pixels:
        raise UnreadableError("too-large")
    bitmap = page.render(scale=scale, rev_byteorder=True)
    if bitmap.mode != "RGB":
        raise UnreadableError("reader-failed")
    content, line = bytes(bitmap.buffer), bitmap.width * 3
    # Rows may be padded.
    rows = (content[at : at + line] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))
    picture = UntrustedPicture(bitmap.width, bitmap.height, b"".join(rows))
    page.close()
    return picture
