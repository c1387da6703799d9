"""Which letters a folder already holds: one line per letter, so that a second run sets only what changed.

``letters.jsonl`` holds digests only. A line is written after its PDF has taken its final name, so a
run that is killed leaves at worst a letter without a line, which is set again to the same bytes; a
torn last line is ignored. A file is trusted only if its bytes still have the digest of its line.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from amends.vocabulary.errors import RefusalError

MANIFEST_NAME: Final = "letters.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One letter that was set."""

    reference: str
    source: str
    """SHA-256 of the composed text, the layout, the fonts and the typesetter."""
    pdf: str
    """SHA-256 of the PDF's bytes."""


class Manifest:
    """The list of letters in one folder: locked for one run, read once and then only appended to."""

    def __init__(self, folder: Path) -> None:
        """Lock the list; raise ``RefusalError`` ``letters-folder-busy`` where another run holds it."""
        self._folder = folder
        self._file = (folder / MANIFEST_NAME).open("a+", encoding="utf-8", errors="replace")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise RefusalError(
                "letters-folder-busy",
                "another run is writing letters to this folder",
                hint="Wait for it to end, or write to another folder.",
                where=str(folder),
            ) from error
        self._file.seek(0)
        text = self._file.read()
        self._entries = {entry.reference: entry for entry in _read(text)}
        if text and not text.endswith("\n"):
            # A line torn by a kill must not swallow the first line of this run.
            self._file.write("\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def unchanged(self, reference: str, source: str) -> Entry | None:
        """Return the entry if that very letter stands in the folder, byte for byte; else None."""
        entry = self._entries.get(reference)
        if entry is None or entry.source != source:
            return None
        try:
            content = (self._folder / f"{reference}.pdf").read_bytes()
        except FileNotFoundError:
            return None
        return entry if hashlib.sha256(content).hexdigest() == entry.pdf else None

    def add(self, entry: Entry) -> None:
        """Append the entry of a letter whose PDF is in place."""
        line = {"reference": entry.reference, "source": entry.source, "pdf": entry.pdf}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        self._entries[entry.reference] = entry


def _read(text: str) -> Iterator[Entry]:
    for line in text.splitlines():
        try:
            yield Entry(**json.loads(line))
        except (json.JSONDecodeError, TypeError):
            continue
