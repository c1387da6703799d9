"""What a page draws, in the order in which it draws it: texts, paths, pictures, forms opened up."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from amends.scan.formats._pdf_pdfium import IDENTITY, Box, Matrix, address_of, combined, placed

TEXT: Final = 1  # FPDF_PAGEOBJ_TEXT
PATH: Final = 2
IMAGE: Final = 3
SHADING: Final = 4
_FORM: Final = 5
_MOST_OBJECTS: Final = 200_000
_DEEPEST: Final = 24
_PLAIN_CLIP_SEGMENTS: Final = 5
_CORNERS: Final = (0, 2)
_BIG_COUNT: Final = 0xFFFFFFFF
_HALF_OPAQUE: Final = 128
_THINNEST: Final = 2.0
_NOWHERE: Final[Box] = (0.0, 0.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawn:
    """One object of the page."""

    handle: Any
    address: int
    kind: int
    box: Box
    order: int
    """Position in the order of painting: what comes later lies above."""
    matrix: Matrix
    """From the form in which it stands to the page."""
    fill: tuple[int, int, int, int] = (0, 0, 0, 255)
    """Red, green, blue, opacity."""
    filled: bool = True
    """Whether it paints an area; a path may be stroked only."""

    @property
    def hides(self) -> bool:
        """Whether what lies under it might not be seen: it paints an area, and more than a hint of it."""
        left, bottom, right, top = self.box
        return (
            self.filled
            and self.fill[3] > _HALF_OPAQUE
            and right - left > _THINNEST
            and top - bottom > _THINNEST
        )


@dataclass(slots=True)
class Drawing:
    """All objects of a page, texts apart from what may lie over or under them."""

    texts: list[Drawn] = field(default_factory=list)
    shapes: list[Drawn] = field(default_factory=list)
    objects: int = 0
    problem: str = ""
    """Why some of it was not looked at: ``too-large`` or ``too-deep``."""


class _Found(NamedTuple):
    handle: Any
    kind: int
    order: int
    matrix: Matrix


def drawing_of(page: Any) -> Drawing:
    """Return the objects of a page, within bounds; of a page without texts, paths without their place and colour."""
    drawing = Drawing()
    found: list[_Found] = []
    for position in range(pdfium.FPDFPage_CountObjects(page)):
        _take(pdfium.FPDFPage_GetObject(page, position), IDENTITY, drawing, found, 0)
    has_texts = any(one.kind == TEXT for one in found)
    for one in found:
        # A map of a hundred thousand lines hides no text where there is none: then the lines are counted only.
        whole = (
            _described(one)
            if has_texts or one.kind != PATH
            else Drawn(one.handle, 0, PATH, _NOWHERE, *one[2:])
        )
        (drawing.texts if one.kind == TEXT else drawing.shapes).append(whole)
    return drawing


def _described(found: _Found) -> Drawn:
    handle, kind, order, matrix = found
    one = Drawn(handle, address_of(handle), kind, _bounds(handle, matrix), order, matrix)
    if kind in (TEXT, PATH):
        one.fill = _fill(handle)
    if kind == PATH:
        one.filled = _is_filled(handle)
    return one


def _take(handle: Any, matrix: Matrix, drawing: Drawing, found: list[_Found], depth: int) -> None:
    if not handle or drawing.problem == "too-large":
        return
    drawing.objects += 1
    if drawing.objects > _MOST_OBJECTS:
        drawing.problem = "too-large"
        return
    kind = pdfium.FPDFPageObj_GetType(handle)
    if kind == _FORM:
        if depth > _DEEPEST:
            drawing.problem = "too-deep"
            return
        inner = combined(matrix_of(handle), matrix)
        count = pdfium.FPDFFormObj_CountObjects(handle)
        for position in range(0 if count == _BIG_COUNT else count):
            _take(pdfium.FPDFFormObj_GetObject(handle, position), inner, drawing, found, depth + 1)
        return
    found.append(_Found(handle, kind, drawing.objects, matrix))


def _is_filled(handle: Any) -> bool:
    return not pdfium.FPDFPath_GetDrawMode(handle, _FILL_MODE, _STROKED) or _FILL_MODE.value != 0


_EDGES: Final = [ctypes.c_float() for _ in range(4)]
_COLOURS: Final = [ctypes.c_uint() for _ in range(4)]
_FILL_MODE: Final = ctypes.c_int()
_STROKED: Final = ctypes.c_int()


def _bounds(handle: Any, matrix: Matrix) -> Box:
    if not pdfium.FPDFPageObj_GetBounds(handle, *_EDGES):
        return _NOWHERE
    left, bottom, right, top = _EDGES
    return placed((left.value, bottom.value, right.value, top.value), matrix)


def _fill(handle: Any) -> tuple[int, int, int, int]:
    if not pdfium.FPDFPageObj_GetFillColor(handle, *_COLOURS):
        return (0, 0, 0, 255)
    red, green, blue, opacity = _COLOURS
    return red.value, green.value, blue.value, opacity.value


def matrix_of(handle: Any) -> Matrix:
    """Return the object's own matrix."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(handle, found):
        return IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def clip_of(one: Drawn) -> Box | None:
    """Return the box within which the object is drawn, None where nothing clips it.

    A clip that is no rectangle gives an empty box: what it leaves must be looked at.
    """
    clip = pdfium.FPDFPageObj_GetClipPath(one.handle)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    if count <= 0:
        return None
    result: Box = (-1e9, -1e9, 1e9, 1e9)
    for path in range(count):
        if not 3 <= pdfium.FPDFClipPath_CountPathSegments(clip, path) <= _PLAIN_CLIP_SEGMENTS:
            return (0.0, 0.0, 0.0, 0.0)
        corners = []
        for position in _CORNERS:
            x, y = _EDGES[0], _EDGES[1]
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, position)
            if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                return (0.0, 0.0, 0.0, 0.0)
            corners.append((x.value, y.value))
        (x0, y0), (x1, y1) = corners
        box = placed((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), one.matrix)
        result = intersection(result, box)
    return result


def marks_of(one: Drawn) -> list[tuple[str, Any]]:
    """Return name and handle of each mark around the object (ISO 32000-2, 14.6)."""
    found: list[tuple[str, Any]] = []
    for position in range(max(0, pdfium.FPDFPageObj_CountMarks(one.handle))):
        mark = pdfium.FPDFPageObj_GetMark(one.handle, position)
        length = ctypes.c_ulong()
        buffer = ctypes.create_string_buffer(128)
        wide = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        if pdfium.FPDFPageObjMark_GetName(mark, wide, 128, length):
            found.append(
                (buffer.raw[: max(0, min(length.value, 128) - 2)].decode("utf-16-le", "replace"), mark)
            )
    return found


def intersection(one: Box, other: Box) -> Box:
    """Return what two boxes share; right of it lies left of it where they share nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def touches(one: Box, other: Box) -> bool:
    """Say whether two boxes share an area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def contains(outer: Box, inner: Box, slack: float = 0.0) -> bool:
    """Say whether the inner box lies in the outer one, give or take ``slack`` points."""
    return (
        outer[0] - slack <= inner[0]
        and outer[1] - slack <= inner[1]
        and outer[2] + slack >= inner[2]
        and outer[3] + slack >= inner[3]
    )
