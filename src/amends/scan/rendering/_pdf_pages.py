"""Pages of a PDF as pixels, by pdfium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import pypdfium2

from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture

_POINTS_AN_INCH: Final = 72
_DOTS_AN_INCH: Final = 150


def pages(stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture]:
    """Yield the pages at 150 dots an inch, forms and annotations drawn as a reader shows them."""
    try:
        document = pypdfium2.PdfDocument(stream.read())
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("corrupt") from error
    document.init_forms()
    scale = _DOTS_AN_INCH / _POINTS_AN_INCH
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        if not 0 < width * scale * height * scale <= limits.pixels:
            raise UnreadableError("too-large")
        bitmap = page.render(scale=scale, rev_byteorder=True)
        if bitmap.mode != "RGB":
            raise UnreadableError("reader-failed")
        content, line = bytes(bitmap.buffer), bitmap.width * 3
        # Rows may be padded.
        rows = (content[at : at + line] for at in range(0, bitmap.height * bitmap.stride, bitmap.stride))
        yield UntrustedPicture(bitmap.width, bitmap.height, b"".join(rows))
        page.close()
