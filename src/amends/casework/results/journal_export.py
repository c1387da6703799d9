"""Writes the journal as a file that an outsider can check, and checks the ledger's own chain (R54)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from amends.casework.results.files import write_text
from amends.ledger import journal
from amends.ledger.chain import Break, Head, verify


def write_journal(to: Path) -> Head:
    """Write every entry and the head; entries and head are of one moment."""
    with transaction.atomic():
        lines = [json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False) for entry in journal.entries()]
        head = journal.head()
    lines.append(json.dumps({"head": asdict(head)}, sort_keys=True))
    write_text(to, "\n".join(lines) + "\n")
    return head


def verify_ledger(expected: Head | None) -> tuple[int, tuple[Break, ...]]:
    """Check the ledger's own chain against its stored head and, where given, one written down elsewhere."""
    with transaction.atomic():
        entries = list(journal.entries())
        stored = journal.head()
    breaks = verify(entries, expected_head=stored, head_is_end=True)
    if expected:
        breaks += verify(entries, expected_head=expected)
    return len(entries), tuple(dict.fromkeys(breaks))
