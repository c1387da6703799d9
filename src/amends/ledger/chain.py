"""The hash chain of the journal, as plain values: what an outsider needs to check it (R54).

Entry *n* carries the digest of entry *n* - 1, and its own digest is SHA-256 over its canonical JSON
(RFC 8785 in spirit: sorted keys, no white space, UTF-8)::

    digest(n) = SHA-256( {"actor", "at", "detail", "incident", "previous": digest(n-1), "reason", "sequence", "verb"} )

A changed entry no longer fits its digest; a removed or moved one breaks the chain of sequence numbers
and previous digests; a cut tail no longer fits the stored head. What a chain cannot show is a
rewriting of the whole of it, head included, by someone who holds the database: for that, heads are
written down elsewhere (every ``journal.jsonl`` ends with one) and given to `verify` again, and signed
checkpoints of the tree over the chain are kept outside the database (`amends.ledger.checkpoint`).

Standard library only: a court's expert runs it without a ledger, a key, or Django.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

GENESIS: Final = "0" * 64
"""Previous digest of the first entry."""
_MOST_TRIED: Final = 200
"""With more entries than this that do not fit, none is tried at another's place: each pair costs a hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as plain values, from the database or from an exported file.

    Raises ``TypeError`` for a field of another kind than was ever written, so that a file that was
    tampered with is refused at its line and not read as something else.
    """

    sequence: int
    at: str
    """ISO 8601 in UTC, microseconds kept."""
    incident: str
    verb: str
    actor: str
    reason: str
    detail: dict[str, Any]
    previous: str
    digest: str

    def __post_init__(self) -> None:
        texts = (self.at, self.incident, self.verb, self.actor, self.reason, self.previous, self.digest)
        if not _is_number(self.sequence) or not all(isinstance(text, str) for text in texts):
            raise TypeError("a field of a journal entry is of the wrong kind")
        if not isinstance(self.detail, dict):
            raise TypeError("the detail of a journal entry is not a table")

    def computed_digest(self, *, sequence: int | None = None) -> str:
        """Return the digest that the contents call for (at another place in the chain, where given)."""
        content = {
            "actor": self.actor,
            "at": self.at,
            "detail": self.detail,
            "incident": self.incident,
            "previous": self.previous,
            "reason": self.reason,
            "sequence": self.sequence if sequence is None else sequence,
            "verb": self.verb,
        }
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        # Half of a surrogate pair, planted in a file, has no UTF-8: it must be a changed entry, not a crash.
        return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """End of a chain: what is written down elsewhere to show later that nothing was rewritten."""

    sequence: int
    digest: str

    def __post_init__(self) -> None:
        if not _is_number(self.sequence) or not isinstance(self.digest, str):
            raise TypeError("the head of a journal is a number and a digest")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold."""

    sequence: int
    kind: str
    """``changed``, ``removed``, ``reordered``, ``cut``, ``added``, ``rewritten`` or, of a checkpoint, ``forged``."""
    message: str


def verify(
    chain: Iterable[Entry], *, expected_head: Head | None, head_is_end: bool = False
) -> tuple[Break, ...]:
    """Return every break of a chain that begins with entry 1; empty where it holds.

    ``expected_head`` is the head as stored beside the chain (``head_is_end``: the chain must have one and
    end there), or as written down elsewhere earlier (the chain may have grown since).
    """
    items = list(chain)
    present = {entry.sequence for entry in items}
    # An entry that was given another number fits its digest only under its own, so the numbers of
    # all entries that do not fit are the ones to try.
    unfitting = {entry.sequence for entry in items if entry.computed_digest() != entry.digest}
    breaks: list[Break] = []
    before: Entry | None = None
    for entry in items:
        expected = before.sequence + 1 if before else 1
        if entry.sequence != expected:
            breaks.extend(_breaks_of_order(entry, expected, present))
        if entry.sequence in unfitting:
            breaks.append(_break_of_content(entry, unfitting))
        elif entry.sequence == expected and not _fits_on(before, entry, unfitting):
            breaks.append(_changed(before.sequence if before else entry.sequence))
        before = entry
    if expected_head is not None:
        breaks.extend(_head_breaks(items, expected_head))
    if head_is_end:
        breaks.extend(_end_breaks(items, expected_head))
    return tuple(dict.fromkeys(breaks))


def _fits_on(before: Entry | None, entry: Entry, unfitting: set[int]) -> bool:
    if before is None:
        return entry.previous == GENESIS
    # An entry that does not fit its own digest has been named already.
    return entry.previous == before.digest or before.sequence in unfitting


def _breaks_of_order(entry: Entry, expected: int, present: set[int]) -> Iterator[Break]:
    known = sorted(number for number in present if expected <= number <= entry.sequence)
    for before, after in pairwise([expected - 1, *known]):
        if after - before == 2:
            yield Break(before + 1, "removed", f"entry {before + 1} has been removed")
        elif after - before > 2:
            listed = f"entries {before + 1} to {after - 1}"
            yield Break(before + 1, "removed", f"{listed} have been removed")
    if entry.sequence < expected or expected in present:
        yield _reordered(entry.sequence)


def _break_of_content(entry: Entry, unfitting: set[int]) -> Break:
    renumbered = len(unfitting) <= _MOST_TRIED and any(
        entry.computed_digest(sequence=number) == entry.digest for number in unfitting - {entry.sequence}
    )
    return _reordered(entry.sequence) if renumbered else _changed(entry.sequence)


def _changed(sequence: int) -> Break:
    return Break(sequence, "changed", f"entry {sequence} was changed after it was written")


def _reordered(sequence: int) -> Break:
    return Break(sequence, "reordered", f"entry {sequence} does not stand where it was written")


def _head_breaks(items: list[Entry], expected: Head) -> Iterator[Break]:
    last = max((entry.sequence for entry in items), default=0)
    if expected.sequence > last:
        first_lost = last + 1
        yield Break(first_lost, "cut", f"the end of the journal is missing from entry {first_lost} on")
        return
    at_head = next((entry for entry in items if entry.sequence == expected.sequence), None)
    if expected.sequence and at_head and at_head.digest != expected.digest:
        yield Break(
            expected.sequence,
            "rewritten",
            f"entry {expected.sequence} is not the one that stood there when the head was written down",
        )


def _end_breaks(items: list[Entry], stored: Head | None) -> Iterator[Break]:
    last = max((entry.sequence for entry in items), default=0)
    if stored is None:
        yield Break(last, "cut", f"the head that belongs behind entry {last} is missing")
    elif last > stored.sequence:
        first = max(stored.sequence + 1, 1)
        yield Break(first, "added", f"the head does not know of anything from entry {first} on")
