"""The fast check of a journal in the database: every digest computed again, at half a million entries a second.

It answers one question, "does all of it fit?", and names nothing: where the answer is no, `amends.ledger.chain.verify`
says exactly what does not, and it stays the definition of what fits. The speed comes from three things:

- the database hands over the columns as they are stored, and the text that is hashed is put together here,
  byte for byte as `Entry.computed_digest` makes it, without parsing a detail or an instant;
- a large journal is checked in two halves at once, the second by a forked process with a connection of its own;
- for the Merkle tree, blocks of 1,024 leaves are reduced where they are read, and only their roots travel.

A detail is put into the text as it is stored. Because every other value is quoted or of fixed length, two different
rows never give the same text, so that a row that fits is the row that was written.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from json.encoder import encode_basestring
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

from django.db import DatabaseError, connection

from amends.ledger.chain import GENESIS, Head
from amends.ledger.merkle import HASH_BYTES, Frontier, leaf_hash, perfect_root
from amends.ledger.models import JournalEntry

BLOCK_HEIGHT: Final = 10
BLOCK: Final = 1 << BLOCK_HEIGHT
TWO_PROCESSES_FROM: Final = 50_000
"""Entries from which a second process is worth the hundredth of a second that its making takes."""
_INSTANT: Final = 26
"""Characters of an instant with microseconds, without its zone."""
_FETCHED: Final = ("actor", "at", "detail", "incident", "previous", "reason", "sequence", "verb", "digest")
_SEPARATOR: Final = "\x1e"
"""Between values in what PostgreSQL sends; a value that holds one does not fit, and the slow check decides."""


class _MisfitError(Exception):
    """Some entry does not fit; which one, the slow check says."""


_NOT_FITTING: Final = (_MisfitError, DatabaseError, sqlite3.Error, TypeError, ValueError, UnicodeError)
"""A column of another type, a text that is no UTF-8: whatever was never written fits nothing."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a journal that fits is known by."""

    last: str
    """Digest of the last entry."""
    digests: dict[int, str]
    """Size → digest of the last entry of a journal of that size, for each that was asked for."""
    roots: dict[int, bytes]
    """Size → root of the tree over that many entries, for each that was asked for."""
    frontier: Frontier
    """Of the whole tree; empty where no root was asked for."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Entries ``first`` to ``last``."""

    first: int
    last: int
    before: str
    """Digest of the entry before."""


@dataclass(slots=True)
class _Checked:
    """What one stretch is known by."""

    last: str
    digests: dict[int, str] = field(default_factory=dict)
    blocks: list[tuple[bool, bytes]] = field(default_factory=list)
    """For each block whether it is reduced, and its root or its chain digests."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was checked and signed before: the end of that part, and its tree."""

    head: Head
    frontier: Frontier


NOTHING: Final = Begun(Head(0, GENESIS), Frontier())


def scan(
    head: Head, *, heads_at: Collection[int] = (), roots_at: Collection[int] = (), after: Begun = NOTHING
) -> Scan | None:
    """Check the entries up to the head; return None unless every one fits and nothing stands between them.

    Entries that are added while it runs have numbers beyond the head and are not looked at.
    """
    wanted, roots_wanted = frozenset(heads_at) | frozenset(roots_at), frozenset(roots_at)
    try:
        parts = _checked_parts(head, after.head, wanted, bool(roots_wanted))
    except _NOT_FITTING:
        return None
    if parts[-1].last != head.digest:
        return None
    digests = {size: digest for part in parts for size, digest in part.digests.items()}
    frontier = after.frontier.copy()
    roots = {frontier.size: frontier.root()}
    for reduced, content in (block for part in parts for block in part.blocks):
        if reduced:
            frontier.add_subtree(content, BLOCK_HEIGHT)
            continue
        for begin in range(0, len(content), HASH_BYTES):
            frontier.add(content[begin : begin + HASH_BYTES])
            if frontier.size in roots_wanted:
                roots[frontier.size] = frontier.root()
    return Scan(parts[-1].last, digests, roots, frontier)


