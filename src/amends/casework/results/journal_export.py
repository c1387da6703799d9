"""The journal as a file that an outsider can check, and the checking of it (R54).

A ``journal.jsonl`` holds one entry a line and ends with a line ``{"head": {"sequence", "digest"}}``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from amends.casework.results.files import write_text
from amends.ledger import journal
from amends.ledger.journal import Break, Entry, Head
from amends.vocabulary.errors import UsageError


def write_journal(to: Path) -> Head:
    """Write every entry and the head; entries and head are of one moment."""
    with transaction.atomic():
        lines = [json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False) for entry in journal.entries()]
        head = journal.head()
    lines.append(json.dumps({"head": asdict(head)}, sort_keys=True))
    write_text(to, "\n".join(lines) + "\n")
    return head


def read_journal(file: Path) -> tuple[list[Entry], Head | None]:
    """Read an exported journal. Raises `UsageError` ``journal-unreadable``, naming the line."""
    entries: list[Entry] = []
    head: Head | None = None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "journal-unreadable", "the journal cannot be read", hint="check the path", where=str(file)
        ) from error
    for number, line in enumerate(lines, start=1):
        try:
            content = json.loads(line)
            if "head" in content:
                head = Head(**content["head"])
            else:
                entries.append(Entry(**content))
        except (ValueError, TypeError) as error:
            raise UsageError(
                "journal-unreadable",
                "a line is not a journal entry",
                hint="give the file as `amends journal export` wrote it",
                where=f"{file.name}, line {number}",
            ) from error
    return entries, head


def verify_ledger(expected: Head | None) -> tuple[int, tuple[Break, ...]]:
    """Check the ledger's own chain against its stored head and, where given, one written down elsewhere."""
    with transaction.atomic():
        entries = list(journal.entries())
        stored = journal.head()
    breaks = journal.verify(entries, expected_head=stored, head_is_end=True)
    if expected:
        breaks += journal.verify(entries, expected_head=expected)
    return len(entries), tuple(dict.fromkeys(breaks))
