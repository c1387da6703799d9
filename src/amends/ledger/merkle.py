"""The journal as a Merkle tree (RFC 6962 section 2.1): short proofs that an outsider can check.

The leaf of entry *n* is its 32-byte chain digest, so that the tree commits to everything that the chain does::

    leaf(d)    = SHA-256( 0x00 || d )
    node(l, r) = SHA-256( 0x01 || l || r )
    root of 6:            .
                    ,-----'-----,
                 (0..3)       (4..5)
                ,--'--,      ,--'--,
               0 1   2 3     4     5

An *inclusion proof* shows that one entry stands in a tree of which only the root is known; a *consistency
proof* shows that a later tree begins with all of an earlier one, in its order. Neither shows anybody any
other entry. Positions count from 0 here, as in the RFC; entry *n* of the journal is leaf *n* - 1.

What a tree cannot show is that two outsiders were given the same root: they have to compare their checkpoints.

Standard library only, so that a court's expert can read all of it and run it without a ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()
"""Root of the tree of no leaves."""

# Copying a begun hash is measurably cheaper than beginning one: 0.6 against 0.8 microseconds.
_LEAF: Final = hashlib.sha256(b"\x00")
_NODE: Final = hashlib.sha256(b"\x01")


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    begun = _LEAF.copy()
    begun.update(data)
    return begun.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    begun = _NODE.copy()
    begun.update(left + right)
    return begun.digest()


def hash_level(below: Sequence[bytes]) -> list[bytes]:
    """Return the nodes over a level of an even number of nodes."""
    return [node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=True)]


def perfect_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes whose number is a power of two."""
    level = leaves
    while len(level) > 1:
        level = hash_level(level)
    return level[0]


class Frontier:
    """What must be kept of a tree so that it can grow: the root of each perfect subtree on its right edge.

    At most 63 hashes whatever the size; adding a leaf costs two hashes on the average.
    """

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self._roots = list(roots)
        if size < 0 or len(self._roots) != size.bit_count() or any(len(r) != HASH_BYTES for r in self._roots):
            raise ValueError("the frontier of a tree has one hash for each bit of its size")

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Roots of the perfect subtrees, the largest first."""
        return tuple(self._roots)

    def copy(self) -> Frontier:
        """Return a frontier that grows apart from this one."""
        return Frontier(self.size, self._roots)

    def add(self, data: bytes) -> None:
        """Add one leaf."""
        self.add_subtree(leaf_hash(data), 0)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves in their order."""
        for data in leaves:
            self.add_subtree(leaf_hash(data), 0)

    def add_subtree(self, root: bytes, height: int) -> None:
        """Add a perfect subtree of 2^height leaves. Raises ``ValueError`` where the tree does not end on its edge."""
        width = 1 << height
        if self.size % width:
            raise ValueError("a subtree is added only where the tree ends on a multiple of its width")
        position = self.size >> height
        while position & 1:
            root = node_hash(self._roots.pop(), root)
            position >>= 1
        self._roots.append(root)
        self.size += width

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


class Tree:
    """A whole tree in memory, for proofs: every full node of every level, 64 bytes a leaf in all."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = [leaf_hash(data) for data in leaves]
        self.size = len(level)
        self._levels = [b"".join(level)]
        while len(level) > 1:
            level = hash_level(level[: len(level) & ~1])
            self._levels.append(b"".join(level))

    def root(self, size: int | None = None) -> bytes:
        """Return the root, of the first ``size`` leaves where given."""
        return self._root_of(0, self.size if size is None else self._checked(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the audit path of leaf ``index`` in the tree of the first ``size`` leaves (RFC 6962, 2.1.1).

        Raises ``ValueError`` for a leaf that is not in it.
        """
        end = self.size if size is None else self._checked(size)
        if not 0 <= index < end:
            raise ValueError("there is no such leaf in the tree")
        begin, path = 0, []
        while end - begin > 1:
            middle = begin + _split(end - begin)
            if index < middle:
                path.append(self._root_of(middle, end))
                end = middle
            else:
                path.append(self._root_of(begin, middle))
                begin = middle
        return tuple(reversed(path))

    def consistency_proof(self, first: int, second: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that the tree of ``second`` leaves begins with that of ``first`` (RFC 6962, 2.1.2).

        Raises ``ValueError`` unless 0 < ``first`` <= ``second``.
        """
        end = self.size if second is None else self._checked(second)
        if not 0 < first <= end:
            raise ValueError("a tree is consistent with an earlier one that has at least one leaf")
        begin, path, known = 0, [], True
        while first != end:
            middle = begin + _split(end - begin)
            if first <= middle:
                path.append(self._root_of(middle, end))
                end = middle
            else:
                path.append(self._root_of(begin, middle))
                begin, known = middle, False
        if not known:
            path.append(self._root_of(begin, end))
        return tuple(reversed(path))

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError("the tree is not as large as that")
        return size

    def _root_of(self, begin: int, end: int) -> bytes:
        """Return the hash over leaves ``begin`` to ``end``; ``begin`` is a multiple of the split above it."""
        count = end - begin
        if count == 0:
            return EMPTY_ROOT
        if count.bit_count() == 1:
            height = count.bit_length() - 1
            place = (begin >> height) * HASH_BYTES
            return self._levels[height][place : place + HASH_BYTES]
        middle = begin + _split(count)
        return node_hash(self._root_of(begin, middle), self._root_of(middle, end))


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether ``leaf`` is number ``index`` of the ``size`` leaves under ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes((root, *proof)):
        return False
    place, last, found = index, size - 1, leaf_hash(leaf)
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(other, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether the tree under ``second_root`` begins with the one under ``first_root`` (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second or not _are_hashes((first_root, second_root, *proof)):
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    early = late = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            early, late = node_hash(other, early), node_hash(other, late)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            late = node_hash(late, other)
        place, last = place >> 1, last >> 1
    return last == 0 and early == first_root and late == second_root


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count``: where RFC 6962 divides a tree."""
    return 1 << ((count - 1).bit_length() - 1)
