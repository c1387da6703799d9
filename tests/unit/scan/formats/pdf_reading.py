"""Reads small PDF files in this process, piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from amends.scan.formats import pdf as pdf_format
from amends.scan.formats.interface import UntrustedFile, UntrustedPart, UntrustedUnread
from amends.scan.limits import DEFAULT_LIMITS
from tests.samples.hiding.pdf_building import document, saved
from tests.samples.hiding.sample import PLANTED


def read(content: bytes) -> tuple[list[UntrustedPart], list[UntrustedUnread], list[UntrustedFile]]:
    """Return the parts, what was not read, and the files inside."""
    parts: list[UntrustedPart] = []
    unread: list[UntrustedUnread] = []
    files: list[UntrustedFile] = []
    for piece in pdf_format.PLUGIN.read(BytesIO(content), DEFAULT_LIMITS):
        if isinstance(piece, UntrustedPart):
            parts.append(piece)
        elif isinstance(piece, UntrustedUnread):
            unread.append(piece)
        else:
            assert isinstance(piece, UntrustedFile)
            files.append(piece)
    return parts, unread, files


def page_with(content: bytes, change: Callable[[pikepdf.Pdf, Any], None] | None = None) -> bytes:
    """Return a file of one page with these operators on it."""
    made, page = document(content)
    if change is not None:
        change(made, page)
    return saved(made)


def form(pdf: pikepdf.Pdf, page: Any, content: bytes, **entries: Any) -> Any:
    """Return a form that draws this content."""
    return pdf.make_stream(
        content,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(Font=page.Resources.Font),
        **entries,
    )


def why_hidden(content: bytes, text: str = PLANTED) -> set[str]:
    """Return the kinds of hiding of the parts in which the text stands, "" where it is seen."""
    return {part.hidden for part in read(content)[0] if text in part.text and part.kind == "page-text"}
