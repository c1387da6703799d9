"""Pages and their objects as pdfium sees them: a thin, bounded layer over its C interface.

Pdfium is not safe with threads and loads nothing after it has drawn one page, so one page is drawn when this
module is imported. Every object and every page opened here is closed by its context manager.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from amends.scan.formats.interface import UnreadableError

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own coordinates (points before the page is turned)."""
Matrix = tuple[float, float, float, float, float, float]
Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Words = np.ndarray[Any, np.dtype[np.uint32]]

IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_WRONG_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_WRONG_SECURITY: Final = 5  # FPDF_ERR_SECURITY
_WHITE: Final = 0xFFFFFFFF
_BGRX: Final = 3  # FPDFBitmap_BGRx
_ANNOTATIONS: Final = 0x01  # FPDF_ANNOT
_REMOVE_SECURITY: Final = 3  # FPDF_REMOVE_SECURITY
_WARMING: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
    b"/Subtype/Type1/BaseFont/Helvetica>>/G<</Type/Font/Subtype/TrueType/BaseFont/Other>>>>>>>>endobj\n"
    b"4 0 obj<</Length 68>>stream\nBT /F 9 Tf 9 9 Td (warm) Tj /G 9 Tf (up) Tj ET 0 0 5 5 re f         \nendstream\n"
    b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


class Bitmap(NamedTuple):
    """A part of the page as it is drawn: pixels, and how a point of the page becomes one of them."""

    pixels: Pixels
    to_pixel: Matrix
    words: Words
    """The same pixels, each as one number, to be compared at once."""


def address_of(handle: Any) -> int:
    """Return the address behind a handle of pdfium's, 0 where there is none (a cast would cost ten times as much)."""
    return ctypes.addressof(handle.contents) if handle else 0


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """Yield the document. Raises `UnreadableError`: ``password-protected`` or ``corrupt``."""
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        wrong = pdfium.FPDF_GetLastError()
        raise UnreadableError(
            "password-protected" if wrong in (_WRONG_PASSWORD, _WRONG_SECURITY) else "corrupt"
        )
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


@contextmanager
def opened_page(document: Any, index: int) -> Iterator[Any]:
    """Yield a page, 0-based. Raises `UnreadableError` ``corrupt`` where there is none."""
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        raise UnreadableError("corrupt")
    try:
        yield page
    finally:
        pdfium.FPDF_ClosePage(page)


@contextmanager
def opened_text(page: Any) -> Iterator[Any]:
    """Yield the page's text. Raises `UnreadableError` ``corrupt`` where it cannot be had."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise UnreadableError("corrupt")
    try:
        yield text
    finally:
        pdfium.FPDFText_ClosePage(text)


def characters_of(text: Any) -> str:
    """Return all characters of the page, one for each index of pdfium's (those beyond U+FFFF as U+FFFD)."""
    count = pdfium.FPDFText_CountChars(text)
    if count <= 0:
        return ""
    # Its own bulk call leaves characters out, so that indexes would no longer agree; see `whole_text`.
    read = pdfium.FPDFText_GetUnicode
    return "".join(
        [chr(code) if 0 < (code := read(text, at)) < 0x110000 else "\ufffd" for at in range(count)]
    )


def whole_text(text: Any) -> str:
    """Return the page's text in one call."""
    count = pdfium.FPDFText_CountChars(text)
    if count <= 0:
        return ""
    buffer = ctypes.create_string_buffer(2 * count + 2)
    written = pdfium.FPDFText_GetText(text, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    return buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")


def page_boxes(page: Any) -> tuple[Box, Box]:
    """Return media box and crop box (ISO 32000-2, 14.11.2), both upright; the media box where there is no crop box."""
    shown = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, shown)
    crop = (
        min(shown.left, shown.right),
        min(shown.bottom, shown.top),
        max(shown.left, shown.right),
        max(shown.bottom, shown.top),
    )
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPage_GetMediaBox(page, *edges):
        return crop, crop
    left, bottom, right, top = (edge.value for edge in edges)
    return (min(left, right), min(bottom, top), max(left, right), max(bottom, top)), crop


