"""Reads reported actions: from an export, or one that was posted. One bad line refuses the whole report.

A line that is skipped would be an action that nobody checks, and would read like "nothing happened".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from amends.casework.actions.mapping import ActionMapping
from amends.ledger.models import Action
from amends.link.registry_file import TableFile
from amends.remedy.action_kinds import action_kinds
from amends.vocabulary.errors import UsageError
from amends.vocabulary.identifier import normalised_identifier
from amends.vocabulary.personal import Personal

_LAST_MOMENT: Final = time(23, 59, 59)
_SYSTEM: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class ReportedAction:
    """One action as it was reported, checked."""

    system: str
    kind: str
    at: datetime
    identifier: Personal
    """Normalised."""
    line: int


@dataclass(frozen=True, slots=True)
class ActionReport:
    """Everything that one report says."""

    source_sha256: str
    actions: tuple[ReportedAction, ...]


def read_actions(path: Path, mapping: ActionMapping, *, system: str = "") -> ActionReport:
    """Read an export (CSV or Parquet). ``system`` names whose it is where no column says so.

    Raises `UsageError` ``actions-missing``, ``actions-unreadable``, ``mapping-column-missing``, ``action-invalid``
    (with the line; a cell is never repeated) and ``system-missing``.
    """
    file = TableFile(path, "actions")
    for column in mapping.columns:
        if column not in file.columns:
            raise UsageError(
                "mapping-column-missing",
                f'The column "{column}" of section [actions] is not in the data.',
                hint=f"The columns are: {', '.join(file.columns)}.",
                where=f"{mapping.source}, [actions]",
            )
    if not (mapping.system or system):
        raise UsageError(
            "system-missing",
            "nothing says whose actions these are",
            hint="map a column `system`, or give --system",
            where="--system",
        )
    table = file.read(mapping.columns).to_pydict()
    count = len(table[mapping.identifier])
    actions = tuple(
        _checked(
            system=str(table[mapping.system][index] or "") if mapping.system else system,
            kind=mapping.fixed_kind or mapping.our_kind(str(table[mapping.kind][index] or "")),
            at=_instant(table[mapping.at][index], mapping.time_zone),
            identifier=str(table[mapping.identifier][index] or ""),
            line=index + 2,
        )
        for index in range(count)
    )
    return ActionReport(file.sha256(), actions)


def posted_action(*, system: str, kind: str, at: datetime, identifier: str) -> ActionReport:
    """Return the report of one action. Raises `UsageError` ``action-invalid``."""
    action = _checked(
        system=system, kind=kind if kind in action_kinds() else "", at=at, identifier=identifier, line=1
    )
    text = f"{action.system}\n{action.kind}\n{action.at.isoformat()}\n{action.identifier.reveal()}"
    return ActionReport(hashlib.sha256(text.encode()).hexdigest(), (action,))


def _checked(*, system: str, kind: str, at: datetime | None, identifier: str, line: int) -> ReportedAction:
    name = system.strip().lower()
    longest = Action._meta.get_field("system").max_length or 0
    problems = {
        "names no system (letters, digits, hyphens)": not _SYSTEM.fullmatch(name) or len(name) > longest,
        f"does not say a known kind of action: {', '.join(action_kinds())}": not kind,
        "has no instant with a time zone": at is None,
        "has no identifier": not normalised_identifier(identifier),
    }
    for problem, applies in problems.items():
        if applies:
            raise UsageError(
                "action-invalid",
                f"line {line} {problem}",
                hint="mend the report or its mapping; nothing was recorded",
                where=f"line {line}",
            )
    assert at is not None
    return ReportedAction(name, kind, at.astimezone(UTC), Personal(normalised_identifier(identifier)), line)


def _instant(value: object, time_zone: str) -> datetime | None:
    """Return when something was done; a bare day counts as its last second, so that no breach hides in it."""
    zone = ZoneInfo(time_zone) if time_zone else None
    if isinstance(value, str):
        value = _parsed(value.strip())
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone) if zone else None
    if isinstance(value, date) and zone:
        return datetime.combine(value, _LAST_MOMENT, tzinfo=zone)
    return None


def _parsed(text: str) -> datetime | date | None:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None
