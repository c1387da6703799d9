"""Keeps one line for each finished document, so that a sweep that was killed goes on where it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from amends.vocabulary.errors import UsageError

FORM: Final = "amends-sweep"


class Results:
    """A file of JSON lines: what was swept, then one line for each document, the latest for an address counting.

    A line is flushed to disk before the next document is begun. The half line that a kill leaves is cut off.
    """

    def __init__(self, file: Path, *, about: dict[str, Any]) -> None:
        """Open the file, or begin it. Raises `UsageError` ``results-of-another-sweep`` and ``results-unreadable``."""
        self.lines: dict[str, dict[str, Any]] = {}
        try:
            whole = self._read(file, about) if file.exists() else 0
            self._file = file.open("ab")
        except OSError:
            raise UsageError(
                "results-unreadable", "the file of results cannot be used", hint="name another one"
            ) from None
        self._file.truncate(whole)
        if not whole:
            self._write({"form": FORM, **about})

    def __enter__(self) -> Results:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def finished(self, address: str, key: str) -> dict[str, Any] | None:
        """Return the line of a document that was finished in this state, or None."""
        line = self.lines.get(address)
        return line if line is not None and line["finished"] and line["key"] == key else None

    def add(self, line: dict[str, Any]) -> None:
        """Keep a line."""
        self._write(line)
        self.lines[line["address"]] = line

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self, file: Path, about: dict[str, Any]) -> int:
        whole = 0
        for number, line in enumerate(file.read_bytes().splitlines(keepends=True)):
            if not line.endswith(b"\n"):
                break
            try:
                content = json.loads(line)
            except ValueError:
                content = None
            if number == 0 and content != {"form": FORM, **about}:
                raise UsageError(
                    "results-of-another-sweep",
                    "the file of results is that of another sweep, or none",
                    hint="name a new file, or sweep the same place for the same audience",
                )
            if not isinstance(content, dict):
                break
            if number:
                self.lines[content["address"]] = content
            whole += len(line)
        return whole
