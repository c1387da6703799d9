"""Reads an exported journal, without a ledger, a key or Django (R54).

A ``journal.jsonl`` holds one entry a line and ends with a line ``{"head": {"sequence", "digest"}}``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from amends.ledger.against_checkpoints import Anchor, check_anchors
from amends.ledger.chain import Break, Entry, Head, verify
from amends.vocabulary.errors import UsageError


def verify_file(
    file: Path, expected: Head | None, anchors: Sequence[Anchor] = ()
) -> tuple[int, tuple[Break, ...]]:
    """Check an exported chain against the head at its end and, where given, what was written down elsewhere.

    ``expected`` is a head that somebody noted; ``anchors`` are what signed checkpoints say of the journal.
    """
    entries, stored = read_journal(file)
    breaks = verify(entries, expected_head=stored, head_is_end=True)
    if expected:
        breaks += verify(entries, expected_head=expected)
    breaks += check_anchors([entry.digest for entry in entries], anchors)
    return len(entries), tuple(dict.fromkeys(breaks))


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
