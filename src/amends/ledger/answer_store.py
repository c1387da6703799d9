"""Reads the gate's own store: what it answered, to whom, about which fingerprint. Never writes there.

The gate alone writes (`<home>/gate/answers.sqlite3`); this reading looks at it through a connection that cannot. Each
batch of answers carries the SHA-256 of its rows and of the batch before, so that a row that was changed, added or
removed shows, and so does a batch that is gone from the middle; a cut end does not show. Does not know Django.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from amends.ledger.answer_chain import digest_of
from amends.ledger.home import LedgerHome
from amends.vocabulary.errors import FaultError

FIRST_DIGEST: Final = "0" * 64
"""What stands before the first batch."""
_NUMBERS_AROUND: Final = 1_000_000
_NAMES: Final = (
    "id",
    "batch",
    "at",
    "system",
    "api_key",
    "key_kind",
    "action",
    "fingerprint",
    "key_id",
    "answer",
    "reason",
    "hold_reference",
    "generation",
    "ledger_sequence",
    "expires_at",
    "receipt",
)
_COLUMNS: Final = ", ".join(_NAMES)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer as the gate recorded it before it sent it."""

    id: int
    batch: int
    at: datetime
    system: str
    api_key: str
    key_kind: str
    action: str
    fingerprint: str
    key_id: str
    answer: str
    reason: str
    hold_reference: str
    generation: int
    ledger_sequence: int
    expires_at: str
    receipt: str
    sent: bool
    """False where another answer was given in its place, and this one never left the gate."""


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Which answers are wanted."""

    fingerprints: tuple[str, ...]
    begins: datetime
    ends: datetime
    """Inclusive."""
    system: str = ""
    """Empty: of every system."""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Whether the batches of a range are as the gate wrote them."""

    batches: int
    broken: tuple[str, ...]
    """What is wrong, in words; empty where the chain is whole."""


class AnswerStore:
    """The gate's store, opened for reading. Raises `FaultError` ``answers-unreadable``."""

    def __init__(self, home: LedgerHome) -> None:
        self.file: Path = home.folder / "gate" / "answers.sqlite3"

    def exists(self) -> bool:
        """Whether the gate has ever run for this ledger."""
        return self.file.is_file()

    def answers(self, wanted: AnswerFilter) -> list[GivenAnswer]:
        """Return the answers, in the order in which they were given."""
        with self._opened() as store:
            # Of a list's answers, which lie packed in one row, the gate offers a view.
            has_view = store.execute("SELECT 1 FROM sqlite_master WHERE name = 'every_answer'").fetchone()
            table = "every_answer" if has_view else "answers"
            found = []
            for piece in _pieces(wanted.fingerprints):
                marks = ",".join("?" * len(piece))
                rows = store.execute(
                    f"SELECT {_COLUMNS} FROM {table} WHERE fingerprint IN ({marks})"  # noqa: S608 -- names above
                    " AND at >= ? AND at <= ? AND (? = '' OR system = ?)",
                    [*piece, _text(wanted.begins), _text(wanted.ends), wanted.system, wanted.system],
                )
                found += rows.fetchall()
            replaced = _replaced(store, [row[0] for row in found])
        return sorted((_given(row, replaced) for row in found), key=lambda given: (given.at, given.id))

    def last_before(self, wanted: AnswerFilter) -> list[GivenAnswer]:
        """Return the last answer of each system and action up to ``wanted.ends``: what stood then."""
        last: dict[tuple[str, str], GivenAnswer] = {}
        for given in self.answers(wanted):
            if given.sent:
                last[given.system, given.action] = given
        return sorted(last.values(), key=lambda given: (given.at, given.id))

    def check_chain(self, answers: Sequence[GivenAnswer]) -> ChainCheck:
        """Work out anew the digests of the batches from the first to the last that these answers (not none) are of."""
        first, last = min(given.batch for given in answers), max(given.batch for given in answers)
        broken: list[str] = []
        count = 0
        with self._opened() as store:
            broken += _strays(store, answers)
            before = store.execute("SELECT digest FROM batches WHERE id = ?", [first - 1]).fetchone()
            previous = before[0] if before else FIRST_DIGEST
            expected = first
            if before is None and first > 1:
                broken.append(f"batch {first - 1} is gone")
                previous = ""
            has_checks = store.execute("SELECT 1 FROM sqlite_master WHERE name = 'batch_checks'").fetchone()
            rows = store.execute(
                "SELECT id, previous, digest FROM batches WHERE id BETWEEN ? AND ? ORDER BY id", [first, last]
            )
            for number, states_previous, digest in rows.fetchall():
                count += 1
                if number != expected:
                    broken.append(f"batch {expected} is gone")
                elif previous and states_previous != previous:
                    broken.append(f"batch {number} does not follow the batch before it")
                if _digest(store, number, states_previous, bool(has_checks)) != digest:
                    broken.append(f"the answers of batch {number} are not those that were written")
                previous, expected = digest, number + 1
        if expected <= last:
            broken.append(f"batch {expected} is gone")
        return ChainCheck(count, tuple(broken))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True)) as store:
                # One state of the store for all that is read.
                store.execute("BEGIN")
                yield store
        except sqlite3.Error as error:
            raise FaultError(
                "answers-unreadable",
                "the record of the gate's answers cannot be read",
                hint="check that the gate has run for this ledger, and who may read its folder",
                where=self.file.name,
            ) from error


