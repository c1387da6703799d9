"""Where a report goes, and in which form; and the bar that shows how far a run is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Final, TextIO

import typer

from amends.scan.reporting.writer import ReportWriter
from amends.vocabulary.errors import UsageError

_COLOURS: Final = {"clear": "green", "findings": "red", "incomplete": "yellow", "kind": "red"}
_BAR_WIDTH: Final = 24


class ReportFormat(StrEnum):
    """The forms of a report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    HTML = "html"
    MARKDOWN = "markdown"


@contextmanager
def report_stream(output: Path | None) -> Iterator[TextIO]:
    """Give the stream that a report is written to.

    A file appears under its name when it is whole, and an interrupted run leaves the one before it. Raises `UsageError`
    ``output-unwritable``.
    """
    if output is None:
        yield sys.stdout
        return
    import tempfile

    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise UsageError(
            "output-unwritable",
            f"the report cannot be written: {error.strerror}",
            hint="give --output a file in a folder that exists and that this user may write",
            where=str(output),
        ) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(output)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def writer_for(form: ReportFormat, stream: TextIO, *, lines: bool) -> ReportWriter:
    """Return the writer of a form; ``lines`` asks for JSON with one line for each file."""
    # Each is imported when it is asked for: a hook that screens one small file writes text.
    if lines:
        from amends.scan.reporting.as_json import JsonLines

        return JsonLines(stream)
    if form is ReportFormat.JSON:
        from amends.scan.reporting.as_json import JsonDocument

        return JsonDocument(stream)
    if form is ReportFormat.SARIF:
        from amends.scan.reporting.as_sarif import Sarif

        return Sarif(stream)
    if form is ReportFormat.HTML:
        from amends.scan.reporting.as_html import Html

        return Html(stream)
    if form is ReportFormat.MARKDOWN:
        from amends.scan.reporting.as_markdown import Markdown

        return Markdown(stream)
    from amends.scan.reporting.as_text import Text, plain

    return Text(stream, _styled if stream.isatty() and "NO_COLOR" not in os.environ else plain)


def _styled(text: str, what: str) -> str:
    return typer.style(text, fg=_COLOURS.get(what), bold=True)


class ProgressBar:
    """One line on standard error that shows how far a run is; nothing where that is no terminal."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total = total
        self._stream = stream
        self._done = 0
        self._shown = total > 1 and stream.isatty()

    def step(self, name: str) -> None:
        """Show that one more file is done; ``name`` is its path, made printable."""
        self._done += 1
        if self._shown:
            filled = _BAR_WIDTH * self._done // max(self._total, self._done)
            bar = "#" * filled + "." * (_BAR_WIDTH - filled)
            self._stream.write(f"\r\x1b[K[{bar}] {self._done:,}/{self._total:,} {name[-50:]}")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
