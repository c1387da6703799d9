"""An index of known people, opened: which fingerprints are in it, millions a second.

The file is mapped, not read: opening costs the header and a glance at the directory, and pages come in as they are
asked for. A file that is replaced by renaming stays readable for whoever has it open; `CurrentIndex` notices and opens
the new one.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.keys import Fingerprinter
from amends.scan.known.layout import (
    HASH_BITS,
    HEADER_BYTES,
    Description,
    aligned,
    damaged,
    decode,
    directory_type,
)
from amends.scan.known.names import VERSION as RULES
from amends.scan.known.siphash import Words
from amends.vocabulary.errors import FaultError, UsageError

_LOOKED_UP_AT_ONCE: Final = 1 << 16
_COMPARED_FOR_ALL: Final = 2
_GLANCES: Final = 64
_VERIFIED_ON_OPENING: Final = 4 << 20
"""An index of at most so many bytes is checked whole when it is opened; a larger one by `verify`."""
_HASHED_AT_ONCE: Final = 8 << 20

_Mapped = NDArray[Any]


class KnownIndex:
    """One index, open for look-ups. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Map the index at ``path``.

        Raises `UsageError` ``index-missing``, ``index-foreign``, ``index-version``; `FaultError`
        ``index-unreadable``, and ``index-damaged`` where the header, the length, a glance at the directory or, for a
        small index, anything does not match.
        """
        self.path = path
        self.name = path.stem
        """By this name findings call it."""
        self._map, self.identity = _mapped(path)
        self.description: Description = decode(self._map[:HEADER_BYTES], path.name)
        if len(self._map) != self.description.size:
            raise damaged(path.name, "it is not as long as its header says")
        self._check_rules()
        entries, bits = self.description.entries, self.description.bucket_bits
        self._upper = self._section("upper", np.dtype("<u4"), entries)
        self._lower = self._section("lower", np.dtype("u1"), entries)
        marks = (1 << bits) + 1
        wide = self.description.sections["directory"].size == directory_type(True).itemsize * marks
        self._directory = self._section("directory", directory_type(wide), marks)
        self._glance()
        if len(self._map) <= _VERIFIED_ON_OPENING:
            self.verify()

    def check_key(self, fingerprinter: Fingerprinter) -> None:
        """Raise `UsageError` ``index-key-wrong`` unless the index was built under this key."""
        if fingerprinter.check_value != self.description.contents.key_check:
            raise UsageError(
                "index-key-wrong",
                "The key is not the one under which the index was built; with it nobody would be found.",
                hint="Give the key file of this index, or build the index anew under the new key.",
                where=self.path.name,
            )

    def contains(self, fingerprints: Words) -> NDArray[np.bool_]:
        """Return for each fingerprint whether it is in the index.

        Raises `FaultError` ``index-damaged`` where the directory leads nowhere: a miss would not be one.
        """
        found = np.zeros(len(fingerprints), dtype=np.bool_)
        for first in range(0, len(fingerprints), _LOOKED_UP_AT_ONCE):
            last = first + _LOOKED_UP_AT_ONCE
            found[first:last] = self._contains(fingerprints[first:last])
        return found

    def verify(self) -> None:
        """Check every byte against the checksums, and the directory. Raises `FaultError` ``index-damaged``."""
        for name, section in self.description.sections.items():
            digest = hashlib.sha256()
            for first in range(section.offset, section.offset + section.size, _HASHED_AT_ONCE):
                digest.update(self._map[first : min(first + _HASHED_AT_ONCE, section.offset + section.size)])
            if digest.hexdigest() != section.sha256:
                raise damaged(self.path.name, f"its section '{name}' does not match its checksum")
            end = section.offset + section.size
            if self._map[end : min(aligned(end), len(self._map))].strip(b"\0"):
                raise damaged(self.path.name, f"something stands behind its section '{name}'")
        steps = len(self._directory) - 1
        for first in range(0, steps, _HASHED_AT_ONCE):
            some = self._directory[first : first + _HASHED_AT_ONCE + 1]
            if (some[1:] < some[:-1]).any():
                raise damaged(self.path.name, "its directory does not ascend")

    def fingerprints(self, first_bucket: int, last_bucket: int) -> Words:
        """Return the fingerprints of some buckets in ascending order, as far as their bits were kept."""
        begins = self._directory[first_bucket : last_bucket + 1].astype(np.int64)
        first, last = int(begins[0]), int(begins[-1])
        bits = self.description.bucket_bits
        numbers = np.arange(first_bucket, last_bucket, dtype=np.uint64)
        buckets = np.repeat(numbers, np.diff(begins)) << np.uint64(HASH_BITS - bits)
        kept = self._upper[first:last].astype(np.uint64) << np.uint64(HASH_BITS - 32)
        kept |= self._lower[first:last].astype(np.uint64) << np.uint64(HASH_BITS - 40)
        return buckets | (kept >> np.uint64(bits))

    def _contains(self, fingerprints: Words) -> NDArray[np.bool_]:
        bits = self.description.bucket_bits
        cut = np.uint64(HASH_BITS - self.description.significant_bits)
        hashes = (fingerprints >> cut) << cut if cut else fingerprints
        buckets = (hashes >> np.uint64(HASH_BITS - bits)).view(np.int64)
        begins = self._directory.take(buckets, mode="clip")
        ends = self._directory.take(buckets + 1, mode="clip")
        if (ends < begins).any() or int(ends.max(initial=0)) > len(self._upper):
            raise damaged(self.path.name, "its directory leads nowhere")
        rest = hashes << np.uint64(bits)
        upper = (rest >> np.uint64(32)).astype(np.uint32)
        found = np.zeros(len(hashes), dtype=np.bool_)
        places = begins.astype(np.int64)
        sizes = ends - begins
        # Nearly all buckets hold at most two entries: these are compared for all queries, without choosing first.
        for nth in range(_COMPARED_FOR_ALL):
            stored = self._upper.take(places + nth if nth else places, mode="clip")
            self._note(found, np.flatnonzero((stored == upper) & (sizes > nth)), places + nth, rest)
        going = np.flatnonzero((sizes > _COMPARED_FOR_ALL) & (stored <= upper))
        nth = _COMPARED_FOR_ALL
        while len(going):
            stored = self._upper.take(places[going] + nth, mode="clip")
            self._note(found, going[stored == upper[going]], places + nth, rest)
            nth += 1
            # Entries of a bucket ascend: past the one that is wanted there is nothing to be found.
            going = going[(sizes[going] > nth) & (stored <= upper[going])]
        return found

    def _note(
        self, found: NDArray[np.bool_], alike: NDArray[np.intp], places: NDArray[np.int64], rest: Words
    ) -> None:
        """Note down those of the queries that are ``alike`` in the upper bits which are so in the lower bits too."""
        if len(alike):
            lower = (rest[alike] >> np.uint64(24)).astype(np.uint8)
            found[alike] |= self._lower.take(places[alike], mode="clip") == lower

    def _section(self, name: str, kind: np.dtype[Any], count: int) -> _Mapped:
        section = self.description.sections[name]
        if section.size != count * kind.itemsize:
            raise damaged(self.path.name, f"its section '{name}' has not the length that its entries need")
        return np.frombuffer(self._map, dtype=kind, count=count, offset=section.offset)

    def _glance(self) -> None:
        """Look at places of the directory that are evenly spread; reading all of it would take too long."""
        places = np.linspace(0, len(self._directory) - 1, _GLANCES).astype(np.int64)
        seen = self._directory[places].astype(np.int64)
        if seen[0] != 0 or seen[-1] != self.description.entries or (np.diff(seen) < 0).any():
            raise damaged(self.path.name, "its directory does not ascend from nothing to all entries")

    def _check_rules(self) -> None:
        rules = self.description.contents.rules
        if rules != RULES:
            raise UsageError(
                "index-version",
                f"The index folds names by version {rules} of the rules, and this program by version {RULES}.",
                hint="Build it anew from the registry with this program.",
                where=self.path.name,
            )


class CurrentIndex:
    """The index that stands at a path now: asked before each file, and opened again when it was replaced."""

    def __init__(self, path: Path, fingerprinter: Fingerprinter) -> None:
        self._path = path
        self.fingerprinter: Final = fingerprinter
        self._open = self._opened()

    def now(self) -> KnownIndex:
        """Return the index in force.

        Raises what `KnownIndex` raises: where the new one is damaged or gone, the old one is not used on, because
        people may have been added.
        """
        try:
            status = self._path.stat()
        except OSError:
            raise _missing(self._path) from None
        if _identity(status) != self._open.identity:
            self._open = self._opened()
        return self._open

    def _opened(self) -> KnownIndex:
        index = KnownIndex(self._path)
        index.check_key(self.fingerprinter)
        return index


def _mapped(path: Path) -> tuple[mmap.mmap, tuple[int, ...]]:
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size < HEADER_BYTES:
                decode(file.read(), path.name)
                raise damaged(path.name, "it ends within its header")
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), _identity(status)
    except (FileNotFoundError, IsADirectoryError):
        raise _missing(path) from None
    except OSError:
        raise FaultError(
            "index-unreadable",
            "The index of known people cannot be read.",
            hint="See that this user may read the file and that its disk is well.",
            where=path.name,
        ) from None


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _missing(path: Path) -> UsageError:
    return UsageError(
        "index-missing",
        "There is no such index of known people.",
        hint="Give the path of an index, or build one with `amends known build`.",
        where=path.name,
    )
