"""Writes letters as PDF files: one person, one letter, one file (R33).

Precautions, in the order in which the code takes them: every letter is proved complete before the
first is set; every character is compared with the fonts; one run at a time works in a folder, which
its owner alone can read; a file takes its final name when it is whole; the same letter gives the
same bytes, and a letter that already stands there is not set again. So a run may be killed at any
moment and repeated.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.remedy.notices.composition import ComposedLetter, compose
from amends.remedy.notices.fonts import describe, families_for, uncovered
from amends.remedy.notices.letters import Letter, Undeliverable
from amends.remedy.notices.manifest import Manifest
from amends.remedy.notices.typesetting import edition
from amends.remedy.notices.workers import PARTIAL_SUFFIX, Task, set_letters
from amends.vocabulary.errors import FaultError, UsageError

_WORK_PREFIX: Final = ".typesetting-"


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """One letter that stands in the folder."""

    reference: str
    path: Path
    sha256: str
    """Of the PDF; the journal can tie a delivery to it."""


@dataclass(frozen=True, slots=True)
class RenderReport:
    """What became of every letter that was given: the three counts and the undeliverable add up to it."""

    rendered: int
    """Set now, for the first time."""
    replaced: int
    """Set now, over a file of that reference that was not, or not surely, this very letter."""
    unchanged: int
    """Stood there already, byte for byte."""
    undeliverable: tuple[Undeliverable, ...]
    letters: tuple[WrittenLetter, ...]
    """In the order in which they were given, without the undeliverable."""

    @property
    def count(self) -> int:
        """How many of the letters stand in the folder."""
        return len(self.letters)


def render_letters(letters: Sequence[Letter], out: Path, *, processes: int) -> RenderReport:
    """Write one PDF per letter to ``out/<reference>.pdf`` and say what became of each.

    A letter with a character that no font can print becomes an `Undeliverable`, not a PDF with a
    box in a person's name. Does not send anything, and does not decide who gets a letter.

    Raises ``RefusalError`` ``notice-incomplete`` or ``notice-oversharing`` before anything is
    written if any letter is not fit to be sent, ``letters-folder-busy`` while another run works in
    ``out``; ``UsageError`` ``duplicate-reference``; ``FaultError`` ``letters-not-written`` where the
    disk refuses.
    """
    _refuse_duplicates(letters)
    composed, undeliverable = _compose_all(letters)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        with Manifest(out) as manifest:
            _sweep(out)
            return _render(composed, out, manifest, processes, undeliverable)
    except OSError as error:
        raise FaultError(
            "letters-not-written",
            f"the letters could not be written: {error.strerror or type(error).__name__}",
            hint="Make room or give access, then run again: letters that stand are not set again.",
            where=str(out),
        ) from error


def _refuse_duplicates(letters: Sequence[Letter]) -> None:
    seen: set[str] = set()
    for letter in letters:
        if letter.reference in seen:
            raise UsageError(
                "duplicate-reference",
                "two letters carry the same reference",
                hint="Number the letters: each goes to one addressee and into a file of its own.",
                where=letter.reference,
            )
        seen.add(letter.reference)


def _compose_all(letters: Sequence[Letter]) -> tuple[list[ComposedLetter], tuple[Undeliverable, ...]]:
    printable: dict[tuple[str, ...], set[str]] = {}
    composed, undeliverable = [], []
    for letter in letters:
        families = families_for(letter.native_language)
        page = compose(letter, families)
        good = printable.setdefault(families, set())
        unseen = set(page.text.reveal()) - good
        boxes = uncovered(unseen, families)
        good |= unseen - boxes
        if boxes:
            reason = f"no font has a shape for some characters: {describe(boxes)}"
            undeliverable.append(Undeliverable(letter.reference, "no-glyph", reason))
        else:
            composed.append(page)
    return composed, tuple(undeliverable)


def _render(
    composed: list[ComposedLetter],
    out: Path,
    manifest: Manifest,
    processes: int,
    undeliverable: tuple[Undeliverable, ...],
) -> RenderReport:
    digests: dict[str, str] = {}
    tasks: list[Task] = []
    replaced = 0
    for page in composed:
        source = _digest_of(page)
        entry = manifest.unchanged(page.reference, source)
        if entry is not None:
            digests[page.reference] = entry.pdf
            continue
        tasks.append(Task(page.reference, page.dated, source, page.text.reveal()))
        replaced += (out / f"{page.reference}.pdf").exists()
    with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=out) as work:
        for entry in set_letters(tasks, out, Path(work), processes):
            manifest.add(entry)
            digests[entry.reference] = entry.pdf
    return RenderReport(
        rendered=len(tasks) - replaced,
        replaced=replaced,
        unchanged=len(composed) - len(tasks),
        undeliverable=undeliverable,
        letters=tuple(_written(composed, out, digests)),
    )


def _digest_of(page: ComposedLetter) -> str:
    source = hashlib.sha256(edition().encode())
    source.update(page.dated.isoformat().encode())
    source.update(page.text.reveal().encode())
    return source.hexdigest()


def _written(composed: list[ComposedLetter], out: Path, digests: dict[str, str]) -> Iterator[WrittenLetter]:
    for page in composed:
        yield WrittenLetter(page.reference, out / f"{page.reference}.pdf", digests[page.reference])


def _sweep(out: Path) -> None:
    """Remove what a killed run left: it holds personal data, and no run needs it."""
    for path in out.glob(f"{_WORK_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in out.glob(f".*{PARTIAL_SUFFIX}"):
        path.unlink(missing_ok=True)
