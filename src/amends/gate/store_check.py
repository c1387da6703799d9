"""Checks the chain of recorded batches: a row of the record that was changed, removed or added later shows.

Anybody who can read the store can do it, without a key. What it cannot show is that the end was cut off, or that
somebody who can write made the whole of it anew: the receipts (`amends.gate.receipts`) are against the latter.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from amends.ledger.answer_chain import FIRST, digest_of


def broken_batches(file: Path) -> list[int]:
    """Return the numbers of the batches that are not as they were recorded, in order; empty where all are."""
    broken = []
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        before = FIRST
        batches = connection.execute("SELECT id, previous, digest FROM batches ORDER BY id")
        # Within a batch rows were digested in the order in which they were written.
        answers = "SELECT * FROM answers WHERE batch = ? ORDER BY rowid"
        checks = "SELECT * FROM batch_checks WHERE batch = ? ORDER BY rowid"
        for batch, previous, digest in batches.fetchall():
            rows = connection.execute(answers, (batch,)).fetchall()
            lists = connection.execute(checks, (batch,)).fetchall()
            if previous != before or digest_of(previous, batch, rows, lists) != digest:
                broken.append(batch)
            before = digest
    return broken
