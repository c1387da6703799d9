"""PDF (ISO 32000-2): every object, every page with what is hidden on it, every earlier revision.

Texts are read by pdfium, which also draws where it must be proved that a text is not seen; all objects, whatever
refers to them, are read with qpdf. A page that is a picture counts as not read: see ``no-text-layer``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits

_HEAD: Final = 1_024
_MAGIC: Final = b"%PDF-"
_LARGEST: Final = 400 << 20


class _Pdf:
    name = "pdf"
    extensions = ("pdf",)
    needs = ("amends.scan.formats._pdf_reading",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return _MAGIC in stream.read(_HEAD + len(_MAGIC))

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._pdf_reading import read_pdf

        stream.seek(0)
        # Both libraries want the whole file; it is held once, within the memory that a reader may take.
        content = stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UnreadableError("too-large")
        yield from read_pdf(content, limits)


PLUGIN = _Pdf()
