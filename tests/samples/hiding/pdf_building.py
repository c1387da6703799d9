"""Builds small PDF files with pikepdf: pages out of content streams, and whatever hangs on them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.samples.hiding.sample import PLANTED

VISIBLE = b"BT /F 12 Tf 72 720 Td (Report on the harbour) Tj ET\n"
Build = Callable[[Path, bool], None]
Change = Callable[[pikepdf.Pdf, Any], None]


def shown(text: str = PLANTED, at: str = "72 600", before: str = "", size: float = 12) -> bytes:
    """Return the operators that show a text."""
    return f"BT {before} /F {size} Tf {at} Td ({text}) Tj ET\n".encode()


def document(content: bytes) -> tuple[pikepdf.Pdf, Any]:
    """Return a document of one page, and the page."""
    pdf = pikepdf.Pdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page = pdf.add_blank_page(page_size=(595, 842))
    page.obj.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    page.obj.Contents = pdf.make_stream(VISIBLE + content)
    return pdf, page.obj


def pages(hiding: bytes, plain: bytes, change: Change | None = None) -> Build:
    """Return a builder of two files whose pages differ; ``change`` is made to both."""

    def build(path: Path, hide: bool) -> None:
        pdf, page = document(hiding if hide else plain)
        if change is not None:
            change(pdf, page)
        pdf.save(path)

    return build


def added(change: Change) -> Build:
    """Return a builder of a file with something added to it, and without."""

    def build(path: Path, hide: bool) -> None:
        pdf, page = document(b"")
        if hide:
            change(pdf, page)
        pdf.save(path)

    return build


def annotated(pdf: pikepdf.Pdf, page: Any, **entries: Any) -> Any:
    """Put an annotation on the page."""
    annotation = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=[70, 590, 400, 615], **entries))
    if "/Annots" not in page:
        page.Annots = Array([])
    page.Annots.append(annotation)
    return annotation


def saved(pdf: pikepdf.Pdf) -> bytes:
    """Return the file's bytes."""
    written = BytesIO()
    pdf.save(written, static_id=True)
    return written.getvalue()


def appended(content: bytes, number: int, body: bytes) -> bytes:
    """Return the file with a true revision behind it in which one object is another (ISO 32000-2, 7.5.6)."""
    previous = int(content.rsplit(b"startxref", 1)[1].split()[0])
    with pikepdf.open(BytesIO(content)) as pdf:
        root, size = pdf.Root.objgen[0], len(pdf.objects) + 1
    at = len(content)
    change = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = at + len(change)
    return (
        content
        + change
        + (
            b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            % (number, at, size, root, previous, table)
        )
    )
