"""Loads retention rules from TOML and refuses what is incomplete: data erased early do not come back.

A rule says *what* (a kind of sealed data), *after* which event, how many days, who decides, and on what authority.
It erases nothing by itself: two people do, by `amends retention apply`, once it is due.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from amends.ledger.scope_keys import DataKind
from amends.vocabulary.errors import UsageError

STANDARD: Final = Path(__file__).with_name("standard.toml")
ERASABLE: Final = (DataKind.LEAKED_FILE, DataKind.IDENTIFIERS, DataKind.PERSON_DETAILS)
_FIELDS: Final = frozenset({"what", "after", "days", "while_open", "decided_by", "authority"})


class Event(StrEnum):
    """The event from which a period runs: a time stamp of the incident."""

    OPENED = "opened"
    IDENTIFIED = "identified"
    PLANNED = "planned"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long one kind of data is kept."""

    what: DataKind
    after: Event
    days: int
    while_open: bool
    """Whether it may end while the incident is still open."""
    decided_by: str
    authority: str

    def due_at(self, happened: datetime | None) -> datetime | None:
        """Return when the period is over; None while the event has not happened."""
        return happened + timedelta(days=self.days) if happened else None


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """All rules of one schedule."""

    name: str
    version: str
    rules: tuple[RetentionRule, ...]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def load_rules(file: Path = STANDARD) -> RetentionRules:
    """Return the rules of a file. Raises `UsageError` ``retention-rules-invalid``, naming what is wrong with it."""
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _invalid(file, "it cannot be read as TOML") from error
    name, version = whole.get("name"), whole.get("version")
    if not (isinstance(name, str) and name and isinstance(version, str) and version):
        raise _invalid(file, "it has no name or no version")
    rules = tuple(_rule(entry, file) for entry in whole.get("rule", ()))
    if len({rule.what for rule in rules}) != len(rules) or not rules:
        raise _invalid(file, "each kind of data needs one rule and no more")
    if len(f"{name} {version}") > 80:
        raise _invalid(file, "its name is longer than 80 characters")
    return RetentionRules(name, version, rules)


def _rule(entry: Any, file: Path) -> RetentionRule:
    if not isinstance(entry, dict) or entry.keys() - _FIELDS:
        raise _invalid(file, f"a rule has other fields than {', '.join(sorted(_FIELDS))}")
    what, after, days = entry.get("what"), entry.get("after"), entry.get("days")
    if what not in ERASABLE:
        raise _invalid(file, f"'what' is one of {', '.join(ERASABLE)}")
    if after not in list(Event):
        raise _invalid(file, f"'after' is one of {', '.join(Event)}")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 36_500:
        raise _invalid(file, "'days' is a whole number from 0 to 36,500")
    while_open = entry.get("while_open", False)
    if not isinstance(while_open, bool) or (after != Event.CLOSED and not while_open):
        raise _invalid(file, "a rule that counts from another event than closed says while_open = true")
    texts = [entry.get("decided_by"), entry.get("authority")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise _invalid(file, "each rule says who decides and on what authority")
    return RetentionRule(DataKind(what), Event(after), days, while_open, *map(str, texts))


def _invalid(file: Path, what: str) -> UsageError:
    return UsageError(
        "retention-rules-invalid",
        f"the retention rules are refused: {what}",
        hint="compare them with src/amends/ledger/retention/standard.toml; nothing was erased",
        where=file.name,
    )
