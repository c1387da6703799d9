"""Builds an index of a registry's people, and adds people to one.

People who left are not taken out by an update: their names may be others' names too, so an index forgets by being
built anew.
"""

from __future__ import annotations

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import Fingerprinter, Kind
from amends.scan.known.layout import FEWEST_BUCKET_BITS, HASH_BITS, Contents, Description
from amends.scan.known.names import VERSION as RULES
from amends.scan.known.persons import Keys, PersonKeys, RegistryBatch
from amends.scan.known.siphash import Words
from amends.scan.known.sorting import Runs, Source, merged
from amends.scan.known.writing import IndexDraft, swap, workshop
from amends.vocabulary.errors import UsageError

_SAMPLED: Final = np.uint64(63)
"""One name in 64, chosen by its fingerprint, is counted exactly."""
_BYTES_AN_ENTRY: Final = 9

BatchSeen = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A registry that is being read."""

    batches: Iterable[RegistryBatch]
    check_unchanged: Callable[[], None]
    """Called when all was read: raises where the registry is not the one that the reading began with."""
    seen: BatchSeen = lambda lines: None
    """Called after each batch with its number of lines."""


@dataclass(slots=True)
class _Taken:
    """What was read so far, beside the fingerprints themselves."""

    people: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    sampled: dict[Kind, list[Words]] = field(default_factory=lambda: {Kind.NAME: [], Kind.NAME_BIRTH: []})

    def take(self, keys: Keys) -> None:
        self.counts[keys.kind.name.lower()] += len(keys.fingerprints)
        if keys.kind in self.sampled:
            chosen = (keys.fingerprints & _SAMPLED) == 0
            # A person whose name comes out the same in two writings bears it once.
            pairs = np.stack((keys.fingerprints[chosen], keys.lines[chosen].view(np.uint64)), axis=1)
            self.sampled[keys.kind].append(np.unique(pairs, axis=0)[:, 0])

    def common(self, kind: Kind) -> float:
        """Return how likely one of another person of the population is known (I. J. Good, Biometrika 40, 1953)."""
        names = np.concatenate([np.empty(0, dtype=np.uint64), *self.sampled[kind]])
        _, often = np.unique(names, return_counts=True)
        return float(1 - (often == 1).sum() / len(names)) if len(names) else 0.0


def build(target: Path, reading: Reading, fingerprinter: Fingerprinter, now: datetime) -> Description:
    """Build an index anew and put it at ``target``; an index that stood there is replaced at the end, at once.

    Memory stays bounded however many people there are; the disk needs about 17 bytes for each fingerprint on the way.
    Raises `UsageError` ``registry-empty``, and what `workshop` and the reading raise; then the old index stands.
    """
    with workshop(target) as folder:
        runs, taken, left_out = _gathered(folder, reading, fingerprinter)
        contents = Contents(
            people=taken.people,
            counts=dict(taken.counts),
            left_out=left_out,
            common_names=taken.common(Kind.NAME),
            common_births=taken.common(Kind.NAME_BIRTH),
            built_at=now.isoformat(),
            key_check=fingerprinter.check_value,
            rules=RULES,
        )
        return _written(folder, runs, contents, target)


def update(target: Path, reading: Reading, fingerprinter: Fingerprinter, now: datetime) -> Description:
    """Add people to the index at ``target``. Raises what `build` and `KnownIndex` raise; then the old index stands."""
    with workshop(target) as folder:
        old = KnownIndex(target)
        old.check_key(fingerprinter)
        # A damaged index must not become a sound one with somebody missing.
        old.verify()
        runs, taken, left_out = _gathered(folder, reading, fingerprinter)
        before = old.description.contents
        contents = replace(
            before,
            people=before.people + taken.people,
            counts=dict(Counter(before.counts) + taken.counts),
            left_out=dict(Counter(before.left_out) + Counter(left_out)),
            common_names=max(before.common_names, taken.common(Kind.NAME)),
            common_births=max(before.common_births, taken.common(Kind.NAME_BIRTH)),
            updated_at=now.isoformat(),
            updates=before.updates + 1,
        )
        sources = [*runs, _Standing(old)]
        return _written(folder, sources, contents, target, old.description.significant_bits)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The entries of an index that stands, as a source of the merge."""

    index: KnownIndex

    @property
    def entries(self) -> int:
        return self.index.description.entries

    def between(self, first: int, last: int) -> Words:
        shift = self.index.description.bucket_bits - FEWEST_BUCKET_BITS
        return self.index.fingerprints(first << shift, last << shift)


def _gathered(
    folder: Path, reading: Reading, fingerprinter: Fingerprinter
) -> tuple[Sequence[Source], _Taken, dict[str, int]]:
    runs, taken, people = Runs(folder), _Taken(), PersonKeys(fingerprinter)
    try:
        for batch in reading.batches:
            taken.people += batch.lines
            for keys in people.of(batch):
                taken.take(keys)
                runs.add(keys.fingerprints)
            reading.seen(batch.lines)
        reading.check_unchanged()
        if not taken.people:
            raise UsageError(
                "registry-empty",
                "The registry holds no person.",
                hint="Export it again; an index of nobody would find nobody.",
            )
        return runs.finished(), taken, {why: count for why, count in people.left_out.items() if count}
    except BaseException:
        runs.abandon()
        raise


def _written(
    folder: Path, sources: Sequence[Source], contents: Contents, target: Path, most_bits: int = HASH_BITS
) -> Description:
    needed = sum(source.entries for source in sources) * _BYTES_AN_ENTRY
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, "the index would not fit")
    draft = IndexDraft(folder, most_bits)
    try:
        for first, last, ascending in merged(sources):
            draft.add(first, last, ascending)
        finished = draft.finish(contents)
    finally:
        draft.close()
    swap(finished, target)
    return KnownIndex(target).description
