"""Reports as SARIF 2.1.0 (OASIS, 27 March 2020), which code hosts and editors show beside a change.

What was not read is a result as well as a notification: a viewer that shows results alone must not take an
incomplete screening for a clear one. What the audience may have is informational; what somebody has answered for is
suppressed, with the reason.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final, TextIO
from urllib.parse import quote

from amends.scan.reporting.report import About, ReportedFile, ReportedFinding, ReportedGap, Totals, what_to_do

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_NOT_READ: Final = "not-read"


class Sarif:
    """One log with one run. Results are written as they come, the rules that they name at the end."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._between = ""
        self._kinds: dict[str, None] = {}
        self._version = ""
        self._complete = True

    def begin(self, about: About) -> None:
        """Write everything before the first result."""
        self._version = about.version
        properties = _text({"audience": about.audience, "settings": about.settings})
        head = f'{{"$schema": {_text(SCHEMA)}, "version": "2.1.0", "runs": [{{"properties": {properties}'
        self._out.write(f'{head}, "columnKind": "unicodeCodePoints", "results": [')

    def file(self, file: ReportedFile) -> None:
        """Write the results of one file."""
        for finding in file.findings:
            self._kinds[finding.kind] = None
            self._write(_result_of_finding(file, finding))
        for gap in file.gaps:
            self._complete = False
            self._kinds[f"{_NOT_READ}/{gap.code}"] = None
            self._write(_result_of_gap(file, gap))

    def end(self, totals: Totals, exit_code: int) -> None:
        """Write the invocation and the program with its rules."""
        invocation = {
            "executionSuccessful": self._complete and exit_code in {0, 1},
            "exitCode": exit_code,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": f"{count} pieces were not read: {code}."}}
                for code, count in totals.gaps.items()
            ]
            + [{"level": "warning", "message": {"text": note}} for note in totals.notes],
        }
        driver = {
            "name": "Amends",
            "version": self._version,
            "rules": [_rule(kind) for kind in self._kinds],
        }
        self._out.write(
            f'\n], "invocations": [{_text(invocation)}], "tool": {_text({"driver": driver})}}}]}}\n'
        )

    def _write(self, result: dict[str, Any]) -> None:
        self._out.write(f"{self._between}\n{_text(result)}")
        self._between = ","


def _result_of_finding(file: ReportedFile, finding: ReportedFinding) -> dict[str, Any]:
    result = {
        "ruleId": finding.kind,
        **_LEVELS[finding.standing.value],
        "message": {"text": " ".join(filter(None, (finding.reason, finding.context, finding.because)))},
        "locations": [_location(file.path, finding.place)],
        "partialFingerprints": {"amends/v1": _fingerprint(file.path, finding.kind, finding.place)},
        "properties": {
            "count": finding.count,
            "hiddenCount": finding.hidden_count,
            "confidence": finding.confidence,
            "hidden": finding.hidden,
            "severity": finding.severity,
            "categories": list(finding.categories),
            "samples": [f"{kind}: {sample}" for kind, sample in finding.samples],
            "whatToDo": finding.what_to_do,
        },
    }
    if finding.standing.value == "allowed":
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": finding.because}
        ]
    return result


_LEVELS: Final = {
    "stops": {"kind": "fail", "level": "error"},
    "allowed": {"kind": "fail", "level": "warning"},
    "permitted": {"kind": "informational", "level": "none"},
}


def _result_of_gap(file: ReportedFile, gap: ReportedGap) -> dict[str, Any]:
    return {
        "ruleId": f"{_NOT_READ}/{gap.code}",
        "kind": "fail",
        "level": "error",
        "message": {"text": f"{gap.reason} {gap.what_to_do}"},
        "locations": [_location(file.path, gap.place)],
        "partialFingerprints": {"amends/v1": _fingerprint(file.path, gap.code, gap.place)},
    }


def _location(path: str, place: str) -> dict[str, Any]:
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(path)}},
        "logicalLocations": [{"fullyQualifiedName": place}],
    }


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _rule(kind: str) -> dict[str, Any]:
    if kind.startswith(f"{_NOT_READ}/"):
        code = kind.partition("/")[2].replace("-", " ")
        return {"id": kind, "shortDescription": {"text": f"Not read or not judged: {code}."}}
    return {
        "id": kind,
        "shortDescription": {"text": f"{kind.replace('-', ' ').capitalize()}."},
        "help": {"text": what_to_do(kind)},
    }


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)
