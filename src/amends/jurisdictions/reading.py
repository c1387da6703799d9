"""Reads rule files, and refuses a rule that nobody could trace or check."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from amends.jurisdictions.conditions import ANY_ROLE, Conditions, CountCondition, Counted, CountExample, Role
from amends.jurisdictions.duty_rule import (
    Anchor,
    DayCount,
    DelayRule,
    DutyRule,
    Evidence,
    Period,
    Place,
    Trigger,
    VerificationStatus,
    WorkedExample,
)
from amends.vocabulary.errors import FaultError

NO_FIXED_PERIOD: Final = "none"
ELEMENTS_FILE: Final = Path(__file__).with_name("elements.toml")
# ISO 8601-1 section 5.5.2.2, without years and months, whose length varies: no rule shipped counts in them.
_PERIOD: Final = re.compile(r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?P<hours>\d+)H)?")
# What a ledger keeps of a rule; a longer text would be refused there, in the first hour of an incident.
_LONGEST: Final = {"told": 120, "citation": 150, "pace": 120, "identity": 80, "version": 20}
_OPTIONAL: Final = frozenset(
    {
        "pace",
        "counts",
        "runs_from",
        "count",
        "count_suffices",
        "data",
        "judgement",
        "counted",
        "must_not",
        "note",
        "delay",
    }
    | {"valid_from", "valid_until", "version"}
)
_REQUIRED: Final = frozenset(
    {"name", "title", "told", "roles", "trigger", "trigger_meaning", "period", "threshold", "content"}
    | {"citation", "basis", "evidence", "status", "examples"}
)


def read_rules(path: Path) -> tuple[DutyRule, ...]:
    """Return the duties of one file; raise ``FaultError`` ``rule-invalid`` naming the rule and the flaw."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    rules: list[DutyRule] = []
    for entry in raw.get("rules", ()):
        try:
            rules.append(_read_rule(entry, raw))
            _check_versions(rules)
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


@cache
def content_elements() -> dict[str, str]:
    """Return id → what the element is, for every element that a rule may ask of a message."""
    raw: dict[str, str] = tomllib.loads(ELEMENTS_FILE.read_text(encoding="utf-8"))["elements"]
    return raw


def _read_rule(raw: dict[str, Any], file: dict[str, Any]) -> DutyRule:
    strange = raw.keys() - _REQUIRED - _OPTIONAL
    if strange:
        raise ValueError(f"nobody knows the field {sorted(strange)[0]!r}")
    period = None if raw["period"] == NO_FIXED_PERIOD else _read_period(raw)
    rule = DutyRule(
        jurisdiction=file["jurisdiction"],
        version=raw.get("version", file["version"]),
        name=raw["name"],
        title=raw["title"],
        place=_read_place(file),
        told=tuple(raw["told"]),
        trigger=Trigger(raw["trigger"]),
        trigger_meaning=raw["trigger_meaning"],
        period=period,
        pace="" if period else raw["pace"],
        threshold=raw["threshold"],
        conditions=_read_conditions(raw),
        content=_read_elements(raw["content"]),
        must_not=_read_elements(raw.get("must_not", ())),
        citation=raw["citation"],
        basis=raw["basis"],
        note=raw.get("note", ""),
        delay=DelayRule(**raw.get("delay", {})),
        evidence=Evidence(raw["evidence"]),
        status=VerificationStatus(raw["status"]),
        valid_from=_read_day(raw.get("valid_from")),
        valid_until=_read_day(raw.get("valid_until")),
        examples=tuple(_read_example(example) for example in raw["examples"]),
    )
    _check(rule)
    return rule


def _check(rule: DutyRule) -> None:
    for field in ("told", "trigger_meaning", "threshold", "content", "citation", "basis", "examples"):
        if not getattr(rule, field):
            raise ValueError(f"{field} is empty")
    for name, longest in _LONGEST.items():
        length = len(", ".join(rule.told) if name == "told" else getattr(rule, name))
        if length > longest:
            raise ValueError(f"{name} has {length} characters, and the ledger keeps {longest}")
    if set(rule.content) & set(rule.must_not):
        raise ValueError("an element is both demanded and forbidden")
    if any((example.due is None) != (rule.period is None) for example in rule.examples):
        raise ValueError("an example is due at an instant exactly where there is a fixed period")
    if rule.period and rule.period.counts is DayCount.WORKING and not rule.place.country:
        raise ValueError("working days need a country")


def _check_versions(rules: list[DutyRule]) -> None:
    """Refuse two versions of one duty that were both law on one day, or two of one name without their days."""
    newest = rules[-1]
    for other in rules[:-1]:
        if other.name != newest.name:
            continue
        later, earlier = sorted((newest, other), key=lambda rule: rule.valid_from or date.min, reverse=True)
        if (later.valid_from or date.min) <= (earlier.valid_until or date.max):
            raise ValueError("two versions of it are law on one day")
        if other.identity == newest.identity:
            raise ValueError("two versions of it have one name")


def _read_place(file: dict[str, Any]) -> Place:
    zone = file.get("time_zone", "")
    if zone:
        ZoneInfo(zone)
    return Place(file.get("country", ""), file.get("subdivision", ""), zone)


def _read_conditions(raw: dict[str, Any]) -> Conditions:
    roles = tuple(raw["roles"])
    if not roles:
        raise ValueError("roles is empty")
    count = None
    if "count" in raw:
        count = CountCondition(**{**raw["count"], "of": Counted(raw["count"]["of"])})
    counted = tuple(CountExample(**example) for example in raw.get("counted", ()))
    if (count is None) != (not counted):
        raise ValueError("a count has worked examples of its own, and nothing else has")
    return Conditions(
        roles=() if roles == (ANY_ROLE,) else tuple(Role(role).value for role in roles),
        count=count,
        data=tuple(raw.get("data", ())),
        judgement=raw.get("judgement", ""),
        counted=counted,
        count_suffices=raw.get("count_suffices", False),
    )


def _read_elements(ids: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in ids if name not in content_elements()]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no element of {ELEMENTS_FILE.name}")
    return tuple(ids)


def _read_period(raw: dict[str, Any]) -> Period:
    text = raw["period"]
    found = _PERIOD.fullmatch(text)
    parts = {unit: int(count) for unit, count in found.groupdict(default="0").items()} if found else {}
    period = Period(
        parts.get("weeks", 0) * 7 + parts.get("days", 0),
        parts.get("hours", 0),
        DayCount(raw.get("counts", DayCount.CALENDAR)),
        Anchor(raw.get("runs_from", Anchor.TRIGGER)),
    )
    if not period.days and not period.hours:
        raise ValueError(f"{text!r} is not a period of days or hours in ISO 8601")
    return period


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


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
