"""The texts of the pages, as a reader reads them, apart by why they are not seen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium

from amends.scan.formats._pdf_drawing import IMAGE, PATH, SHADING, Drawing, drawing_of, intersection, marks_of
from amends.scan.formats._pdf_overlap import Boxes, Shapes
from amends.scan.formats._pdf_pdfium import (
    Box,
    characters_of,
    drawn,
    opened_page,
    opened_text,
    page_boxes,
    whole_text,
)
from amends.scan.formats._pdf_visibility import Page, judge
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedUnread

_SOFT_BREAK: Final = "\ufffe"
_PICTURE_SHARE: Final = 0.02
_SCAN_SHARE: Final = 0.6
_FEW_CHARACTERS: Final = 100
_MANY_PATHS: Final = 40
_WIDE: Final = 4_096


class PageFacts(NamedTuple):
    """What the objects of the file say about a page."""

    covers: Sequence[Box] = ()
    redactions: Sequence[Box] = ()
    layered: bool = False
    unmapped_fonts: bool = False
    """Whether a font of the page may have characters that stand for nothing."""


NO_FACTS: Final = PageFacts()


def bare_text(document: Any, index: int) -> str:
    """Return a page's text, whether it is seen or not."""
    with opened_page(document, index) as page, opened_text(page) as text:
        return _readable(whole_text(text))


def read_page(document: Any, index: int, facts: PageFacts) -> Iterator[UntrustedPart | UntrustedUnread]:
    """Yield the page's texts. Raises `UnreadableError` where the page is damaged or goes beyond the bounds."""
    where = f"page {index + 1}"
    with opened_page(document, index) as page:
        drawing = drawing_of(page)
        if drawing.problem:
            yield UntrustedUnread(where, drawing.problem)
        yield from _actual_texts(drawing, where)
        with opened_text(page) as text:
            hiding = Shapes(drawing.shapes)
            covers, redactions = Boxes(facts.covers), Boxes(facts.redactions)
            hidden = judge(Page(page, text, drawing, hiding, covers, redactions, facts.layered))
            if not hidden:
                whole = _readable(whole_text(text))
                if whole.strip():
                    yield UntrustedPart((where,), "page-text", "", whole)
            else:
                whole = characters_of(text)
                yield from _runs(whole, hidden, where)
            damaged = _unmapped(text) if facts.unmapped_fonts else whole.count("\ufffd")
        if damaged:
            yield UntrustedUnread(where, "text-damaged", damaged)
        if _is_picture(page, drawing, len("".join(whole.split()))):
            yield UntrustedUnread(where, "no-text-layer")


def _actual_texts(drawing: Drawing, where: str) -> Iterator[UntrustedPart]:
    """Yield replacement texts (ISO 32000-2, 14.9.4), and take them away: pdfium gives them instead of what is drawn."""
    said = ""
    for one in drawing.texts:
        if pdfium.FPDFPageObj_CountMarks(one.handle) <= 0:
            continue
        for _, mark in marks_of(one):
            if pdfium.FPDFPageObjMark_CountParams(mark) > 0 and (text := _actual_text(mark)) is not None:
                pdfium.FPDFPageObj_RemoveMark(one.handle, mark)
                if text.strip() and text != said:
                    yield UntrustedPart((where, "replacement text"), "actual-text", "actual-text", text)
                said = text


def _actual_text(mark: Any) -> str | None:
    length = ctypes.c_ulong()
    buffer = ctypes.create_string_buffer(_WIDE)
    wide = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    if not pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", wide, _WIDE, length):
        return None
    if length.value > _WIDE:
        buffer = ctypes.create_string_buffer(length.value)
        wide = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", wide, length.value, length)
    return buffer.raw[: max(0, length.value - 2)].decode("utf-16-le", "replace")


def _runs(whole: str, hidden: dict[int, str], where: str) -> Iterator[UntrustedPart]:
    """Yield the text that is seen, then each run that is not, joined over the spaces between its words."""
    runs: list[tuple[str, int, int]] = []
    for at in sorted(at for at in hidden if not whole[at].isspace()):
        if not runs or runs[-1][0] != hidden[at] or whole[runs[-1][2] : at].strip():
            runs.append((hidden[at], at, at + 1))
        else:
            runs[-1] = (hidden[at], runs[-1][1], at + 1)
    told = [run for run in runs if _says_something(whole[run[1] : run[2]], run[0])]
    seen: list[str] = []
    last = 0
    for _, start, end in told:
        seen += [whole[last:start], " "]
        last = end
    seen.append(whole[last:])
    if text := _readable("".join(seen)).strip():
        yield UntrustedPart((where,), "page-text", "", text)
    for why, start, end in told:
        yield UntrustedPart((where,), "page-text", why, _readable(whole[start:end]).strip())


def _says_something(text: str, why: str) -> bool:
    letters = sum(letter.isalnum() for letter in text)
    # One letter alone that draws nothing is a fault of a font rather than a secret.
    return letters > 1 or (letters == 1 and why not in ("text-under-box", "white-text", "invisible-text"))


def _readable(text: str) -> str:
    """Join words that were divided at a line's end, which pdfium marks; keep the hyphen between digits."""
    if _SOFT_BREAK in text:
        pieces = text.split(_SOFT_BREAK)
        joined = [pieces[0]]
        for piece in pieces[1:]:
            divided = joined[-1][-1:].isdigit() or piece.lstrip()[:1].isdigit()
            joined.append(("-" if divided else "") + piece.lstrip("\r\n"))
        text = "".join(joined)
    return text.replace("\r\n", "\n").replace("\0", "")


def _unmapped(text: Any) -> int:
    """Return how many characters have a glyph and no meaning that can be told (ISO 32000-2, 9.10)."""
    ask = pdfium.FPDFText_HasUnicodeMapError
    return sum(ask(text, at) == 1 for at in range(max(0, pdfium.FPDFText_CountChars(text))))


def _is_picture(page: Any, drawing: Drawing, characters: int) -> bool:
    """Say whether what the page says stands in a picture: a scan, or letters drawn as outlines."""
    if characters > _FEW_CHARACTERS:
        return False
    crop = page_boxes(page)[1]
    area = max(1.0, (crop[2] - crop[0]) * (crop[3] - crop[1]))
    share = 0.0
    paths = 0
    for shape in drawing.shapes:
        paths += shape.kind == PATH
        if shape.kind in (IMAGE, SHADING):
            left, bottom, right, top = intersection(shape.box, crop)
            share += max(0.0, right - left) * max(0.0, top - bottom) / area
    if share >= _SCAN_SHARE or (not characters and (share >= _PICTURE_SHARE or paths >= _MANY_PATHS)):
        try:
            pixels = drawn(page, crop, min(0.5, 800 / max(1.0, crop[2] - crop[0], crop[3] - crop[1]))).pixels
        except (UnreadableError, ValueError):
            return True
        return bool((pixels.max(axis=(0, 1)) - pixels.min(axis=(0, 1))).max() > 16)
    return False