def drawn(page: Any, area: Box, scale: float) -> Bitmap:
    """Draw a part of the page, annotations included, on white, at ``scale`` pixels to a point."""
    width = max(1, round(pdfium.FPDF_GetPageWidthF(page) * scale))
    height = max(1, round(pdfium.FPDF_GetPageHeightF(page) * scale))
    to_device = _device_matrix(page, width, height)
    left, top, right, bottom = placed(area, to_device)
    x, y = max(0, int(left) - 1), max(0, int(top) - 1)
    columns = max(1, min(width, int(right) + 2) - x)
    rows = max(1, min(height, int(bottom) + 2) - y)
    pixels: Pixels = np.full((rows, columns, 4), 255, dtype=np.uint8)
    bitmap = pdfium.FPDFBitmap_CreateEx(
        columns, rows, _BGRX, pixels.ctypes.data_as(ctypes.c_void_p), 4 * columns
    )
    if not bitmap:
        raise UnreadableError("corrupt")
    try:
        pdfium.FPDF_RenderPageBitmap(bitmap, page, -x, -y, width, height, 0, _ANNOTATIONS)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    a, b, c, d, e, f = to_device
    return Bitmap(pixels[:, :, :3], (a, b, c, d, e - x, f - y), pixels.view(np.uint32)[:, :, 0])


def _device_matrix(page: Any, width: int, height: int) -> Matrix:
    # A device position is whole pixels, so three far points give the matrix to a thousandth.
    reach = 1000.0
    points = [_to_device(page, width, height, at) for at in ((0.0, 0.0), (reach, 0.0), (0.0, reach))]
    (e, f), (ax, ay), (bx, by) = points
    return (ax - e) / reach, (ay - f) / reach, (bx - e) / reach, (by - f) / reach, e, f


def _to_device(page: Any, width: int, height: int, point: tuple[float, float]) -> tuple[float, float]:
    x, y = ctypes.c_int(), ctypes.c_int()
    magnified = 16
    pdfium.FPDF_PageToDevice(page, 0, 0, width * magnified, height * magnified, 0, *point, x, y)
    return x.value / magnified, y.value / magnified


def placed(box: Box, matrix: Matrix) -> Box:
    """Return the upright box around the box after the matrix (ISO 32000-2, 8.3.3)."""
    if matrix is IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


def combined(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that does ``inner`` first and then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def decrypted(content: bytes, most: int) -> bytes:
    """Return an encrypted file that opens without a password, written anew without encryption.

    Raises `UnreadableError`: ``password-protected``, ``corrupt``, ``too-large``.
    """
    with opened(content) as document:
        _WRITTEN.clear()
        whole = pdfium.FPDF_SaveAsCopy(document, _WRITER, _REMOVE_SECURITY)
    result = b"".join(_WRITTEN)
    _WRITTEN.clear()
    if not whole or not result:
        raise UnreadableError("corrupt")
    if len(result) > most:
        raise UnreadableError("too-large")
    return result


_WRITTEN: Final[list[bytes]] = []
_BLOCK: Final = dict(pdfium.FPDF_FILEWRITE._fields_)["WriteBlock"]


def _take_block(_writer: Any, block: int, length: int) -> int:
    _WRITTEN.append(ctypes.string_at(block, length))
    return 1


# Made here, because a function that C may call needs memory that can be executed, which a reader no longer gets.
_WRITER: Final = pdfium.FPDF_FILEWRITE(version=1, WriteBlock=_BLOCK(_take_block))


def _warm() -> None:
    with opened(_WARMING) as document, opened_page(document, 0) as page, opened_text(page) as text:
        whole_text(text)
        drawn(page, page_boxes(page)[1], 1.0)
    decrypted(_WARMING, 1 << 20)


_warm()
