"""Finds the duties of ``rules/*.toml``.

A rule that lacks a citation, a trigger or a worked example is refused when it is loaded
(`amends.jurisdictions.reading`): a deadline that nobody can trace is worse than none, because it will be believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from amends.jurisdictions.duty_rule import (
    DayCount,
    DutyRule,
    Evidence,
    Period,
    Place,
    Trigger,
    VerificationStatus,
    WorkedExample,
)
from amends.jurisdictions.reading import read_rules
from amends.vocabulary.errors import UsageError

__all__ = [
    "RULES_FOLDER",
    "DayCount",
    "DutyRule",
    "Evidence",
    "Period",
    "Place",
    "Trigger",
    "VerificationStatus",
    "WorkedExample",
    "load_rules",
    "read_rules",
    "rules_of",
]

RULES_FOLDER: Final = Path(__file__).with_name("rules")


@cache
def load_rules(name: str | None = None) -> tuple[DutyRule, ...]:
    """Return the duties of the file ``rules/<name>.toml``; without a name those of every file, in order.

    Raises ``UsageError`` ``unknown-jurisdiction`` where there is no such file: a misspelt
    jurisdiction must not look like one without duties.
    """
    files = {path.stem: path for path in sorted(RULES_FOLDER.glob("*.toml"))}
    if name is not None and name not in files:
        raise _unknown(name, list(files))
    wanted = files.values() if name is None else (files[name],)
    return tuple(rule for path in wanted for rule in read_rules(path))


def rules_of(jurisdictions: Sequence[str]) -> tuple[tuple[DutyRule, ...], ...]:
    """Return every duty of the named jurisdictions, each as its versions in the order of the file.

    Raises ``UsageError`` ``unknown-jurisdiction`` for a name that no file has.
    """
    every = load_rules()
    known = dict.fromkeys(rule.jurisdiction for rule in every)
    for name in jurisdictions:
        if name not in known:
            raise _unknown(name, list(known))
    versions: dict[str, tuple[DutyRule, ...]] = {}
    for rule in every:
        if rule.jurisdiction in jurisdictions:
            versions[rule.key] = (*versions.get(rule.key, ()), rule)
    return tuple(versions.values())


def _unknown(name: str, known: list[str]) -> UsageError:
    return UsageError(
        "unknown-jurisdiction",
        f"there are no rules for {name!r}",
        hint=f"Use one of {', '.join(known)}, or add a file to {RULES_FOLDER.name}/.",
    )
