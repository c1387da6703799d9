"""Pages of a PDF as pixels, by pdfium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np
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
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        # Four bytes a pixel, the last unused; rows may be padded.
        rows = np.asarray(bitmap.to_numpy())[:, :, :3]
        yield UntrustedPicture(int(rows.shape[1]), int(rows.shape[0]), np.ascontiguousarray(rows).tobytes())
        page.close()
