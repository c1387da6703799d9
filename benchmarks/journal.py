"""`make bench-journal`: how fast the journal is written and checked, on both databases, beside what bounds it.

Beside the writing: the same rows, their digests known already, by a plain INSERT (SQLite) or COPY (PostgreSQL) into a
table of the same columns. Beside the check: a plain SELECT of the same rows by the same driver, which computes
nothing. Sizes by ENTRIES (default 100000,1000000).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Final

from rich.table import Table

from benchmarks.ledgers import DATABASES, empty_ledger
from benchmarks.measuring import console, keep, machine

SIZES: Final = tuple(int(text) for text in os.environ.get("ENTRIES", "100000,1000000").split(","))
_BATCH: Final = 10_000
_AT: Final = datetime(2031, 3, 3, 9, 0, 0, 123456, tzinfo=UTC)
AIMS: Final = {"append": 50_000, "verify": 500_000}


@dataclass(frozen=True, slots=True)
class Rates:
    """Entries a second."""

    append: float
    plain_insert: float
    verify: float
    verify_with_tree: float
    plain_select: float
    checkpoint_seconds: float
    """To sign a checkpoint after one more batch, the older part of the journal being signed already."""


def main() -> int:
    """Measure, print, keep; ends with 1 where a rate is below its aim."""
    out = console()
    out.print(", ".join(f"{name} {value}" for name, value in machine().items()))
    measured: dict[str, dict[int, Rates]] = {}
    for database in DATABASES:
        with empty_ledger(database) as home:
            measured[database] = {}
            written = 0
            for size in sorted(SIZES):
                measured[database][size] = _measure(size - written, size, home)
                written = size + _BATCH
    out.print(_table(measured))
    content = {
        database: {
            str(size): {name: getattr(rates, name) for name in Rates.__slots__} for size, rates in by.items()
        }
        for database, by in measured.items()
    }
    keep("journal", content)
    slow = [
        f"{name} on {database} at {size:,}"
        for database, by in measured.items()
        for size, rates in by.items()
        for name, least in AIMS.items()
        if getattr(rates, name) < least
    ]
    out.print(f"below the aim: {', '.join(slow)}" if slow else "every rate is at or above its aim")
    return 1 if slow else 0


def _measure(count: int, size: int, home: Any) -> Rates:
    from amends.ledger import journal
    from amends.ledger.checkpointing import next_checkpoint
    from amends.ledger.journal_check import check_journal
    from amends.ledger.journal_scan import scan

    append = count / _seconds(lambda: _append(count))
    head = journal.head()
    verify = size / min(_seconds(lambda: _intact(check_journal)) for _ in range(3))
    with_tree = size / min(_seconds(lambda: scan(head, roots_at=[size])) for _ in range(2))
    select = size / min(_seconds(_select) for _ in range(3))
    insert = size / _seconds(_insert_plainly(size))
    next_checkpoint(home, now=_AT)
    _append(_BATCH)
    return Rates(append, insert, verify, with_tree, select, _seconds(lambda: next_checkpoint(home, now=_AT)))


def _append(count: int) -> None:
    from django.db import transaction

    from amends.ledger import journal

    for begin in range(0, count, _BATCH):
        batch = [
            journal.JournalFields(
                "advance_remedy",
                "operator",
                "letters were handed over",
                "2031-03-03-0123456789",
                {"kind": "notice", "step": "deliver", "count": 1, "remedies": str(number)},
            )
            for number in range(begin, min(begin + _BATCH, count))
        ]
        with transaction.atomic():
            journal.append_many(batch, at=_AT)


def _intact(check: Callable[[], tuple[int, tuple[Any, ...]]]) -> None:
    _, breaks = check()
    if breaks:
        raise AssertionError("the journal that was just written is broken")


def _select() -> None:
    from django.db import connection

    from amends.ledger.journal import COLUMNS

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ledger_journalentry ORDER BY sequence")
        while cursor.fetchmany(_BATCH):
            pass


def _insert_plainly(size: int) -> Callable[[], None]:
    """Return the writing of the same rows into a table without chain or triggers; reading them is not measured."""
    from django.db import connection, transaction

    from amends.ledger.journal import COLUMNS

    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS plain_rows")
        cursor.execute(f"CREATE TABLE plain_rows AS SELECT {names} FROM ledger_journalentry WHERE 1 = 0")
        cursor.execute("CREATE UNIQUE INDEX plain_rows_key ON plain_rows (sequence)")
        cursor.execute(f"SELECT {names.replace(' at,', ' CAST(at AS text),')} FROM ledger_journalentry")
        rows = cursor.fetchmany(size)

    def insert() -> None:
        for begin in range(0, len(rows), _BATCH):
            with transaction.atomic(), connection.cursor() as writer:
                piece = rows[begin : begin + _BATCH]
                if connection.vendor == "postgresql":
                    with writer.copy(f"COPY plain_rows ({names}) FROM STDIN") as copy:
                        for row in piece:
                            copy.write_row(row)
                else:
                    marks = ", ".join("%s" for _ in COLUMNS)
                    writer.executemany(f"INSERT INTO plain_rows ({names}) VALUES ({marks})", piece)

    return insert


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _table(measured: dict[str, dict[int, Rates]]) -> Table:
    table = Table("database", "entries", "what", "a second", "aim", "limit beside it")
    for database, by_size in measured.items():
        for size, rates in by_size.items():
            where = (database, f"{size:,}")
            table.add_row(
                *where,
                "append, batches of 10,000",
                f"{rates.append:,.0f}",
                "50,000",
                f"{rates.plain_insert:,.0f}",
            )
            table.add_row(
                *where, "verify the chain", f"{rates.verify:,.0f}", "500,000", f"{rates.plain_select:,.0f}"
            )
            table.add_row(*where, "verify chain and tree", f"{rates.verify_with_tree:,.0f}", "", "")
            table.add_row(*where, "next checkpoint, ms", f"{rates.checkpoint_seconds * 1000:,.1f}", "", "")
    return table


if __name__ == "__main__":
    sys.exit(main())
