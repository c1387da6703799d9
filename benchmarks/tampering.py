"""`make faults`: tampers with a journal in every way and at every place, and counts what the check does not find.

Who tampers owns the database: the triggers are dropped and raw SQL does the rest; each attempt is undone by rolling
back to a savepoint. Twelve kinds (the nine that were asked for, and three that aim at the links), at
POSITIONS places (default 1,000: every entry of four journals of 250), on both databases. Each journal was signed twice,
half-way and at its end, and the checkpoints lie outside the database.

Then two verifiers with a planted bug go over the same attempts: one that forgets the checkpoints, one that looks only
at the links. Each must miss some, or this run could not have told a good verifier from a bad one. Ends with 1
where the real one misses a single attempt, or a bad one none.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from time import perf_counter
from typing import Any, Final

from rich.table import Table

from benchmarks.ledgers import DATABASES, empty_ledger
from benchmarks.measuring import console, keep

POSITIONS: Final = int(os.environ.get("POSITIONS", "1000"))
_LONGEST: Final = 250
LENGTHS: Final = tuple(min(_LONGEST, POSITIONS - begin) for begin in range(0, POSITIONS, _LONGEST))
"""Journals that are tampered with, one after another: a check costs what the journal is long."""
TWIN_PLACES: Final = 5
"""Places of each journal at which the bad verifiers are tried."""
_AT: Final = datetime(2031, 3, 3, 9, tzinfo=UTC)
_TABLE: Final = "ledger_journalentry"
_COLUMNS: Final = "sequence, at, incident, verb, actor, reason, detail, previous, digest"
Attempt = Callable[["Attacker", int], None]
Check = Callable[[Sequence[Any]], bool]
"""Takes what the checkpoints say; returns whether something was found."""


class Attacker:
    """Somebody who owns the database, knows the algorithm, and has all the time in the world."""

    def __init__(self, cursor: Any) -> None:
        from amends.ledger import journal

        self.run = cursor.execute
        self.run_many = cursor.executemany
        self.chain = list(journal.entries())

    def set(self, column: str, value: Any, at: int) -> None:
        """Change one column of one entry."""
        self.run(f"UPDATE {_TABLE} SET {column} = %s WHERE sequence = %s", [value, at])

    def renumber(self, first: int, by: int) -> None:
        """Move every entry from ``first`` on; by way of negative numbers, because no number may stand there twice."""
        self.run(f"UPDATE {_TABLE} SET sequence = -sequence WHERE sequence >= %s", [first])
        self.run(f"UPDATE {_TABLE} SET sequence = -sequence + %s WHERE sequence < 0", [by])

    def end_at(self, sequence: int, digest: str) -> None:
        """Make the head fit."""
        self.run("UPDATE ledger_journalhead SET sequence = %s, digest = %s", [sequence, digest])


def change_actor(attacker: Attacker, at: int) -> None:
    """Somebody else did it."""
    attacker.set("actor", "somebody else", at)


def change_time(attacker: Attacker, at: int) -> None:
    """It was done a day earlier."""
    attacker.set("at", "2031-03-02 09:00:00+00:00" if _is_postgresql() else "2031-03-02 09:00:00", at)


def change_detail(attacker: Attacker, at: int) -> None:
    """Something else was done."""
    attacker.set("detail", '{"count":0}', at)


def change_reason(attacker: Attacker, at: int) -> None:
    """It was done for another reason."""
    attacker.set("reason", "another reason", at)


def remove(attacker: Attacker, at: int) -> None:
    """It was not done. The others are numbered anew."""
    attacker.run(f"DELETE FROM {_TABLE} WHERE sequence = %s", [at])
    attacker.renumber(at + 1, -1)
    last = attacker.chain[-1] if at < len(attacker.chain) else attacker.chain[-2]
    attacker.end_at(len(attacker.chain) - 1, last.digest)


def insert(attacker: Attacker, at: int) -> None:
    """Something more was done, with a digest that fits it."""
    attacker.renumber(at, 1)
    entry = attacker.chain[at - 1]
    made = replace(entry, reason="added later")
    made = replace(made, digest=made.computed_digest())
    attacker.run(
        f"INSERT INTO {_TABLE} ({_COLUMNS}) SELECT %s, at, incident, verb, actor, %s, detail, previous, %s "
        f"FROM {_TABLE} WHERE sequence = %s",
        [at, made.reason, made.digest, at + 1],
    )
    attacker.end_at(len(attacker.chain) + 1, attacker.chain[-1].digest)


def reorder(attacker: Attacker, at: int) -> None:
    """It was done after what came next (at the end: before what came last)."""
    first = min(at, len(attacker.chain) - 1)
    for before, after in ((first, -1), (first + 1, first), (-1, first + 1)):
        attacker.run(f"UPDATE {_TABLE} SET sequence = %s WHERE sequence = %s", [after, before])


def cut_tail(attacker: Attacker, at: int) -> None:
    """Nothing was done from here on; the head is made to fit, so that the chain holds."""
    attacker.run(f"DELETE FROM {_TABLE} WHERE sequence >= %s", [at])
    attacker.end_at(at - 1, attacker.chain[at - 2].digest if at > 1 else "0" * 64)


def rewrite(attacker: Attacker, at: int) -> None:
    """Another history from here on: every digest and the head recomputed, so that the chain holds."""
    before = attacker.chain[at - 2].digest if at > 1 else "0" * 64
    rows = []
    for entry in attacker.chain[at - 1 :]:
        reason = "another story" if entry.sequence == at else entry.reason
        draft = replace(entry, reason=reason, previous=before)
        before = draft.computed_digest()
        rows.append((reason, draft.previous, before, entry.sequence))
    attacker.run_many(
        f"UPDATE {_TABLE} SET reason = %s, previous = %s, digest = %s WHERE sequence = %s", rows
    )
    attacker.end_at(len(attacker.chain), before)


def fit_own_digest(attacker: Attacker, at: int) -> None:
    """One entry is changed and its own digest made to fit; the link from the next one is left."""
    made = replace(attacker.chain[at - 1], actor="somebody else")
    attacker.run(
        f"UPDATE {_TABLE} SET actor = %s, digest = %s WHERE sequence = %s",
        [made.actor, made.computed_digest(), at],
    )


def bend_link(attacker: Attacker, at: int) -> None:
    """Only the link backwards is changed."""
    attacker.set("previous", "f" * 64, at)


def forget_number(attacker: Attacker, at: int) -> None:
    """An entry is hidden under a number before the first."""
    attacker.run(f"UPDATE {_TABLE} SET sequence = %s WHERE sequence = %s", [-at, at])


KINDS: Final[dict[str, Attempt]] = {
    "change of actor": change_actor,
    "change of time": change_time,
    "change of detail": change_detail,
    "change of reason": change_reason,
    "removal": remove,
    "insertion": insert,
    "reordering": reorder,
    "cut tail": cut_tail,
    "full rewrite": rewrite,
    "own digest made to fit": fit_own_digest,
    "link bent": bend_link,
    "number forgotten": forget_number,
}


def whole_check(anchors: Sequence[Any]) -> bool:
    """The check as `amends journal verify` makes it."""
    from amends.ledger.journal_check import check_journal

    return bool(check_journal(anchors=anchors)[1])


def check_without_checkpoints(_anchors: Sequence[Any]) -> bool:
    """Planted bug: the chain alone is believed."""
    return whole_check(())


def check_of_links_alone(_anchors: Sequence[Any]) -> bool:
    """Planted bug: only the links are looked at, and no digest is computed."""
    from amends.ledger import journal

    chain = list(journal.entries())
    return any(after.previous != before.digest for before, after in pairwise(chain))


TWINS: Final[dict[str, Check]] = {
    "forgets the checkpoints": check_without_checkpoints,
    "looks at links alone": check_of_links_alone,
}


def main() -> int:
    """Tamper, check, undo, count."""
    out = console()
    results: dict[str, Any] = {}
    missed_in_all, blind_twins = 0, []
    table = Table(
        "database", "tampering", "attempts", "found", "missed", *(f"missed by one that {t}" for t in TWINS)
    )
    with ProcessPoolExecutor(len(DATABASES), get_context("spawn")) as processes:
        attacked = dict(zip(DATABASES, processes.map(_attack_on, DATABASES), strict=True))
    for database, (found, twins, seconds) in attacked.items():
        for kind, count in found.items():
            missed = POSITIONS - count
            missed_in_all += missed
            by_twin = [f"{twins[twin][kind]} of {TWIN_PLACES * len(LENGTHS)}" for twin in TWINS]
            table.add_row(database, kind, f"{POSITIONS:,}", f"{count:,}", f"{missed:,}", *by_twin)
        blind_twins += [f"{twin} ({database})" for twin in TWINS if not twins[twin].total()]
        results[database] = {"found": dict(found), "missed_by_twins": {t: dict(twins[t]) for t in TWINS}}
        results[database]["seconds"] = seconds
    out.print(table)
    attempts = POSITIONS * len(KINDS) * len(DATABASES)
    out.print(f"{attempts:,} attempts, {missed_in_all:,} missed")
    for twin in blind_twins:
        out.print(f"the verifier that {twin} missed nothing: this run proves nothing")
    keep("tampering", {"positions": POSITIONS, "missed": missed_in_all, **results})
    return 1 if missed_in_all or blind_twins else 0


def _attack_on(database: str) -> tuple[Counter[str], dict[str, Counter[str]], float]:
    """Attack one journal after another on one database, in a process of its own.

    Returns how many attempts of each kind were found, how many each bad verifier missed, and the seconds it took.
    """
    began = perf_counter()
    found: Counter[str] = Counter()
    missed: dict[str, Counter[str]] = {twin: Counter() for twin in TWINS}
    for number, length in enumerate(LENGTHS):
        with empty_ledger(database) as home:
            _attack(_signed_journal(home, number, length), length, found, missed)
    return found, missed, perf_counter() - began


def _attack(
    anchors: Sequence[Any], length: int, found: Counter[str], missed: dict[str, Counter[str]]
) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        _unprotect(cursor)
        attacker = Attacker(cursor)
        if whole_check(anchors):
            raise AssertionError("the untouched journal does not hold")
        for kind, attempt in KINDS.items():
            found[kind] += sum(
                _tried(attacker, attempt, at, whole_check, anchors) for at in range(1, length + 1)
            )
            for twin, check in TWINS.items():
                seen = [_tried(attacker, attempt, at, check, anchors) for at in _twin_places(length)]
                missed[twin][kind] += seen.count(False)
        if whole_check(anchors):
            raise AssertionError("an attempt was not undone")
        transaction.set_rollback(True)


def _tried(attacker: Attacker, attempt: Attempt, at: int, check: Check, anchors: Sequence[Any]) -> bool:
    from django.db import transaction

    point = transaction.savepoint()
    try:
        attempt(attacker, at)
        return check(anchors)
    finally:
        transaction.savepoint_rollback(point)


def _twin_places(length: int) -> list[int]:
    """Return a few places, spread from the first entry to the last."""
    return [1 + number * (length - 1) // (TWIN_PLACES - 1) for number in range(TWIN_PLACES)]


def _signed_journal(home: Any, number: int, length: int) -> list[Any]:
    """Write a journal, sign it half-way and at its end, return what was signed."""
    from django.db import transaction

    from amends.ledger import journal
    from amends.ledger.checkpoint import trusted_anchors
    from amends.ledger.checkpoint_key import signing_key
    from amends.ledger.checkpointing import next_checkpoint, own_checkpoints

    incident, half = f"2031-03-03-000000000{number}", length // 2
    for count in (half, length - half):
        batch = [
            journal.JournalFields("advance_remedy", "operator", f"exercise {n}", incident, {"count": n + 1})
            for n in range(count)
        ]
        with transaction.atomic():
            journal.append_many(batch, at=_AT)
        next_checkpoint(home, now=_AT)
    anchors, forged = trusted_anchors(own_checkpoints(home), [signing_key(home).public])
    if forged or len(anchors) != 2:
        raise AssertionError("the journal was not signed twice")
    return list(anchors)


def _unprotect(cursor: Any) -> None:
    if _is_postgresql():
        cursor.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER ALL")
        return
    for name in ("not_updated", "not_deleted", "not_replaced"):
        cursor.execute(f"DROP TRIGGER journal_entry_{name}")


def _is_postgresql() -> bool:
    from django.db import connection

    return bool(connection.vendor == "postgresql")


if __name__ == "__main__":
    sys.exit(main())
