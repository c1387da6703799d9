"""Who acts, why and when: what every verb takes, and the one way in which a change is journalled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Model

from amends.ledger import journal
from amends.ledger.models import JournalEntry
from amends.vocabulary.errors import FaultError, UsageError


@dataclass(frozen=True, slots=True)
class Act:
    """One deliberate act: its actor, its reason, its instant.

    Raises `UsageError` ``actor-missing`` or ``reason-missing``: a record that does not say who and why is
    worth nothing in court; ``text-too-long`` for more than a journal entry can hold, because a record is never
    cut short.
    """

    actor: str
    reason: str
    now: datetime
    """With time zone."""

    def __post_init__(self) -> None:
        if not self.actor.strip():
            raise UsageError(
                "actor-missing", "nobody is named as the actor", hint="give --actor, or set AMENDS_ACTOR"
            )
        if not self.reason.strip():
            raise UsageError("reason-missing", "no reason is given", hint="give --reason in a sentence")
        check_length(self.actor, JournalEntry, "actor", where="--actor")
        check_length(self.reason, JournalEntry, "reason", where="--reason")
        if self.now.tzinfo is None:
            raise UsageError(
                "time-without-zone", "an instant has no time zone", hint="end it in Z, or give an offset"
            )


def check_length(text: str, model: type[Model], field_name: str, *, where: str) -> None:
    """Raise `UsageError` ``text-too-long`` where a field of the ledger could not hold the whole text."""
    longest = getattr(model._meta.get_field(field_name), "max_length", None)
    if longest and len(text) > longest:
        raise UsageError(
            "text-too-long",
            f"{where} has {len(text)} characters, and the ledger keeps {longest}",
            hint="say it in fewer words",
            where=where,
        )


@dataclass(slots=True)
class Change:
    """What a verb fills in while it works; written into the journal when its transaction ends well."""

    incident: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@contextmanager
def journalled(verb: str, act: Act) -> Iterator[Change]:
    """Run a change and its journal entry in one transaction: both happen, or neither.

    A change whose ``detail`` stays empty changed nothing and writes no entry. Raises `FaultError`
    ``ledger-unavailable`` when the database cannot be written (full, locked, gone).
    """
    change = Change()
    try:
        with transaction.atomic():
            yield change
            if change.detail:
                journal.append(
                    journal.JournalFields(verb, act.actor, act.reason, change.incident, change.detail),
                    at=act.now,
                )
    except OperationalError as error:
        raise FaultError(
            "ledger-unavailable",
            f"the ledger could not be written while doing {verb}",
            hint="check its disk space and that no other program holds it; nothing was changed, so do it again",
        ) from error
