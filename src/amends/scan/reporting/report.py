"""What is said of a file and of a run: the one form that every writer writes."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from amends.scan.audience_screening import AudienceScreening, Standing, Weighed
from amends.scan.audiences.weighing import kinds_in
from amends.scan.hidden.kinds import hidden_kinds
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import printable

_WHAT_TO_DO: Final = Path(__file__).with_name("what_to_do.toml")
_ANY_FINDING: Final = "Remove it, or do not publish the file; a person has to decide."
_ANY_SKIPPED: Final = "Nobody can say what is in it: give a copy that opens, or leave it out."
_HIDDEN: Final = frozenset({"hidden-sheet", "hidden-rows", "hidden-columns"})
_MOST_SAMPLES: Final = 30


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """One finding, as it is shown."""

    kind: str
    place: str
    count: int
    """People where people are listed, else values; 0 where nothing is counted."""
    hidden_count: int
    confidence: float
    hidden: bool
    """Whether any of it is not seen by whoever looks at the file."""
    categories: tuple[str, ...]
    samples: tuple[tuple[str, str], ...]
    """Kind of personal data and one value of it, masked."""
    reason: str
    context: str
    severity: str
    """How bad it is for one person: ``ordinary``, ``serious`` or ``grave``."""
    what_to_do: str
    standing: Standing
    because: str
    expires: str = ""
    """Last day of the allowance that covers it, ISO 8601; empty where none does."""


@dataclass(frozen=True, slots=True)
class ReportedGap:
    """One piece that was not read or not judged, as it is shown."""

    code: str
    place: str
    reason: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class ReportedFile:
    """One file, as it is shown."""

    path: str
    sha256: str
    size: int
    format: str
    verdict: ScreeningVerdict
    findings: tuple[ReportedFinding, ...]
    gaps: tuple[ReportedGap, ...]

    @property
    def stopping(self) -> tuple[ReportedFinding, ...]:
        """The findings that stop the file."""
        return tuple(finding for finding in self.findings if finding.standing is Standing.STOPS)


@dataclass(frozen=True, slots=True)
class About:
    """What a run was about."""

    version: str
    """Of the program."""
    audience: str
    recipients: str
    settings: str = ""
    """File of settings that was used; empty for none."""
    started: str = ""
    """Instant, ISO 8601 in UTC."""


@dataclass(slots=True)
class Totals:
    """What the files of a run came to; counts only, however many they are."""

    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """Kind of stopping finding → in how many places."""
    standings: Counter[str] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    """What whoever ran it should know: an allowance that covered nothing, a file that went away."""

    def add(self, file: ReportedFile) -> None:
        """Count one file."""
        self.verdicts[file.verdict.value] += 1
        self.kinds.update(finding.kind for finding in file.stopping)
        self.standings.update(finding.standing.value for finding in file.findings)
        self.gaps.update(gap.code for gap in file.gaps)

    @property
    def files(self) -> int:
        """How many files there were."""
        return self.verdicts.total()

    def sentence(self) -> str:
        """Return "3 files: 1 clear, 2 findings"."""
        parts = [
            f"{self.verdicts[verdict]:,} {verdict}" for verdict in ScreeningVerdict if self.verdicts[verdict]
        ]
        return f"{self.files:,} {'file' if self.files == 1 else 'files'}: {', '.join(parts) or 'none'}"


def reported(screening: AudienceScreening) -> ReportedFile:
    """Return a screening as it is shown."""
    return ReportedFile(
        path=printable(screening.path),
        sha256=screening.sha256,
        size=screening.size,
        format=screening.format,
        verdict=screening.verdict,
        findings=tuple(map(_finding, screening.weighed)),
        gaps=tuple(map(_gap, screening.skipped)),
    )


def _finding(weighed: Weighed) -> ReportedFinding:
    finding = weighed.finding
    columns = finding.columns
    # A column, or what was found in running text: both have a confidence and a sample.
    found = columns if finding.text is None else (finding.text,)
    counted = max((column.non_empty for column in columns), default=finding.text.count if finding.text else 0)
    confidence = max((one.confidence for one in found), default=finding.confidence)
    return ReportedFinding(
        kind=finding.kind,
        place=printable(str(finding.provenance)),
        count=finding.people or counted,
        hidden_count=finding.hidden_people,
        confidence=confidence,
        hidden=bool(
            finding.hidden_people
            or finding.kind in _HIDDEN
            or finding.kind in hidden_kinds()
            or finding.hidden
            or any(column.hidden for column in columns)
        ),
        categories=tuple(dict.fromkeys(kinds_in(finding).values())),
        samples=tuple((one.kind, printable(one.sample)) for one in found[:_MOST_SAMPLES]),
        reason=printable(finding.reason),
        context=finding.context,
        severity=finding.severity.value,
        what_to_do=what_to_do(finding.kind),
        standing=weighed.standing,
        because=printable(weighed.because),
        expires=weighed.allowance.expires.isoformat() if weighed.allowance else "",
    )


def _gap(skipped: Skipped) -> ReportedGap:
    do = _sentences()["not-read"].get(skipped.code, _ANY_SKIPPED)
    return ReportedGap(skipped.code, printable(str(skipped.provenance)), skipped.reason, do)


def what_to_do(kind: str) -> str:
    """Return what to do about a kind of finding."""
    if kind in hidden_kinds():
        return hidden_kinds()[kind].remedy
    return _sentences()["finding"].get(kind, _ANY_FINDING)


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    content: dict[str, Any] = tomllib.loads(_WHAT_TO_DO.read_text(encoding="utf-8"))
    return content


def explained_kinds() -> frozenset[str]:
    """Return the kinds of findings, other than ways of hiding, that say what to do."""
    return frozenset(_sentences()["finding"])
