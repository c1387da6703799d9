"""Opens one file: piece by piece, or as tables with everything else beside them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from amends.scan.gathering import Gathering
from amends.scan.isolation.events import Event, PictureDrawn, Unread
from amends.scan.isolation.reading import draw_in_child, read_in_child
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.parts import Part, Summary, parts_of
from amends.scan.recognition.recognising import PictureRecognised, Recogniser, patient, with_recognition
from amends.scan.tables import OpenedFile
from amends.vocabulary.errors import UsageError
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import Provenance


def open_file(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, recogniser: Recogniser | None = None
) -> OpenedFile:
    """Return the tables and all other parts of a file, read in a child process of its own.

    What the file holds never raises: damaged, encrypted, oversized and unknown files come back as
    `Skipped` with the codes of `amends.scan.reasons`, and then ``complete`` is false. Raises
    `UsageError` with ``file-missing`` or ``file-unreadable`` where there is no file to be read.
    With a ``recogniser`` (`amends.scan.recognition.tesseract.find_tesseract`) the characters in pictures are read too.
    """
    gathering = Gathering(Provenance.of(path.name), path.stem, limits)
    for event in _events(path, limits, recogniser):
        gathering.take(event)
    return gathering.opened()


def read_parts(
    path: Path, summary: Summary, *, limits: Limits = DEFAULT_LIMITS, recogniser: Recogniser | None = None
) -> Iterator[Part | Skipped]:
    """Yield every part of a file as it is read, so that a large one needs little memory; fill the summary.

    ``recogniser`` as for `open_file`. Raises what `open_file` raises, before the first part.
    """
    return parts_of(_events(path, limits, recogniser), Provenance.of(path.name), summary)


def draw(path: Path, renderer: str, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[PictureDrawn | Unread]:
    """Yield every page of a file as it is shown, and last what went wrong, if anything did.

    Raises what `open_file` raises, before the first page.
    """
    with _regular_file(path) as stream:
        for event in draw_in_child(stream, renderer, limits):
            if isinstance(event, PictureDrawn | Unread):
                yield event


def _events(path: Path, limits: Limits, recogniser: Recogniser | None) -> Iterator[Event | PictureRecognised]:
    with _regular_file(path) as stream:
        if os.fstat(stream.fileno()).st_size > limits.file_bytes:
            yield Unread((), "too-large", 0)
            return
        reading = read_in_child(stream, path.suffix.lstrip(".").lower(), limits)
        if recogniser is None:
            yield from reading
            return

        def drawing() -> Iterator[Event]:
            return draw_in_child(stream, "recognition", patient(limits))

        yield from with_recognition(reading, drawing, recogniser)


@contextmanager
def _regular_file(path: Path) -> Iterator[BinaryIO]:
    hint = "Give the path of a file that exists and that this user may read."
    try:
        # Without O_NONBLOCK, a named pipe with no writer would hold us for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise UsageError("file-missing", "There is no such file.", hint=hint, where=path.name) from None
    except (OSError, ValueError):
        raise UsageError("file-unreadable", "The file cannot be read.", hint=hint, where=path.name) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError("file-unreadable", "This is not a regular file.", hint=hint, where=path.name)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream
