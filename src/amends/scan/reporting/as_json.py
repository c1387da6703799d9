"""Reports as JSON: one document of a versioned form, or one line for each file."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from amends.scan.reporting.report import About, ReportedFile, ReportedFinding, Totals

SCHEMA: Final = "amends-screening"
SCHEMA_VERSION: Final = 1
"""Grows when a field changes its meaning or goes; a field that comes leaves it as it is."""


class JsonDocument:
    """One object: ``schema``, ``schema_version``, ``program``, ``audience``, ``files``, ``summary``."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._between = ""

    def begin(self, about: About) -> None:
        """Write everything before the first file."""
        head = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "program": {"name": "amends", "version": about.version},
            "started": about.started,
            "audience": {"name": about.audience, "recipients": about.recipients},
            "settings": about.settings,
        }
        self._out.write(_text(head)[:-1] + ', "files": [')

    def file(self, file: ReportedFile) -> None:
        """Write one file."""
        self._out.write(f"{self._between}\n{_text(file_as_data(file))}")
        self._between = ","

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write the summary."""
        summary = {
            "files": totals.files,
            "verdicts": dict(totals.verdicts),
            "findings": dict(totals.kinds),
            "standings": dict(totals.standings),
            "not_read": dict(totals.gaps),
            "notes": totals.notes,
            "exit_code": exit_code,
        }
        self._out.write(f'\n], "summary": {_text(summary)}}}\n')


class JsonLines:
    """One object a line, for each file as it is done."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def begin(self, about: About) -> None:
        """Write nothing: each line stands for itself."""

    def file(self, file: ReportedFile) -> None:
        """Write one line."""
        self._out.write(
            _text({"schema": SCHEMA, "schema_version": SCHEMA_VERSION, **file_as_data(file)}) + "\n"
        )
        self._out.flush()

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write nothing."""


def file_as_data(file: ReportedFile) -> dict[str, Any]:
    """Return one file as JSON has it."""
    return {
        "file": file.path.rpartition("/")[2],
        "path": file.path,
        "sha256": file.sha256,
        "size": file.size,
        "format": file.format,
        "verdict": file.verdict.value,
        "findings": [_finding(finding) for finding in file.findings],
        "skipped": [
            {"code": gap.code, "place": gap.place, "reason": gap.reason, "what_to_do": gap.what_to_do}
            for gap in file.gaps
        ],
    }


def _finding(finding: ReportedFinding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "place": finding.place,
        "count": finding.count,
        "hidden_count": finding.hidden_count,
        "confidence": finding.confidence,
        "hidden": finding.hidden,
        "categories": list(finding.categories),
        "samples": [{"kind": kind, "masked": sample} for kind, sample in finding.samples],
        "reason": finding.reason,
        "context": finding.context,
        "severity": finding.severity,
        "what_to_do": finding.what_to_do,
        "standing": finding.standing.value,
        "because": finding.because,
        "expires": finding.expires or None,
    }


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
