"""The append-only journal: written in the same transaction as every change (R54); see `amends.ledger.chain`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from amends.ledger.chain import Entry, Head
from amends.ledger.models import JournalEntry, JournalHead
from amends.vocabulary.errors import FaultError


@dataclass(frozen=True, slots=True)
class JournalFields:
    """What a verb says about its change."""

    verb: str
    actor: str
    reason: str
    incident: str
    detail: dict[str, Any]


def append(fields: JournalFields, *, at: datetime) -> Entry:
    """Add one entry. Must run inside the transaction of the change it records.

    Raises `FaultError` ``journal-outside-transaction`` otherwise, because an entry without its change (or the
    other way round) is worse than a failure.
    """
    if not transaction.get_connection().in_atomic_block:
        raise FaultError(
            "journal-outside-transaction",
            "a journal entry was about to be written outside a transaction",
            hint="this is a mistake in Amends: report it with the command that you ran",
        )
    # The lock on the head makes writers queue: two entries never claim one sequence number.
    head = JournalHead.objects.select_for_update().get(pk=1)
    draft = Entry(
        sequence=head.sequence + 1,
        at=at.astimezone(UTC).isoformat(timespec="microseconds"),
        incident=fields.incident,
        verb=fields.verb,
        actor=fields.actor,
        reason=fields.reason,
        # As it will be read again: a key 7 comes back as "7", a tuple as a list.
        detail=json.loads(json.dumps(fields.detail)),
        previous=head.digest,
        digest="",
    )
    entry = Entry(**{**asdict(draft), "digest": draft.computed_digest()})
    JournalEntry.objects.create(**{**asdict(entry), "at": at})
    JournalHead.objects.filter(pk=1).update(sequence=entry.sequence, digest=entry.digest)
    return entry


def entries(incident: str = "") -> Iterator[Entry]:
    """Yield the entries in order; of one incident where it is named."""
    rows = JournalEntry.objects.order_by("sequence")
    if incident:
        rows = rows.filter(incident=incident)
    for row in rows.iterator(chunk_size=2000):
        yield _entry_of(row)


def recorded(verb: str, name: str, *, incident: str = "") -> frozenset[str]:
    """Return everything that the entries of a verb list under one name of their detail.

    A change outside the database that was interrupted asks whether its entry stands already.
    """
    details = JournalEntry.objects.filter(verb=verb, incident=incident).values_list("detail", flat=True)
    return frozenset(value for detail in details for value in detail.get(name, ()))


def head() -> Head:
    """Return the end of the chain as the database knows it."""
    row = JournalHead.objects.get(pk=1)
    return Head(row.sequence, row.digest)


def _entry_of(row: JournalEntry) -> Entry:
    return Entry(
        sequence=row.sequence,
        at=row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        incident=row.incident,
        verb=row.verb,
        actor=row.actor,
        reason=row.reason,
        detail=row.detail,
        previous=row.previous,
        digest=row.digest,
    )
