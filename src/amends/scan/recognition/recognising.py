"""Puts what is recognised in a file's pictures beside what was read of the file.

```
reading the file ──▶ its events; that a page is a picture is held back
drawing its pictures, at any depth, in a child ──▶ pixels ──▶ Tesseract ──▶ texts with their confidence
what no picture answered for ──▶ not read, as without recognition
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol

from amends.scan.isolation.events import Event, PictureDrawn, Steps, TextFound, Unread
from amends.scan.limits import Limits
from amends.scan.recognition.tesseract import Paragraph, RecognitionError

KIND: Final = "recognised-text"
"""Kind of the parts that come out of pictures."""
HOW: Final = "read by character recognition, which errs"
_SCAN: Final = "no-text-layer"
_ALL_SECONDS: Final = 1_800
"""For all pictures of one file together, beside the time in which the file itself is read."""


class Recogniser(Protocol):
    """Whoever reads characters out of pixels: `amends.scan.recognition.tesseract.Tesseract`."""

    def paragraphs(self, width: int, height: int, pixels: bytes) -> list[Paragraph]:
        """Return what stands in a picture. Raises `RecognitionError`."""
        ...


@dataclass(frozen=True, slots=True)
class PictureRecognised:
    """A picture or page was read by character recognition, which errs; its texts came before this."""

    where: Steps
    paragraphs: int
    confidence: int
    """In per cent, the lowest of its paragraphs; 0 where nothing was recognised."""


@dataclass(frozen=True, slots=True)
class TextRecognised(TextFound):
    """One paragraph out of a picture."""

    confidence: int = field(default=0, kw_only=True)
    """The program's own estimate, in per cent."""


def patient(limits: Limits) -> Limits:
    """Return the bounds for drawing: the child waits while its last picture is read."""
    return limits._replace(wall_seconds=limits.wall_seconds + _ALL_SECONDS)


def with_recognition(
    reading: Iterable[Event],
    drawing: Callable[[], Iterable[Event]],
    recogniser: Recogniser,
    clock: Callable[[], float] = monotonic,
) -> Iterator[Event | PictureRecognised]:
    """Yield the events of ``reading``, then what stands in the pictures of ``drawing``, then what is still not read."""
    scans: list[Unread] = []
    told: set[tuple[str, str]] = set()
    for event in reading:
        if isinstance(event, Unread):
            told.add((" ! ".join(event.where), event.code))
            if event.code == _SCAN:
                scans.append(event)
                continue
        yield event
    read: set[Steps] = set()
    until = clock() + _ALL_SECONDS
    for event in drawing():
        if isinstance(event, PictureDrawn):
            try:
                paragraphs = _paragraphs(event, recogniser, clock() > until)
            except RecognitionError:
                yield Unread(event.where, "recognition-failed", 0)
                continue
            read.add(event.where)
            yield from paragraphs
            lowest = min((found.confidence for found in paragraphs), default=0)
            yield PictureRecognised(event.where, len(paragraphs), lowest)
        elif isinstance(event, Unread) and (" ! ".join(event.where), event.code) not in told:
            yield event
    yield from (scan for scan in scans if scan.where not in read)


def _paragraphs(picture: PictureDrawn, recogniser: Recogniser, late: bool) -> list[TextRecognised]:
    if late:
        raise RecognitionError
    return [
        TextRecognised(
            (*picture.where, f"recognised paragraph {number}"),
            KIND,
            picture.hidden,
            paragraph.text,
            confidence=paragraph.confidence,
        )
        for number, paragraph in enumerate(
            recogniser.paragraphs(picture.width, picture.height, picture.pixels), 1
        )
    ]
