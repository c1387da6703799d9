"""Writes the journal as a file that an outsider can check, and checks the ledger's own chain (R54)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from amends.casework.results.files import write_text
from amends.ledger import journal
from amends.ledger.against_checkpoints import Anchor
from amends.ledger.chain import Break, Head
from amends.ledger.journal_check import check_journal


def write_journal(to: Path) -> Head:
    """Write every entry and the head; entries and head are of one moment."""
    with transaction.atomic():
        lines = [json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False) for entry in journal.entries()]
        head = journal.head()
    lines.append(json.dumps({"head": asdict(head)}, sort_keys=True))
    write_text(to, "\n".join(lines) + "\n")
    return head


def verify_ledger(expected: Head | None, anchors: Sequence[Anchor] = ()) -> tuple[int, tuple[Break, ...]]:
    """Check the ledger's own chain against its stored head and, where given, what was written down elsewhere."""
    return check_journal(expected=expected, anchors=anchors)
