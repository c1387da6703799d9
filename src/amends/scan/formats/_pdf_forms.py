"""Texts of content that may be on no page: each becomes a page of a document of its own, which pdfium then reads."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, NamedTuple

import pikepdf

from amends.scan.formats._pdf_pages import bare_text
from amends.scan.formats._pdf_pdfium import opened
from amends.scan.formats._pdf_streams import Form
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedUnread

_AT_ONCE: Final = 100
_PAGE: Final = (10_000, 10_000)
_COPIED: Final = ("/Filter", "/DecodeParms")


class DrawnText(NamedTuple):
    """A form and its text."""

    form: Form
    text: str


def texts_of(forms: list[Form], fallback: Any) -> Iterator[DrawnText | UntrustedUnread]:
    """Yield the text of each form that has one; ``fallback``: resources for content that brings none."""
    for start in range(0, len(forms), _AT_ONCE):
        batch = forms[start : start + _AT_ONCE]
        try:
            with opened(_as_pages(batch, fallback)) as document:
                for position, form in enumerate(batch):
                    text = _text(document, position)
                    if text.strip():
                        yield DrawnText(form, text)
        except (UnreadableError, pikepdf.PdfError):
            yield UntrustedUnread("content beside the pages", "corrupt", len(batch))


def _text(document: Any, position: int) -> str:
    try:
        return bare_text(document, position)
    except UnreadableError:
        return ""


def _as_pages(batch: list[Form], fallback: Any) -> bytes:
    target = pikepdf.Pdf.new()
    for form in batch:
        page = target.add_blank_page(page_size=_PAGE)
        resources = form.resources if form.resources is not None else fallback
        if resources is not None:
            page.obj["/Resources"] = _copied(target, resources)
        content = pikepdf.Stream(target, form.stream.read_raw_bytes())
        for name in _COPIED:
            value = form.stream.get(name)
            if value is not None:
                content[name] = _copied(target, value)
        page.obj["/Contents"] = target.make_indirect(content)
    written = BytesIO()
    target.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return written.getvalue()


def _copied(target: pikepdf.Pdf, value: Any) -> Any:
    if not isinstance(value, pikepdf.Object):
        return value
    if value.is_indirect:
        return target.copy_foreign(value)
    if isinstance(value, pikepdf.Dictionary):
        return pikepdf.Dictionary({name: _copied(target, item) for name, item in value.items()})
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array([_copied(target, item) for item in value])
    return value


def part_of(found: DrawnText, text: str) -> UntrustedPart:
    """Return the piece for the lines of a form that no page shows."""
    place = found.form.place
    return UntrustedPart(place.way or ("document",), "drawn-text", place.hidden or "unshown-text", text)
