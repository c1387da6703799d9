"""Writes an index whole or not at all: beside the old one, flushed, then renamed over it.

Readers keep the old file until they look again. Whoever is killed on the way leaves the old index and a folder of
drafts, which the next build removes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.layout import (
    HASH_BITS,
    HEADER_BYTES,
    STORED_BITS,
    Contents,
    Description,
    Section,
    aligned,
    bucket_bits_for,
    directory_type,
    encode,
)
from amends.scan.known.siphash import Words
from amends.scan.known.sorting import RANGES, each_once
from amends.vocabulary.errors import FaultError, RefusalError, UsageError

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_COPIED_AT_ONCE: Final = 4 << 20
_OWNER_ONLY: Final = 0o600


class IndexDraft:
    """An index that is being written: entries come in ascending order, range by range."""

    def __init__(self, folder: Path, most_bits: int = HASH_BITS) -> None:
        self._folder = folder
        self._most_bits = most_bits
        self._files = {name: (folder / name).open("w+b") for name in ("upper", "lower", "directory")}
        self._digests = {name: hashlib.sha256() for name in self._files}
        self._files["upper"].write(bytes(HEADER_BYTES))
        self._bucket_bits = 0
        self._significant = 0
        self._wide = False
        self.entries = 0

    def add(self, first: int, last: int, ascending: Words) -> None:
        """Take all fingerprints of the ranges ``first`` up to, not including, ``last``."""
        if not self._bucket_bits:
            # Fingerprints spread evenly: the first ranges tell how many there will be.
            self._decide(len(ascending) * RANGES // (last - first))
        cut = np.uint64(HASH_BITS - self._significant)
        kept = each_once((ascending >> cut) << cut) if cut else ascending
        bits = self._bucket_bits
        first_bucket, last_bucket = first * (1 << bits) // RANGES, last * (1 << bits) // RANGES
        buckets = (kept >> np.uint64(HASH_BITS - bits)).astype(np.int64) - first_bucket
        counts = np.bincount(buckets, minlength=last_bucket - first_bucket)
        begins = self.entries + np.cumsum(counts) - counts
        rest = kept << np.uint64(bits)
        self._write("upper", (rest >> np.uint64(32)).astype("<u4"))
        self._write("lower", (rest >> np.uint64(24)).astype(np.uint8))
        self._write("directory", begins.astype(self._directory_type()))
        self.entries += len(kept)

    def finish(self, contents: Contents) -> Path:
        """Put the sections together, flush them and return the file, whole, under a name that nobody reads."""
        self._write("directory", np.array([self.entries], dtype=self._directory_type()))
        target = self._files["upper"]
        sections: dict[str, Section] = {}
        offset = HEADER_BYTES
        for name, file in self._files.items():
            size = file.tell() - (HEADER_BYTES if file is target else 0)
            sections[name] = Section(offset, size, self._digests[name].hexdigest())
            if file is not target:
                target.seek(offset)
                file.seek(0)
                shutil.copyfileobj(file, target, _COPIED_AT_ONCE)
                file.close()
            offset = aligned(offset + size)
        description = Description(self.entries, self._bucket_bits, self._significant, contents, sections)
        target.truncate(description.size)
        target.seek(0)
        target.write(encode(description))
        _flushed(target)
        target.close()
        return self._folder / "upper"

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _decide(self, entries: int) -> None:
        self._bucket_bits = bucket_bits_for(max(1, entries))
        self._significant = min(HASH_BITS, self._bucket_bits + STORED_BITS, self._most_bits)
        # With room to spare, because the number is an estimate.
        self._wide = entries > (1 << 32) - (1 << 28)

    def _directory_type(self) -> np.dtype[Any]:
        return directory_type(self._wide)

    def _write(self, name: str, values: NDArray[Any]) -> None:
        content = values.data.cast("B") if len(values) else b""
        self._digests[name].update(content)
        self._files[name].write(content)


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """Give a folder beside ``target`` to build in, to one builder at a time, and remove it afterwards.

    Raises `RefusalError` ``index-busy`` where another builds this index, `UsageError` ``index-folder`` where nothing
    can be written there, `FaultError` ``no-space`` where the disk is full. Whatever happens, the old index stands.
    """
    lock: BinaryIO | None = None
    try:
        lock = _locked(target)
        for left in target.parent.glob(f".{target.name}.building-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.building-", dir=target.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as problem:
        raise _explained(problem, target) from None
    finally:
        if lock is not None:
            lock.close()


def swap(draft: Path, target: Path) -> None:
    """Put a finished draft in the place of the index: readers see the old one or the new one, at every moment."""
    mode = target.stat().st_mode & 0o777 if target.exists() else _OWNER_ONLY
    draft.chmod(mode)
    draft.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _locked(target: Path) -> BinaryIO:
    lock = (target.parent / f".{target.name}.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise RefusalError(
            "index-busy",
            "Another process is building or updating this index.",
            hint="Wait until it has finished, and then start again.",
            where=target.name,
        ) from None
    return lock


def _flushed(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _explained(problem: OSError, target: Path) -> FaultError | UsageError:
    if problem.errno in _NO_SPACE:
        return FaultError(
            "no-space",
            "There is no room to build the index; the old one, if there is one, is as it was.",
            hint="Building needs about 17 bytes for each fingerprint beside the index, and a person has about nine: "
            "make room there, or build on another disk.",
            where=target.name,
        )
    if isinstance(problem, FileNotFoundError | PermissionError | NotADirectoryError):
        return UsageError(
            "index-folder",
            "The index cannot be written there.",
            hint="Name a file in a folder that exists and that this user may write to.",
            where=target.name,
        )
    return FaultError(
        "index-not-written",
        f"The index could not be written ({errno.errorcode.get(problem.errno or 0, 'input/output')}).",
        hint="See to the disk; the old index, if there is one, is as it was.",
        where=target.name,
    )
