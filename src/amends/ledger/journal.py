"""The append-only journal: written in the same transaction as every change (R54); see `amends.ledger.chain`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any, Final

from django.db import connection, transaction

from amends.ledger.canonical_json import canonical
from amends.ledger.chain import Entry, Head
from amends.ledger.models import JournalEntry, JournalHead
from amends.vocabulary.errors import FaultError

COLUMNS: Final = ("sequence", "at", "incident", "verb", "actor", "reason", "detail", "previous", "digest")


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
    before = _locked_head()
    row = _linked(fields, at=_in_utc(at), before=before)
    _insert([row], at)
    sequence, instant, incident, verb, actor, reason, detail, previous, digest = row
    JournalHead.objects.filter(pk=1).update(sequence=sequence, digest=digest)
    return Entry(
        sequence=sequence,
        at=instant,
        incident=incident,
        verb=verb,
        actor=actor,
        reason=reason,
        # As it will be read again.
        detail=json.loads(detail),
        previous=previous,
        digest=digest,
    )


def append_many(batch: Sequence[JournalFields], *, at: datetime) -> Head:
    """Add many entries of one instant: the same bytes as one `append` after another, one lock and one statement.

    Returns the new end of the chain; an empty batch changes nothing. Raises as `append` does.
    """
    head = _locked_head()
    instant = _in_utc(at)
    rows: list[_Row] = []
    for fields in batch:
        row = _linked(fields, at=instant, before=head)
        head = Head(row[0], row[-1])
        rows.append(row)
    if rows:
        _insert(rows, at)
        JournalHead.objects.filter(pk=1).update(sequence=head.sequence, digest=head.digest)
    return head


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
    entries = JournalEntry.objects.filter(verb=verb, incident=incident).only("detail")
    return frozenset(value for entry in entries for value in entry.detail.get(name, ()))


def entry(sequence: int) -> Entry | None:
    """Return one entry, or None where there is none of that number."""
    row = JournalEntry.objects.filter(sequence=sequence).first()
    return _entry_of(row) if row else None


def digests(size: int) -> Iterator[bytes]:
    """Yield the digest of each of the first ``size`` entries: the leaves of the tree."""
    rows = JournalEntry.objects.filter(sequence__lte=size).order_by("sequence")
    for digest in rows.values_list("digest", flat=True).iterator(chunk_size=10_000):
        yield bytes.fromhex(digest)


def head() -> Head:
    """Return the end of the chain as the database knows it."""
    row = JournalHead.objects.get(pk=1)
    return Head(row.sequence, row.digest)


_Row = tuple[int, str, str, str, str, str, str, str, str]
"""An entry in the order of `COLUMNS`; the instant and the detail as the texts that are hashed."""


def _locked_head() -> Head:
    if not transaction.get_connection().in_atomic_block:
        raise FaultError(
            "journal-outside-transaction",
            "a journal entry was about to be written outside a transaction",
            hint="this is a mistake in Amends: report it with the command that you ran",
        )
    # The lock on the head makes writers queue: two entries never claim one sequence number.
    row = JournalHead.objects.select_for_update().get(pk=1)
    return Head(row.sequence, row.digest)


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _linked(fields: JournalFields, *, at: str, before: Head) -> _Row:
    """Return the row of the next entry, its digest over the text that `Entry.computed_digest` would make."""
    detail, number, quote = canonical(fields.detail), before.sequence + 1, encode_basestring
    text = (
        f'{{"actor":{quote(fields.actor)},"at":"{at}","detail":{detail},"incident":{quote(fields.incident)},'
        f'"previous":"{before.digest}","reason":{quote(fields.reason)},"sequence":{number},'
        f'"verb":{quote(fields.verb)}}}'
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (
        number,
        at,
        fields.incident,
        fields.verb,
        fields.actor,
        fields.reason,
        detail,
        before.digest,
        digest,
    )


def _insert(rows: list[_Row], at: datetime) -> None:
    table, columns = JournalEntry._meta.db_table, ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > 1:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        stored = connection.ops.adapt_datetimefield_value(at)
        marks = ", ".join("%s" for _ in COLUMNS)
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 -- names of our own
            [(row[0], stored, *row[2:]) for row in rows],
        )


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
