"""More fingerprints than memory holds, sorted and each once: runs on disk, merged range by range.

A run is what fits in memory, sorted. Fingerprints spread evenly over their 64 bits, so the merge takes one range of
them at a time out of every run, and each range is as small as memory wants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from amends.scan.known.layout import FEWEST_BUCKET_BITS
from amends.scan.known.siphash import Words

RANGE_BITS: Final = FEWEST_BUCKET_BITS
RANGES: Final = 1 << RANGE_BITS
_RUN_ENTRIES: Final = 12_000_000
_MERGED_AT_ONCE: Final = 6_000_000
_BYTES: Final = 8


class Source(Protocol):
    """Fingerprints in ascending order, of which a range can be had."""

    @property
    def entries(self) -> int:
        """How many there are."""

    def between(self, first: int, last: int) -> Words:
        """Return those of the ranges ``first`` up to, not including, ``last`` (of `RANGES`)."""


@dataclass(frozen=True, slots=True)
class Run:
    """One sorted run on disk."""

    path: Path
    begins: Sequence[int]
    """Where each range begins, and the end."""

    @property
    def entries(self) -> int:
        """How many fingerprints the run has."""
        return self.begins[-1]

    def between(self, first: int, last: int) -> Words:
        """Return the fingerprints of some ranges."""
        count = self.begins[last] - self.begins[first]
        with self.path.open("rb") as file:
            file.seek(self.begins[first] * _BYTES)
            content = file.read(count * _BYTES)
        if len(content) != count * _BYTES:
            raise OSError("a run of the sort is shorter than it was written")
        return np.frombuffer(content, dtype="<u8").astype(np.uint64)


class Runs:
    """Takes fingerprints in any order and keeps them as runs in a folder; sorting and writing go on beside."""

    def __init__(self, folder: Path, run_entries: int = _RUN_ENTRIES) -> None:
        self._folder = folder
        self._run_entries = run_entries
        self._waiting: list[Words] = []
        self._count = 0
        self._written: list[Future[Run]] = []
        self._worker = ThreadPoolExecutor(1)

    def add(self, fingerprints: Words) -> None:
        """Take some fingerprints. Raises ``OSError`` where an earlier run could not be written."""
        self._waiting.append(fingerprints)
        self._count += len(fingerprints)
        if self._count >= self._run_entries:
            self._flush()

    def finished(self) -> list[Run]:
        """Write what is left and return the runs."""
        self._flush()
        self._worker.shutdown()
        return [written.result() for written in self._written]

    def abandon(self) -> None:
        """Stop; the folder is the caller's to remove."""
        self._worker.shutdown(cancel_futures=True)

    def _flush(self) -> None:
        if self._written:
            # One run is being written while the next is filled, and no more than that: memory is bounded.
            self._written[-1].result()
        if self._waiting:
            path = self._folder / f"run-{len(self._written):05d}"
            self._written.append(self._worker.submit(_write_run, path, self._waiting))
            self._waiting, self._count = [], 0


def merged(sources: Sequence[Source], at_once: int = _MERGED_AT_ONCE) -> Iterator[tuple[int, int, Words]]:
    """Yield the fingerprints of all sources in ascending order, each once, with the ranges that they are of.

    The next ranges are read and sorted while the caller works on these.
    """
    total = sum(source.entries for source in sources)
    step = max(1, RANGES * at_once // max(total, 1)) if total > at_once else RANGES
    spans = [(first, min(first + step, RANGES)) for first in range(0, RANGES, step)]
    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(_merged_span, sources, *spans[0])
        for place, (first, last) in enumerate(spans):
            now = coming.result()
            if place + 1 < len(spans):
                coming = worker.submit(_merged_span, sources, *spans[place + 1])
            yield first, last, now


def each_once(ascending: Words) -> Words:
    """Return sorted fingerprints without repetitions."""
    if not len(ascending):
        return ascending
    different = np.empty(len(ascending), dtype=np.bool_)
    different[0] = True
    np.not_equal(ascending[1:], ascending[:-1], out=different[1:])
    return ascending[different]


def _merged_span(sources: Sequence[Source], first: int, last: int) -> Words:
    joined = np.concatenate([source.between(first, last) for source in sources])
    joined.sort()
    return each_once(joined)


def _write_run(path: Path, waiting: list[Words]) -> Run:
    joined = np.concatenate(waiting)
    waiting.clear()
    joined.sort()
    ascending = each_once(joined)
    del joined
    limits = np.arange(1, RANGES, dtype=np.uint64) << np.uint64(64 - RANGE_BITS)
    begins = [0, *np.searchsorted(ascending, limits).tolist(), len(ascending)]
    with path.open("wb") as file:
        file.write(ascending.astype("<u8", copy=False).data.cast("B"))
    return Run(path, begins)
