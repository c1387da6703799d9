"""Loads the duties of ``rules/*.toml`` and proves that each is complete.

A rule that lacks a citation, a trigger or a worked example is refused when it is loaded: a deadline
that nobody can trace is worse than none, because it will be believed.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from amends.vocabulary.errors import FaultError, UsageError

RULES_FOLDER: Final = Path(__file__).with_name("rules")
NO_FIXED_PERIOD: Final = "none"
# ISO 8601-1 section 5.5.2.2, without years and months, whose length varies.
_PERIOD: Final = re.compile(r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?P<hours>\d+)H)?")


class Trigger(StrEnum):
    """The event from which a period runs. They differ, and a rule names exactly one (R03)."""

    DISCOVERY = "discovery"
    DETERMINATION = "determination"
    AWARENESS = "awareness"
    CONFIRMATION = "confirmation"


class Evidence(StrEnum):
    """What stands behind a rule, strongest first."""

    STATUTE_COPY = "statute_copy"
    """The text of the statute, or the authority's own page, read in a stored copy."""
    SECONDARY = "secondary"
    GENERAL_KNOWLEDGE = "general_knowledge"


class VerificationStatus(StrEnum):
    """Whether a lawyer has compared the rule with the official text in force."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law states it: days by the calendar, or hours of real time."""

    days: int
    hours: int


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """One trigger and the instant that is due, which a lawyer can check without reading code."""

    trigger: datetime
    due: datetime | None
    weekday: str
    because: str


@dataclass(frozen=True, slots=True)
class DutyRule:
    """One duty to tell somebody, in one jurisdiction."""

    jurisdiction: str
    version: str
    """Of the rule file; a computed deadline is stored with it (R03)."""
    name: str
    title: str
    told: tuple[str, ...]
    trigger: Trigger
    trigger_meaning: str
    period: Period | None
    """None where the law gives no fixed period; that is not "no duty"."""
    pace: str
    """What the law says instead of a period."""
    threshold: str
    content: tuple[str, ...]
    """Elements that the message must contain."""
    citation: str
    evidence: Evidence
    status: VerificationStatus
    examples: tuple[WorkedExample, ...]

    @property
    def identity(self) -> str:
        """Return jurisdiction, name and version in one word."""
        return f"{self.jurisdiction}/{self.name}@{self.version}"


@cache
def load_rules(name: str | None = None) -> tuple[DutyRule, ...]:
    """Return the duties of the file ``rules/<name>.toml``; without a name those of every file, in order.

    Raises ``UsageError`` ``unknown-jurisdiction`` where there is no such file: a misspelt
    jurisdiction must not look like one without duties.
    """
    files = {path.stem: path for path in sorted(RULES_FOLDER.glob("*.toml"))}
    if name is not None and name not in files:
        raise UsageError(
            "unknown-jurisdiction",
            f"there are no rules for {name!r}",
            hint=f"Use one of {', '.join(files)}, or add a file to {RULES_FOLDER.name}/.",
        )
    wanted = files.values() if name is None else (files[name],)
    return tuple(rule for path in wanted for rule in read_rules(path))


def read_rules(path: Path) -> tuple[DutyRule, ...]:
    """Return the duties of one file; raise ``FaultError`` ``rule-invalid`` naming the rule and the flaw."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = []
    for entry in raw.get("rules", ()):
        try:
            rules.append(_read_rule(entry, raw["jurisdiction"], raw["version"]))
        except (KeyError, ValueError, TypeError) as error:
            raise FaultError(
                "rule-invalid",
                f"the duty {entry.get('name', '?')} is not complete or not readable: {error}",
                hint="Give every field, a citation, and worked examples with their weekdays.",
                where=path.name,
            ) from error
    if not rules:
        raise FaultError(
            "rule-invalid", "a rule file holds no duty", hint="Add [[rules]] or remove it.", where=path.name
        )
    return tuple(rules)


def _read_rule(raw: dict[str, Any], jurisdiction: str, version: str) -> DutyRule:
    period = None if raw["period"] == NO_FIXED_PERIOD else _read_period(raw["period"])
    rule = DutyRule(
        jurisdiction=jurisdiction,
        version=version,
        name=raw["name"],
        title=raw["title"],
        told=tuple(raw["told"]),
        trigger=Trigger(raw["trigger"]),
        trigger_meaning=raw["trigger_meaning"],
        period=period,
        pace="" if period else raw["pace"],
        threshold=raw["threshold"],
        content=tuple(raw["content"]),
        citation=raw["citation"],
        evidence=Evidence(raw["evidence"]),
        status=VerificationStatus(raw["status"]),
        examples=tuple(_read_example(example) for example in raw["examples"]),
    )
    for field in ("told", "trigger_meaning", "threshold", "content", "citation", "examples"):
        if not getattr(rule, field):
            raise ValueError(f"{field} is empty")
    if any((example.due is None) != (period is None) for example in rule.examples):
        raise ValueError("an example is due at an instant exactly where there is a fixed period")
    return rule


def _read_period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    parts = {unit: int(count) for unit, count in found.groupdict(default="0").items()} if found else {}
    period = Period(parts.get("weeks", 0) * 7 + parts.get("days", 0), parts.get("hours", 0))
    if not period.days and not period.hours:
        raise ValueError(f"{text!r} is not a period of days or hours in ISO 8601")
    return period


def _read_example(raw: dict[str, Any]) -> WorkedExample:
    trigger = _read_instant(raw["trigger"])
    due = None if raw["due"] == NO_FIXED_PERIOD else _read_instant(raw["due"])
    if due is not None and f"{due:%A}" != raw["weekday"]:
        raise ValueError(f"{raw['due']} is not a {raw['weekday']}")
    if due is not None and due - trigger <= timedelta():
        raise ValueError("an example is due before its trigger")
    return WorkedExample(trigger, due, raw.get("weekday", ""), raw.get("because", ""))


def _read_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return instant
