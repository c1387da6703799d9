"""Where a shape stands on its slide: beside it, without any size, over something painted.

Sources: ECMA-376 part 1, 20.1.7.5 and 20.1.7.6 (transforms of groups and shapes), 19.2.1.39 (slide size); in EMU.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

_DEFAULT_SIZE: Final = (9_144_000, 6_858_000)
_LONGEST: Final = 15


class Box(NamedTuple):
    """A rectangle on the slide."""

    left: float
    top: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Say whether two rectangles have anything in common."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


class Frame(NamedTuple):
    """How the coordinates inside a group become those of the slide."""

    scale_x: float = 1
    scale_y: float = 1
    shift_x: float = 0
    shift_y: float = 0

    def place(self, box: Box) -> Box:
        """Return a rectangle of the group in coordinates of the slide."""
        return Box(
            box.left * self.scale_x + self.shift_x,
            box.top * self.scale_y + self.shift_y,
            box.width * self.scale_x,
            box.height * self.scale_y,
        )


def box_of(transform: Element | None) -> Box | None:
    """Return the rectangle of a transform, None where it says none."""
    if transform is None:
        return None
    off, ext = transform.find("off"), transform.find("ext")
    if off is None or ext is None:
        return None
    return Box(_number(off, "x"), _number(off, "y"), _number(ext, "cx"), _number(ext, "cy"))


def frame_of(group: Element, outer: Frame) -> Frame:
    """Return how coordinates inside a group become those of the slide."""
    transform = group.find("grpSpPr/xfrm")
    box = box_of(transform)
    if box is None or transform is None:
        return outer
    inner, size = transform.find("chOff"), transform.find("chExt")
    if inner is None or size is None:
        return outer
    placed = outer.place(box)
    scale_x = placed.width / (_number(size, "cx") or 1)
    scale_y = placed.height / (_number(size, "cy") or 1)
    return Frame(
        scale_x,
        scale_y,
        placed.left - _number(inner, "x") * scale_x,
        placed.top - _number(inner, "y") * scale_y,
    )


def slide_box(presentation: Element | None) -> Box:
    """Return the slide itself."""
    size = presentation.find("sldSz") if presentation is not None else None
    if size is None or not _number(size, "cx") or not _number(size, "cy"):
        return Box(0, 0, *_DEFAULT_SIZE)
    return Box(0, 0, _number(size, "cx"), _number(size, "cy"))


def _number(element: Element, name: str) -> float:
    text = element.get(name, "0")
    digits = text.lstrip("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= _LONGEST else 0
