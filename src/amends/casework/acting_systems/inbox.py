"""Reads what acting systems said out of the gate's store, and turns it into rows of the ledger."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import models

from amends.ledger.home import LedgerHome
from amends.ledger.models import Acknowledgement, ActingSystem, Heartbeat, InboxMark, SystemHolding
from amends.vocabulary.errors import FaultError
from amends.vocabulary.hold_list import is_entry

AT_ONCE: Final = 500
_HIGHEST_SEQUENCE: Final = 2**31 - 1
_DIGEST_CHARACTERS: Final = 64


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the inbox, as the gate recorded it."""

    inbox_id: int
    at: str
    system: str
    api_key: str
    kind: str
    body: str = field(repr=False)


def messages_after_mark(home: LedgerHome) -> list[Message]:
    """Return the next messages that have not been collected, oldest first.

    Where the entry that was collected last is no longer what it was, the gate has a new store, and its messages are
    taken from the first on. Raises `FaultError` ``gate-store-unreadable``.
    """
    file = home.folder / "gate" / "answers.sqlite3"
    if not file.exists():
        return []
    mark = InboxMark.objects.filter(pk=1).first()
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)) as store:
            begin = 0
            if mark is not None:
                same = store.execute(
                    "SELECT 1 FROM inbox WHERE id = ? AND at = ?", (mark.inbox_id, mark.at)
                ).fetchone()
                begin = mark.inbox_id if same else 0
            found = store.execute(
                "SELECT id, at, system, api_key, kind, body FROM inbox WHERE id > ? ORDER BY id LIMIT ?",
                (begin, AT_ONCE),
            )
            return [Message(*row) for row in found]
    except sqlite3.Error as error:
        raise FaultError(
            "gate-store-unreadable",
            f"what the acting systems said cannot be read ({type(error).__name__})",
            hint="check the folder gate in the ledger's home; nothing is lost while the gate keeps its store",
            where=str(file),
        ) from error


def record_messages(messages: Iterable[Message]) -> dict[str, int]:
    """Write the messages as rows, in the transaction of the caller; return kind → how many were new.

    Messages of a kind or form that nobody knows are counted as ``unreadable``, those of an unknown system as
    ``unknown_system``. One that was recorded before changes nothing.
    """
    systems = dict(ActingSystem.objects.values_list("name", "id"))
    rows: dict[type[models.Model], list[models.Model]] = {}
    counts: dict[str, int] = {}
    for message in messages:
        if message.system not in systems:
            counts["unknown_system"] = counts.get("unknown_system", 0) + 1
            continue
        row = _row(message, systems[message.system])
        if row is None:
            counts["unreadable"] = counts.get("unreadable", 0) + 1
            continue
        rows.setdefault(type(row), []).append(row)
    for model, found in rows.items():
        before = model._default_manager.count()
        model._default_manager.bulk_create(found, ignore_conflicts=True)
        new = model._default_manager.count() - before
        if new:
            counts[model.__name__.lower()] = new
    return counts


def set_mark(message: Message) -> None:
    """Remember up to which message the inbox has been collected."""
    InboxMark.objects.update_or_create(id=1, defaults={"inbox_id": message.inbox_id, "at": message.at})


def empty_older_holdings() -> None:
    """Empty the entries of reports that a later, complete report of the same system has replaced."""
    for system in (
        SystemHolding.objects.exclude(entries=b"").order_by().values_list("system", flat=True).distinct()
    ):
        latest = latest_holding(system)
        if latest is not None:
            older = SystemHolding.objects.filter(system=system, at__lt=latest.begun_at)
            older.exclude(entries=b"").exclude(report=latest.report).update(entries=b"")


@dataclass(frozen=True, slots=True)
class Holding:
    """The last complete report of what a system holds."""

    report: str
    sequence: int
    begun_at: datetime
    count: int


def latest_holding(system_key: int) -> Holding | None:
    """Return the last report of which every part has come, or None."""
    reports = (
        SystemHolding.objects.filter(system=system_key)
        .order_by()
        .values("report", "sequence", "parts")
        .annotate(
            come=models.Count("part", distinct=True),
            begun_at=models.Min("at"),
            ended_at=models.Max("at"),
            held=models.Sum("count"),
        )
        .filter(come=models.F("parts"))
        .order_by("-ended_at", "-begun_at")
    )
    found = reports.first()
    return Holding(found["report"], found["sequence"], found["begun_at"], found["held"]) if found else None


def entries_held(system_key: int, holding: Holding) -> frozenset[str]:
    """Return the entries of a report."""
    parts = SystemHolding.objects.filter(system=system_key, report=holding.report, sequence=holding.sequence)
    packed = b"".join(bytes(entries) for entries in parts.values_list("entries", flat=True)).hex()
    return frozenset(packed[begin : begin + 32] for begin in range(0, len(packed), 32))


def _row(message: Message, system: int) -> models.Model | None:
    make = _MAKERS.get(message.kind)
    try:
        body = json.loads(message.body)
        at = datetime.fromisoformat(message.at)
    except ValueError:
        return None
    if make is None or not isinstance(body, dict) or not _is_whole(body.get("sequence"), _HIGHEST_SEQUENCE):
        return None
    about = {
        "system_id": system,
        "inbox_id": message.inbox_id,
        "api_key": message.api_key[:12],
        "at": at,
        "sequence": body["sequence"],
    }
    return make(body, about)


def _acknowledgement(body: dict[str, Any], about: dict[str, Any]) -> models.Model | None:
    digest: Any = body.get("digest")
    return Acknowledgement(digest=digest, **about) if _is_digest(digest) else None


def _heartbeat(body: dict[str, Any], about: dict[str, Any]) -> models.Model | None:
    digest, count = body.get("holding_digest", ""), body.get("holding_count")
    if (digest != "" and not _is_digest(digest)) or (count is not None and not _is_whole(count, 2**31 - 1)):
        return None
    return Heartbeat(holding_digest=digest, holding_count=count, **about)


def _holding(body: dict[str, Any], about: dict[str, Any]) -> models.Model | None:
    entries, report = body.get("entries"), body.get("report")
    part: Any = body.get("part")
    parts: Any = body.get("parts")
    numbered = _is_whole(part, 2**31 - 1) and _is_whole(parts, 2**31 - 1)
    if not (
        numbered and isinstance(report, str) and isinstance(entries, list) and all(map(is_entry, entries))
    ):
        return None
    return SystemHolding(
        report=report[:64],
        part=part,
        parts=parts,
        count=len(entries),
        entries=bytes.fromhex("".join(entries)),
        **about,
    )


_MAKERS: Final[dict[str, Callable[[dict[str, Any], dict[str, Any]], models.Model | None]]] = {
    "acknowledgement": _acknowledgement,
    "heartbeat": _heartbeat,
    "holding": _holding,
}


def _is_whole(value: object, highest: int) -> bool:
    return type(value) is int and 0 <= value <= highest


def _is_digest(value: object) -> bool:
    return (
        isinstance(value, str) and len(value) == _DIGEST_CHARACTERS and set(value) <= set("0123456789abcdef")
    )
