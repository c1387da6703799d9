"""PDF: every page as it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture


class _Pdf:
    name = "pdf"
    formats = ("pdf",)
    needs = ("amends.scan.rendering._pdf_pages",)

    def render(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture]:
        from amends.scan.rendering import _pdf_pages

        return _pdf_pages.pages(stream, limits)


PLUGIN = _Pdf()
