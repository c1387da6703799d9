"""Which characters of a page nobody sees, and why.

What is written in the file decides where that is certain (drawn invisibly, wholly transparent, outside the page).
Everything else that might be hidden (something lies over it, it has the colour of paper or of what it stands on,
it is clipped, it stands on a layer) is only a suspicion: the part of the page is drawn with and without these texts,
and where not a pixel changes, nobody sees them. So a text on a coloured field, a highlighted one and one painted
after its box raise no alarm.
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Sequence
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
from amends.scan.formats._pdf_overlap import Boxes, Groups, Shapes, core_of
from amends.scan.formats._pdf_pdfium import (
    Bitmap,
    Box,
    Matrix,
    address_of,
    combined,
    drawn,
    page_boxes,
    placed,
)

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
_COUNTED_ONCE: Final = 4
"""How often each pixel may be counted before sums over all of them cost less."""
_LONGEST_SIDE: Final = 2_400


class Page(NamedTuple):
    """What is known of a page before its texts are judged."""

    handle: Any
    text: Any
    drawing: Drawing
    hiding: Shapes
    """What of the drawing may hide a text."""
    covers: Boxes
    """Where annotations may draw something over the page."""
    redactions: Boxes
    """What is marked for redaction."""
    layered: bool
    """Whether the document has layers that may be off."""


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
    for one in page.drawing.texts:
        if why := _certainly(one):
            certain[one.address] = why
            continue
        if not contains(crop, one.box, 0.5):
            bounded.add(one.address)
        if why := _perhaps(one, page):
            suspected[one.address] = why
    if not (certain or suspected or bounded or len(page.redactions)):
        return {}
    places = _places(page, certain.keys() | suspected.keys() | bounded, len(page.redactions) > 0)
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
            if at not in hidden and page.redactions.hold_middle(box):
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


def _perhaps(one: Drawn, page: Page) -> str:
    """Return what might hide the text, empty where nothing could."""
    if page.layered and any(name == "OC" for name, _ in marks_of(one)):
        return "hidden-layer"
    touching = page.hiding.touching(core_of(one.box))
    if any(shape.order > one.order for shape in touching):
        return "text-under-box"
    if any(shape.kind != PATH or _near(shape.fill, one.fill) for shape in touching):
        return "white-text"
    if len(page.covers) and page.covers.touching(one.box):
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
        address = address_of(owner)
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
                    under = at in covered or page.covers.hold_middle(box)
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
    colour = suspect.drawn.fill
    alike = [
        shape
        for shape in page.hiding.touching(core_of(box))
        if shape.kind == PATH and shape.order < suspect.drawn.order and _near(shape.fill, colour)
    ]
    if alike:
        # Black on black where the box was painted first and blackens a part of a line: it is a redaction to whoever
        # looks. A text that stands wholly on a field of its own colour is the label of that field.
        whole = min(colour[:3]) >= _BRIGHT or contains(alike[-1].box, suspect.drawn.box, 1.0)
        return "white-text" if whole else "text-under-box"
    if page.layered and suspect.why != "white-text":
        return "hidden-layer"
    return "white-text" if suspect.why in ("white-text", "text-under-box") else suspect.why


def _covering(page: Page, group: list[_Suspect]) -> list[Drawn]:
    found = {
        shape.order: shape
        for one in group
        for shape in page.hiding.touching(one.drawn.box)
        if shape.order > one.drawn.order
    }
    return list(found.values())


def _groups(page: Page, suspects: list[_Suspect]) -> list[list[_Suspect]]:
    """Part those that lie on one another, so that a label on a box does not vouch for the text under it.

    The same text drawn twice (a shadow, a bold face made of two strokes) stays together: each hides the other.
    """
    groups = Groups(page_boxes(page.handle)[1], _GROUPS)
    found: list[list[_Suspect]] = [[] for _ in range(_GROUPS)]
    for suspect in suspects:
        text = "".join([chr(pdfium.FPDFText_GetUnicode(page.text, at)) for at, _ in suspect.characters])
        found[groups.place(suspect.drawn.box, text)].append(suspect)
    return [group for group in found if group]


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
    changed = _Changed(shown, bare)
    height, width = shown.words.shape
    unseen: set[int] = set()
    pixels = {
        at: _pixels(box, shown.to_pixel, width, height) for suspect in group for at, box in suspect.characters
    }
    changed.expect(pixels.values())
    for at, (left, top, right, bottom) in pixels.items():
        ink = changed.ink(left, top, right, bottom)
        if ink <= _LEAST_INK * max(1, (right - left) * (bottom - top)):
            unseen.add(at)
    return unseen


class _Changed:
    """Where two drawings of one place differ so much that an eye sees it."""

    def __init__(self, one: Bitmap, other: Bitmap) -> None:
        self._mask = one.words != other.words
        at = np.nonzero(self._mask)  # few: what is compared in full is only what is not the very same
        left, right = one.pixels[at], other.pixels[at]
        self._mask[at] = (np.maximum(left, right) - np.minimum(left, right) > _SEEN).any(axis=1)
        self._sums: np.ndarray[Any, np.dtype[np.int32]] | None = None

    def expect(self, boxes: Collection[tuple[int, int, int, int]]) -> None:
        """Get ready for these questions: many large boxes are counted over sums, few small ones one by one."""
        asked = sum(max(0, right - left) * max(0, bottom - top) for left, top, right, bottom in boxes)
        if asked > _COUNTED_ONCE * self._mask.size:
            height, width = self._mask.shape
            sums = np.zeros((height + 1, width + 1), dtype=np.int32)
            sums[1:, 1:] = self._mask.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
            self._sums = sums

    def ink(self, left: int, top: int, right: int, bottom: int) -> int:
        """Return how many pixels of a box differ."""
        sums = self._sums
        if sums is None:
            return int(np.count_nonzero(self._mask[top:bottom, left:right]))
        return int(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])


def _pixels(box: Box, matrix: Matrix, width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = placed(box, matrix)
    return (
        min(max(int(left), 0), width - 1),
        min(max(int(top), 0), height - 1),
        min(max(int(right) + 1, 0), width - 1),
        min(max(int(bottom) + 1, 0), height - 1),
    )
