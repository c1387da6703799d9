"""The one question that every door asks: may this file go to this audience, and what may be said about the answer?

Watch folder, mail relay, HTTP and sweep all ask here, so that they cannot come to differ. Besides the screening
itself, which quotes names of sheets and headers, there is a summary that names kinds and counts alone: it
goes into reason files, refusals of mail and lists, where no word out of the file may stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from amends.scan.audience_screening import AudienceScreening, Conditions, screen_for
from amends.scan.reasons import REASONS
from amends.vocabulary.errors import AmendsError
from amends.vocabulary.outcomes import ScreeningVerdict

FAILED: Final = "screening-failed"
NAME_UNSAFE: Final = "name-unsafe"
_OWN_REASONS: Final = {
    FAILED: "The screening itself failed; nobody knows what is in the file.",
    NAME_UNSAFE: "Its name may not be published; the file itself was not looked into.",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a door knows about a file. Nothing in it but ``answer`` holds a word of the file's own."""

    verdict: ScreeningVerdict
    people: int
    """Lower bound on the people whom one part of the file lists, hidden rows included."""
    findings: Mapping[str, int]
    """Kind → in how many places."""
    skipped: Mapping[str, int]
    """Code of why something was not read → in how many places."""
    answer: AudienceScreening | None = field(repr=False)
    """The screening itself; None where it failed."""

    @property
    def passes(self) -> bool:
        """Whether the file may go out."""
        return self.verdict is ScreeningVerdict.CLEAR

    def in_words(self) -> list[str]:
        """Return the reasons as sentences for whoever sent the file."""
        lines = [f"{kind.replace('-', ' ')}: {places(count)}." for kind, count in self.findings.items()]
        if self.people:
            lines.insert(0, f"It lists at least {self.people:,} people.")
        for code, count in self.skipped.items():
            lines.append(f"{sentence_of(code)} ({places(count)})")
        return lines

    def as_json(self) -> dict[str, Any]:
        """Return what a machine may be told, without a word of the file's own."""
        return {
            "verdict": self.verdict.value,
            "people": self.people,
            "findings": dict(self.findings),
            "not_read": dict(self.skipped),
            "reasons": self.in_words(),
        }


Judge = Callable[[Path], Judged]
"""Judges one file for the audience that its door serves. Raises nothing for what a file holds."""


def judge_for(conditions: Conditions) -> Judge:
    """Return the judge of a door: the only place where a door meets the screening. Opens nothing before a file."""

    def judge(path: Path) -> Judged:
        return judged(screen_for(path, conditions, shown=path.name))

    return judge


def judged(answer: AudienceScreening) -> Judged:
    """Return a screening with its summary."""
    stops = answer.screening.findings
    return Judged(
        verdict=answer.verdict,
        people=max((finding.people for finding in stops), default=0),
        findings=dict(Counter(finding.kind for finding in stops)),
        skipped=dict(Counter(skipped.code for skipped in answer.skipped)),
        answer=answer,
    )


def not_judged(code: str = FAILED) -> Judged:
    """Return what is known about a file that could not be screened: nothing, so that it goes nowhere."""
    return Judged(ScreeningVerdict.INCOMPLETE, 0, {}, {code: 1}, None)


def failing_closed(judge: Judge) -> Judge:
    """Return a judge that answers *incomplete* where the screening breaks, instead of raising.

    The error's text may quote what the screening choked on: it goes nowhere.
    """

    def closed(path: Path) -> Judged:
        try:
            return judge(path)
        except AmendsError as error:
            return not_judged(error.code)
        except Exception:
            return not_judged()

    return closed


def sentence_of(code: str) -> str:
    """Return why something was not read, in words, without a count of its own."""
    sentence = _OWN_REASONS.get(code) or REASONS.get(code) or "It could not be read."
    return sentence.replace("{count}", "Some")


def places(count: int) -> str:
    """Return "1 place" or "3 places"."""
    return f"{count:,} place{'' if count == 1 else 's'}"
