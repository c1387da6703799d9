"""What a backup asks of a database, whichever it is, and how facts are read out of any of them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amends.ledger.backup.manifest import LedgerFacts
from amends.ledger.chain import Entry, Head

Query = Any
"""A function that takes SQL without parameters and returns its rows."""
SealedColumn = tuple[str, str]
"""Table and column of sealed values."""


class LedgerDatabase(ABC):
    """One database of a ledger, without Django."""

    name: str
    """``sqlite`` or ``postgresql``."""
    file_name: str
    """Name of its file in a copy."""

    @abstractmethod
    def copy(self, to: Path, sealed: Sequence[SealedColumn]) -> LedgerFacts:
        """Write a copy of one moment to a file, and return what the database said at that moment."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Query]:
        """Yield a function that reads rows, all of one moment."""


def facts_of(query: Query, sealed: Sequence[SealedColumn], tables: Sequence[str]) -> LedgerFacts:
    """Return what a database says of itself; every statement of the same moment."""
    ((sequence, digest),) = query("SELECT sequence, digest FROM ledger_journalhead WHERE id = 1")
    ((generation, key_id),) = query(
        "SELECT generation, fingerprint_key_id FROM ledger_gatestate WHERE id = 1"
    )
    counts = {table: query(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608
    data_keys: set[str] = set()
    for table, column in sealed:
        rows = query(
            f'SELECT DISTINCT substr("{column}", 1, 9) FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608
        )
        # Of a value that was erased SQLite gives no beginning, and PostgreSQL an empty one.
        data_keys |= {bytes(head)[1:].hex() for (head,) in rows if head and bytes(head)[:1] == b"\x02"}
    return LedgerFacts(Head(sequence, digest), counts, generation, key_id, tuple(sorted(data_keys)))


def entries_of(query: Query) -> Iterator[Entry]:
    """Yield the journal in order, as plain values."""
    rows = query(
        "SELECT sequence, at, incident, verb, actor, reason, detail, previous, digest"
        " FROM ledger_journalentry ORDER BY sequence"
    )
    for sequence, at, incident, verb, actor, reason, detail, previous, digest in rows:
        yield Entry(
            sequence=sequence,
            at=_instant(at).isoformat(timespec="microseconds"),
            incident=incident,
            verb=verb,
            actor=actor,
            reason=reason,
            detail=json.loads(detail) if isinstance(detail, str) else detail,
            previous=previous,
            digest=digest,
        )


def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    found: datetime = value.astimezone(UTC)
    return found
