"""Reports as plain text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from amends.scan.reporting.report import About, ReportedFile, ReportedFinding, Totals

Styled = Callable[[str, str], str]
"""Takes a text and what it is (``clear``, ``findings``, ``incomplete``, ``kind``), and returns it with its colour."""


def plain(text: str, what: str) -> str:
    """Return the text as it is."""
    del what
    return text


class Text:
    """A few lines for each file, and one for all of them."""

    def __init__(self, out: TextIO, styled: Styled = plain) -> None:
        self._out = out
        self._styled = styled

    def begin(self, about: About) -> None:
        """Say what was laid down, where anything was."""
        if about.settings:
            self._out.write(f"settings: {about.settings}\n")

    def file(self, file: ReportedFile) -> None:
        """Write one file."""
        verdict = file.verdict.value
        self._out.write(f"{file.path}: {self._styled(verdict, verdict)}\n")
        for finding in file.findings:
            self._finding(finding)
        for gap in file.gaps:
            self._out.write(f"  not opened: {gap.place}: {gap.reason}\n      do: {gap.what_to_do}\n")
        self._out.flush()

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write what all of it came to, where it was more than one file."""
        del exit_code
        if totals.files != 1:
            self._out.write(f"{totals.sentence()}\n")
        for note in totals.notes:
            self._out.write(f"note: {note}\n")

    def _finding(self, finding: ReportedFinding) -> None:
        standing = "" if finding.standing.value == "stops" else f" [{finding.standing.value}]"
        facts = [f"{finding.count:,} counted"] if finding.count else []
        if finding.hidden_count:
            facts.append(f"{finding.hidden_count:,} of them hidden")
        elif finding.hidden:
            facts.append("hidden")
        facts.append(f"{finding.confidence:.0%} sure")
        if finding.severity != "ordinary":
            facts.append(finding.severity)
        self._out.write(
            f"  {self._styled(finding.kind, 'kind')}{standing}  {finding.place}  ({', '.join(facts)})\n"
        )
        for line in (finding.reason, finding.context, finding.because):
            if line:
                self._out.write(f"      {line}\n")
        if finding.samples:
            samples = ", ".join(f"{kind} {sample}" for kind, sample in finding.samples)
            self._out.write(f"      masked: {samples}\n")
        if finding.standing.value == "stops":
            self._out.write(f"      do: {finding.what_to_do}\n")
