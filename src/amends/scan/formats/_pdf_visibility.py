"""Which characters of a page nobody sees, and why.

What is written in the file decides where that is certain (drawn invisibly, wholly transparent, outside the page).
Everything else that might be hidden (something lies over it, it has the colour of paper or of what it stands on,
it is clipped, it stands on a layer) is only a suspicion: the part of the page is drawn with and without these texts,
and where not a pixel changes, nobody sees them. So a text on a coloured field, a highlighted one and one painted
after its box raise no alarm.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from amends.scan.formats._pdf_drawing import (
    PATH,
    Drawing,
    Drawn,
    clip_of,
    contains,
    intersection,
    marks_of,
    matrix_of,
    touches,
)
from amends.scan.formats._pdf_pdfium import Bitmap, Box, Matrix, combined, drawn, page_boxes, placed

INVISIBLE: Final = "invisible-text"
_NOT_PAINTING: Final = (3, 7)  # ISO 32000-2, table 104
_STROKING: Final = (1, 2, 5, 6)
_TRANSPARENT: Final = 4
_TINY: Final = 2.0
_BRIGHT: Final = 215
_SAME_COLOUR: Final = 40
_SEEN: Final = 24
"""Least difference of a colour channel that an eye may notice."""
_LEAST_INK: Final = 0.05
"""Share of a character's box that must change, so that the edge that peeps out of a box does not count as read."""
_GROUPS: Final = 4
_LONGEST_SIDE: Final = 2_400
_SHRUNK: Final = 0.2


class Page(NamedTuple):
    """What is known of a page before its texts are judged."""

    handle: Any
    text: Any
    drawing: Drawing
    covers: Sequence[Box]
    """Boxes of annotations that may draw something over the page."""
    redactions: Sequence[Box]
    """Boxes that are marked for redaction."""
    layered: bool
    """Whether the document has layers."""

    @property
    def hiding(self) -> list[Drawn]:
        """The shapes that may hide a text."""
        return [shape for shape in self.drawing.shapes if shape.hides]


class _Suspect(NamedTuple):
    drawn: Drawn
    why: str
    characters: list[tuple[int, Box]]


def judge(page: Page) -> dict[int, str]:
    """Return the position of each hidden character and its kind of hiding."""
    media, crop = page_boxes(page.handle)
    certain: dict[int, str] = {}
    suspected: dict[int, str] = {}
    bounded: set[int] = set()
    hiding = page.hiding
    for one in page.drawing.texts:
        if why := _certainly(one):
            certain[one.address] = why
            continue
        if not contains(crop, one.box, 0.5):
            bounded.add(one.address)
        if why := _perhaps(one, page, hiding):
            suspected[one.address] = why
    if not (certain or suspected or bounded or page.redactions):
        return {}
    places = _places(page, certain.keys() | suspected.keys() | bounded, bool(page.redactions))
    hidden = {at: why for address, why in certain.items() for at, _ in places.get(address, ())}
    for address in bounded:
        for at, box in places.get(address, ()):
            if not touches(box, crop):
                hidden[at] = "off-page" if not touches(box, media) else "outside-crop-box"
    suspects = [
        _Suspect(one, suspected[one.address], left)
        for one in page.drawing.texts
        if one.address in suspected
        and (left := [place for place in places.get(one.address, ()) if place[0] not in hidden])
    ]
    if suspects:
        hidden |= _proved(page, suspects, crop)
    for found in places.values():
        for at, box in found:
            if at not in hidden and any(_mostly_in(box, area) for area in page.redactions):
                hidden[at] = "unapplied-redaction"
    return hidden


def _certainly(one: Drawn) -> str:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(one.handle)
    if mode in _NOT_PAINTING:
        return INVISIBLE
    if one.fill[3] <= _TRANSPARENT and mode not in _STROKING:
        return "transparent-text"
    if one.box[3] - one.box[1] < _TINY and _size(one) < _TINY and one.box[2] > one.box[0]:
        return "tiny-text"
    return ""


def _size(one: Drawn) -> float:
    size = ctypes.c_float()
    if not pdfium.FPDFTextObj_GetFontSize(one.handle, size):
        return _TINY
    _, _, c, d, _, _ = combined(matrix_of(one.handle), one.matrix)
    return float(abs(size.value) * (c * c + d * d) ** 0.5)


def _perhaps(one: Drawn, page: Page, hiding: list[Drawn]) -> str:
    """Return what might hide the text, empty where nothing could."""
    if page.layered and any(name == "OC" for name, _ in marks_of(one)):
        return "hidden-layer"
    core = _core(one.box)
    for shape in hiding:
        if touches(shape.box, core):
            if shape.order > one.order:
                return "text-under-box"
            if shape.kind != PATH or _near(shape.fill, one.fill):
                return "white-text"
    if any(touches(cover, one.box) for cover in page.covers):
        return "text-under-box"
    clip = clip_of(one)
    if clip is not None and not contains(clip, one.box, 1.0):
        return "clipped-away"
    if min(one.fill[:3]) >= _BRIGHT or one.fill[3] < 64:
        return "white-text"
    if page.layered:
        return "hidden-layer"
    return "invisible-text" if pdfium.FPDFPageObj_HasTransparency(one.handle) else ""


def _near(one: Sequence[int], other: Sequence[int]) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]), abs(one[2] - other[2])) <= _SAME_COLOUR


def _places(page: Page, wanted: set[int], every: bool) -> dict[int, list[tuple[int, Box]]]:
    """Return object → positions and boxes of its characters, of the wanted objects or of all."""
    found: dict[int, list[tuple[int, Box]]] = {}
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    for at in range(pdfium.FPDFText_CountChars(page.text)):
        owner = pdfium.FPDFText_GetTextObject(page.text, at)
        address = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if (
            address
            and (every or address in wanted)
            and pdfium.FPDFText_IsGenerated(page.text, at) != 1
            and pdfium.FPDFText_GetCharBox(page.text, at, *edges)
        ):
            box = (left.value, bottom.value, right.value, top.value)
            found.setdefault(address, []).append((at, box))
    return found


