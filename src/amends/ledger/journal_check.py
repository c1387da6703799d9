"""Checks the journal in the database: fast where it fits, and naming each break where it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction

from amends.ledger.against_checkpoints import Anchor, check_anchors, unfitting_anchors
from amends.ledger.canonical_json import canonical
from amends.ledger.chain import GENESIS, Break, Entry, Head, verify
from amends.ledger.journal import COLUMNS
from amends.ledger.journal_scan import scan
from amends.ledger.models import JournalEntry, JournalHead

_STORED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?", re.ASCII)
"""How SQLite keeps an instant; with a fraction only where there are microseconds."""


def check_journal(
    *, expected: Head | None = None, anchors: Sequence[Anchor] = ()
) -> tuple[int, tuple[Break, ...]]:
    """Return how many entries the journal has, and every break of it.

    ``expected`` is a head written down elsewhere earlier; ``anchors`` are what signed checkpoints say of it.
    """
    stored, first, last = _state()
    if stored is not None and (first, last) == ((1, stored.sequence) if stored.sequence else (None, None)):
        sizes = {anchor.size for anchor in anchors}
        heads = {expected.sequence} if expected else set()
        found = scan(stored, heads_at=heads, roots_at=sizes) if stored.sequence else None
        if stored == Head(0, GENESIS) or found:
            digests = {0: GENESIS, **(found.digests if found else {})}
            roots = found.roots if found else {}
            if expected is None or digests.get(expected.sequence) == expected.digest or not expected.sequence:
                return stored.sequence, unfitting_anchors(anchors, stored.sequence, digests, roots)
    return _check_slowly(expected, anchors)


def _check_slowly(expected: Head | None, anchors: Sequence[Anchor]) -> tuple[int, tuple[Break, ...]]:
    # Nobody appends between the reading of the entries and of the head: two instants would look like damage.
    with transaction.atomic():
        list(JournalHead.objects.select_for_update())
        stored, _, _ = _state()
        entries, breaks = _entries_as_stored()
    breaks += verify(entries, expected_head=stored, head_is_end=True)
    if expected:
        breaks += verify(entries, expected_head=expected)
    breaks += check_anchors([entry.digest for entry in entries], anchors)
    return len(entries), tuple(dict.fromkeys(breaks))


def _state() -> tuple[Head | None, Any, Any]:
    """Return the stored head, and the first and the last number, all of one instant."""
    entries, heads = JournalEntry._meta.db_table, JournalHead._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sequence, digest, (SELECT min(sequence) FROM {entries}), "  # noqa: S608
            f"(SELECT max(sequence) FROM {entries}) FROM {heads} WHERE id = 1"
        )
        found = cursor.fetchone()
    if found is None or not isinstance(found[0], int) or not isinstance(found[1], str):
        return None, None, None
    return Head(found[0], found[1]), found[2], found[3]


def _entries_as_stored() -> tuple[list[Entry], tuple[Break, ...]]:
    """Return every entry, also one whose columns hold what was never written; such a one fits no digest."""
    entries: list[Entry] = []
    breaks: list[Break] = []
    with _any_bytes(), connection.cursor() as cursor:
        # On SQLite as the text that is stored, of which Django would make a datetime or an error.
        as_stored = "at || ''" if connection.vendor == "sqlite" else "at"
        fetched = ", ".join(as_stored if name == "at" else name for name in COLUMNS)
        cursor.execute(f"SELECT {fetched} FROM {JournalEntry._meta.db_table} ORDER BY sequence")  # noqa: S608
        for row in cursor.fetchall():
            values = dict(zip(COLUMNS, row, strict=True))
            number = values["sequence"]
            if not isinstance(number, int):
                breaks.append(Break(0, "changed", "an entry has a number that is none"))
                continue
            texts = {
                name: _text(values[name]) for name in COLUMNS if name not in ("sequence", "at", "detail")
            }
            entries.append(
                Entry(sequence=number, at=_instant(values["at"]), detail=_detail(values["detail"]), **texts)
            )
    return entries, tuple(breaks)


@contextmanager
def _any_bytes() -> Iterator[None]:
    """Let SQLite hand over text that is no UTF-8, which somebody may have planted, instead of failing at it."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    plain = connection.connection
    before = plain.text_factory
    plain.text_factory = lambda content: content.decode(errors="surrogateescape")
    try:
        yield
    finally:
        plain.text_factory = before


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"\0 not a text: {value!r}"


def _instant(value: Any) -> str:
    try:
        if isinstance(value, str) and not _STORED.fullmatch(value):
            return _text(value)
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return _text(value)
    # SQLite keeps instants in UTC without saying so.
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return at.isoformat(timespec="microseconds")


def _detail(value: Any) -> dict[str, Any]:
    """Return a detail as it was written; a text that is not the canonical one was not."""
    try:
        detail = json.loads(value)
        if isinstance(detail, dict) and canonical(detail) == value:
            return detail
    except (TypeError, ValueError, RecursionError):
        pass
    return {"\0 not the text that was written": _text(value)}
