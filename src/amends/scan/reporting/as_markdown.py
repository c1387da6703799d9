"""Reports as Markdown (CommonMark with tables), for a review, a ticket or a file of records."""

from __future__ import annotations

import re
from typing import Final, TextIO

from amends.scan.reporting.report import About, ReportedFile, ReportedFinding, Totals

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#+!|~&])")


class Markdown:
    """A heading, one section for each file that does not pass, one line for each that does, a summary."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def begin(self, about: About) -> None:
        """Write the heading."""
        self._out.write(
            f"# Screening for the audience {escaped(about.audience)}\n\n{escaped(about.recipients)}\n"
        )
        if about.settings:
            self._out.write(f"Settings: {escaped(about.settings)}\n")

    def file(self, file: ReportedFile) -> None:
        """Write one file."""
        self._out.write(f"\n## {escaped(file.path)}: {file.verdict.value}\n")
        if file.sha256:
            self._out.write(f"\nSHA-256 `{file.sha256}`\n")
        if file.findings:
            self._out.write(
                "\n| kind | place | count | hidden | confidence | standing | why | what to do |\n"
                "| --- | --- | ---: | ---: | ---: | --- | --- | --- |\n"
            )
        for finding in file.findings:
            self._out.write(f"| {' | '.join(_cells(finding))} |\n")
        if file.gaps:
            self._out.write("\n| not read | place | why | what to do |\n| --- | --- | --- | --- |\n")
        for gap in file.gaps:
            cells = map(escaped, (gap.code, gap.place, gap.reason, gap.what_to_do))
            self._out.write(f"| {' | '.join(cells)} |\n")

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write what all of it came to."""
        self._out.write(f"\n## Summary\n\n{totals.sentence()}. Exit code {exit_code}.\n")
        if totals.kinds or totals.gaps or totals.notes:
            self._out.write("\n")
        for kind, count in totals.kinds.most_common():
            self._out.write(f"- {escaped(kind)}: {count:,}\n")
        for code, count in totals.gaps.most_common():
            self._out.write(f"- not read, {escaped(code)}: {count:,}\n")
        for note in totals.notes:
            self._out.write(f"- {escaped(note)}\n")


def _cells(finding: ReportedFinding) -> list[str]:
    why = " ".join(filter(None, (finding.reason, finding.context, finding.because)))
    samples = ", ".join(f"{kind} {sample}" for kind, sample in finding.samples)
    if samples:
        why += f" Masked: {samples}."
    hidden = f"{finding.hidden_count:,}" if finding.hidden_count else ("yes" if finding.hidden else "")
    return [
        escaped(finding.kind),
        escaped(finding.place),
        f"{finding.count:,}" if finding.count else "",
        hidden,
        f"{finding.confidence:.0%}",
        finding.standing.value
        if finding.severity == "ordinary"
        else f"{finding.standing.value}, {finding.severity}",
        escaped(why),
        escaped(finding.what_to_do),
    ]


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, within one cell of a table."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