def _checked_parts(head: Head, after: Head, wanted: frozenset[int], with_tree: bool) -> list[_Checked]:
    # A journal that this very transaction is changing is seen by this connection alone.
    alone = head.sequence - after.sequence < TWO_PROCESSES_FROM or connection.in_atomic_block
    if alone or after.sequence:
        whole = _Stretch(after.sequence + 1, head.sequence, after.digest)
        return [_check(connection, whole, wanted, with_tree)]
    middle = head.sequence // 2 // BLOCK * BLOCK
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT digest FROM {JournalEntry._meta.db_table} WHERE sequence = %s",  # noqa: S608
            [middle],
        )
        found = cursor.fetchone()
    if found is None:
        raise _MisfitError
    second = _Stretch(middle + 1, head.sequence, found[0])
    process = get_context("fork")
    receiving, sending = process.Pipe(duplex=False)
    helper = process.Process(target=_check_apart, args=(sending, second, wanted, with_tree), daemon=True)
    helper.start()
    sending.close()
    try:
        early = _check(connection, _Stretch(1, middle, GENESIS), wanted, with_tree, until_row_of=middle + 1)
        try:
            late: _Checked | None = receiving.recv()
        except EOFError:
            # The helper died, of memory or of a signal: that says nothing about the journal.
            late = _check(connection, second, wanted, with_tree)
    finally:
        receiving.close()
        helper.kill()
        helper.join()
    if late is None or early.last != second.before:
        raise _MisfitError
    return [early, late]


def _check_apart(sending: Connection, stretch: _Stretch, wanted: frozenset[int], with_tree: bool) -> None:
    """Check a stretch in a forked process, which must not touch the connection that it was born with."""
    own = connection.copy()
    try:
        checked: _Checked | None = _check(own, stretch, wanted, with_tree)
    except _NOT_FITTING:
        checked = None
    finally:
        own.close()
    sending.send(checked)


def _check(
    database: Any,
    stretch: _Stretch,
    wanted: frozenset[int],
    with_tree: bool,
    *,
    until_row_of: int | None = None,
) -> _Checked:
    checked, number = _Checked(stretch.before), stretch.first - 1
    with database.cursor() as cursor:
        blocks = (
            _blocks_of_postgresql(cursor, stretch)
            if database.vendor == "postgresql"
            else _blocks_of_sqlite(cursor, stretch, until_row_of)
        )
        for block in blocks:
            digests = _digests(block, number, checked.last)
            begin, number = number, number + len(digests)
            checked.last = digests[-1] if digests else checked.last
            noted = [size for size in wanted if begin < size <= number]
            checked.digests.update({size: digests[size - begin - 1] for size in noted})
            if with_tree:
                # Half a perfect subtree is none: blocks are reduced where they begin on their own edge.
                checked.blocks.append(_reduced(digests, whole=bool(noted or begin % BLOCK)))
    if number != stretch.last:
        raise _MisfitError
    return checked


def _digests(rows: Iterable[tuple[Any, ...]], number: int, before: str) -> list[str]:
    """Return the digest of each row, which follows entry ``number`` of digest ``before``. The loop that is paid for."""
    begun, quote = hashlib.sha256().copy, encode_basestring
    digests: list[str] = []
    keep = digests.append
    for actor, at, detail, incident, previous, reason, sequence, verb, digest in rows:
        number += 1
        instant = at if len(at) == _INSTANT else _with_microseconds(at)
        text = (
            f'{{"actor":{quote(actor)},"at":"{instant[:10]}T{instant[11:]}+00:00","detail":{detail},'
            f'"incident":{quote(incident)},"previous":"{before}","reason":{quote(reason)},'
            f'"sequence":{number},"verb":{quote(verb)}}}'
        )
        hashed = begun()
        hashed.update(text.encode())
        computed = hashed.hexdigest()
        if digest != computed or previous != before or sequence != number or instant[10] != " ":
            raise _MisfitError
        before = computed
        keep(computed)
    return digests