def _proved(page: Page, suspects: list[_Suspect], crop: Box) -> dict[int, str]:
    """Draw with and without the suspects; return those characters that change nothing."""
    hidden: dict[int, str] = {}
    for group in _groups(page, suspects):
        unseen = _unseen(page, group, crop)
        if not unseen:
            continue
        covering = _covering(page, group)
        # What shows once the things above are gone was under them.
        covered = unseen - _unseen(page, group, crop, covering) if covering else set()
        for suspect in group:
            for at, box in suspect.characters:
                if at in unseen:
                    under = at in covered or any(_mostly_in(box, cover) for cover in page.covers)
                    hidden[at] = _reason(page, suspect, box, under)
    return hidden


def _reason(page: Page, suspect: _Suspect, box: Box, under: bool) -> str:
    if suspect.why == "hidden-layer":
        return suspect.why
    if under:
        return "text-under-box"
    clip = clip_of(suspect.drawn)
    shown = intersection(box, clip) if clip is not None else box
    if clip is not None and (shown[2] <= shown[0] or shown[3] <= shown[1]):
        return "clipped-away"
    if page.layered:
        return "hidden-layer"
    colour = suspect.drawn.fill
    if min(colour[:3]) < _BRIGHT and any(
        shape.order < suspect.drawn.order
        and _near(shape.fill, colour)
        and _mostly_in(box, shape.box)
        and not contains(shape.box, suspect.drawn.box, 1.0)
        for shape in page.hiding
        if shape.kind == PATH
    ):
        # Black on black where the box was painted first and blackens a part of a line: it is a redaction to whoever
        # looks. A text that stands wholly on a field of its own colour is the label of that field.
        return "text-under-box"
    return "white-text" if suspect.why in ("white-text", "text-under-box") else suspect.why


def _covering(page: Page, group: list[_Suspect]) -> list[Drawn]:
    return [
        shape
        for shape in page.hiding
        if any(shape.order > one.drawn.order and touches(shape.box, one.drawn.box) for one in group)
    ]


def _groups(page: Page, suspects: list[_Suspect]) -> list[list[_Suspect]]:
    """Part those that lie on one another, so that a label on a box does not vouch for the text under it.

    The same text drawn twice (a shadow, a bold face made of two strokes) stays together: each hides the other.
    """
    groups: list[list[tuple[_Suspect, str, Box]]] = []
    for suspect in suspects:
        text = "".join(chr(pdfium.FPDFText_GetUnicode(page.text, at)) for at, _ in suspect.characters)
        box = _core(suspect.drawn.box)
        for group in groups:
            if not any(touches(box, other) and text != said for _, said, other in group[-400:]):
                group.append((suspect, text, box))
                break
        else:
            if len(groups) < _GROUPS:
                groups.append([(suspect, text, box)])
            else:
                groups[-1].append((suspect, text, box))
    return [[suspect for suspect, _, _ in group] for group in groups]


def _core(box: Box) -> Box:
    margin = _SHRUNK * min(box[2] - box[0], box[3] - box[1])
    return box[0] + margin, box[1] + margin, box[2] - margin, box[3] - margin


def _unseen(page: Page, group: list[_Suspect], crop: Box, without: Sequence[Drawn] = ()) -> set[int]:
    """Return the characters of the group whose presence changes no pixel, with some shapes taken away."""
    boxes = [box for suspect in group for _, box in suspect.characters]
    area = intersection(
        (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        ),
        crop,
    )
    scale = min(2.0, _LONGEST_SIDE / max(1.0, crop[2] - crop[0], crop[3] - crop[1]))
    try:
        for shape in without:
            pdfium.FPDFPageObj_SetIsActive(shape.handle, False)
        shown = drawn(page.handle, area, scale)
        for suspect in group:
            pdfium.FPDFPageObj_SetIsActive(suspect.drawn.handle, False)
        bare = drawn(page.handle, area, scale)
    finally:
        for one in (*without, *(suspect.drawn for suspect in group)):
            pdfium.FPDFPageObj_SetIsActive(one.handle, True)
    changed = _changed(shown, bare)
    height, width = changed.shape
    unseen: set[int] = set()
    for suspect in group:
        for at, box in suspect.characters:
            left, top, right, bottom = _pixels(box, shown.to_pixel, width, height)
            ink = changed[bottom, right] - changed[top, right] - changed[bottom, left] + changed[top, left]
            if ink <= _LEAST_INK * max(1, (right - left) * (bottom - top)):
                unseen.add(at)
    return unseen


def _changed(one: Bitmap, other: Bitmap) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return how many pixels left of and above each one differ."""
    difference = np.maximum(one.pixels, other.pixels) - np.minimum(one.pixels, other.pixels)
    mask = difference.max(axis=2) > _SEEN
    height, width = mask.shape
    sums = np.zeros((height + 1, width + 1), dtype=np.int32)
    sums[1:, 1:] = mask.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    return sums


def _pixels(box: Box, matrix: Matrix, width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = placed(box, matrix)
    return (
        min(max(int(left), 0), width - 1),
        min(max(int(top), 0), height - 1),
        min(max(int(right) + 1, 0), width - 1),
        min(max(int(bottom) + 1, 0), height - 1),
    )


def _mostly_in(box: Box, area: Box) -> bool:
    shared = intersection(box, area)
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return shared[0] <= middle[0] <= shared[2] and shared[1] <= middle[1] <= shared[3]
