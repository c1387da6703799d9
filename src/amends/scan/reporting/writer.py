"""What every writer of reports does: begin, one file after the other, end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TextIO

from amends.scan.reporting.report import About, ReportedFile, Totals


class ReportWriter(Protocol):
    """Writes one report."""

    def begin(self, about: About) -> None:
        """Say what the run is about; called once, first."""
        ...

    def file(self, file: ReportedFile) -> None:
        """Write one file."""
        ...

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write what all of it came to; called once, last."""
        ...


WriterMaker = Callable[[TextIO], ReportWriter]