def _with_microseconds(at: str) -> str:
    """Return an instant with six digits behind the second, which both databases leave out where they are zeros."""
    whole = f"{at}.000000" if len(at) == 19 else at.ljust(_INSTANT, "0")
    if len(whole) != _INSTANT or whole[19] != ".":
        raise _MisfitError
    return whole


def _reduced(digests: list[str], *, whole: bool) -> tuple[bool, bytes]:
    """Return the root of a full block; the digests of one that is not full or in which a root is asked for."""
    joined = bytes.fromhex("".join(digests))
    if whole or len(digests) < BLOCK:
        return False, joined
    return True, perfect_root(
        [leaf_hash(joined[at : at + HASH_BYTES]) for at in range(0, len(joined), HASH_BYTES)]
    )


def _blocks_of_sqlite(
    cursor: Any, stretch: _Stretch, until_row_of: int | None
) -> Iterator[Iterable[tuple[Any, ...]]]:
    """Yield the rows in the order in which they were written: an index would cost a second descent for each.

    Whatever has no number beyond the last one is read, wherever it stands, so that nothing hides between them.
    """
    table = JournalEntry._meta.db_table
    bounds, values = ["(sequence <= %s OR sequence IS NULL)"], [stretch.last]
    if until_row_of is not None:
        bounds, values = ["1 = 1"], []
    if stretch.first > 1:
        bounds.append(f"rowid >= (SELECT rowid FROM {table} WHERE sequence = %s)")  # noqa: S608
        values.append(stretch.first)
    if until_row_of is not None:
        bounds.append(f"rowid < (SELECT rowid FROM {table} WHERE sequence = %s)")  # noqa: S608
        values.append(until_row_of)
    # An expression has no type of its own, so that nobody makes a datetime of the stored text.
    fetched = ", ".join("at || ''" if name == "at" else name for name in _FETCHED)
    cursor.execute(
        f"SELECT {fetched} FROM {table} WHERE {' AND '.join(bounds)} ORDER BY rowid",  # noqa: S608
        values,
    )
    # The driver's own cursor, row by row: each row is gone before the next one comes, and nothing leaves the cache.
    rows = iter(cursor.cursor)
    while True:
        block = islice(rows, BLOCK)
        first = next(block, None)
        if first is None:
            return
        yield chain((first,), block)


def _blocks_of_postgresql(cursor: Any, stretch: _Stretch) -> Iterator[Iterable[tuple[Any, ...]]]:
    """Yield blocks that arrive as one joined text for each column: a value costs a fraction of what it costs alone."""
    instant = "(at AT TIME ZONE 'UTC')::text AS at"
    inner = ", ".join(instant if name == "at" else name for name in _FETCHED)
    joined = ", ".join(f"string_agg({name}::text, E'\\x1e')" for name in _FETCHED)
    rows = (
        f"SELECT {inner} FROM {JournalEntry._meta.db_table} "  # noqa: S608
        "WHERE sequence > %s AND sequence <= %s ORDER BY sequence"
    )
    statement = f"SELECT count(*), {joined} FROM ({rows}) AS block"  # noqa: S608
    for begin in range(stretch.first - 1, stretch.last, BLOCK):
        end = min(begin + BLOCK, stretch.last)
        cursor.execute(statement, [begin, end])
        count, *columns = cursor.fetchone()
        if count != end - begin:
            raise _MisfitError
        lists: list[list[Any]] = [column.split(_SEPARATOR) for column in columns]
        if any(len(values) != count for values in lists):
            # A text of this block holds the separator itself: its rows are taken one by one.
            cursor.execute(rows, [begin, end])
            yield cursor.fetchall()
            continue
        at = _FETCHED.index("sequence")
        lists[at] = [int(text) for text in lists[at]]
        yield zip(*lists, strict=True)