def _digest(store: sqlite3.Connection, batch: int, previous: str, has_checks: bool) -> str:
    numbers = store.execute("SELECT first, last FROM batches WHERE id = ?", [batch]).fetchone()
    # By number, which the table is ordered by and in which the gate digests them.
    rows = store.execute(
        "SELECT * FROM answers WHERE id BETWEEN ? AND ? AND batch = ? ORDER BY id", [*numbers, batch]
    ).fetchall()
    checks = (
        store.execute(
            "SELECT * FROM batch_checks WHERE id BETWEEN ? AND ? AND batch = ? ORDER BY id", [*numbers, batch]
        ).fetchall()
        if has_checks
        else []
    )
    return digest_of(previous, batch, rows, checks)


def _place_of(store: sqlite3.Connection, column: str) -> int | None:
    names = [row[1] for row in store.execute("PRAGMA table_info(answers)")]
    return names.index(column) if column in names else None


def _replaced(store: sqlite3.Connection, ids: Sequence[int]) -> set[int]:
    """Return which of these answers never left the gate, because another one had been given in their place."""
    if not ids or _place_of(store, "instead_of") is None:
        return set()
    # The other one got its number within moments; no index leads there, so the numbers around are looked through.
    around = [min(ids) - _NUMBERS_AROUND, max(ids) + _NUMBERS_AROUND]
    rows = store.execute(
        "SELECT instead_of FROM answers WHERE id BETWEEN ? AND ? AND instead_of IS NOT NULL", around
    )
    return {row[0] for row in rows} & set(ids)


def _strays(store: sqlite3.Connection, answers: Sequence[GivenAnswer]) -> Iterator[str]:
    """Say of each answer that lies outside the numbers of its batch that nobody vouches for it."""
    ranges = {
        batch: store.execute("SELECT first, last FROM batches WHERE id = ?", [batch]).fetchone()
        for batch in {given.batch for given in answers}
    }
    for given in answers:
        numbers = ranges[given.batch]
        if numbers is None or not numbers[0] <= given.id <= numbers[1]:
            yield f"answer {given.id} is not one of the batch that it names"


def _pieces(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(values), 500):
        yield values[begin : begin + 500]


def _given(row: Sequence[Any], replaced: set[int]) -> GivenAnswer:
    values = dict(zip(_NAMES, row, strict=True))
    values["at"] = datetime.fromisoformat(values["at"])
    return GivenAnswer(**values, sent=values["id"] not in replaced)


def _text(instant: datetime) -> str:
    """Return an instant as the gate writes it, so that texts compare as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
