"""Compares a journal with what was signed about it earlier, as plain values.

A chain that was rewritten whole fits itself. It does not fit an *anchor*: the size, the last digest and the root of the
tree that stood in a checkpoint when the journal was that long. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amends.ledger.chain import GENESIS, Break
from amends.ledger.merkle import EMPTY_ROOT, Frontier


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a checkpoint says of a journal."""

    size: int
    root: bytes
    """Of the tree over the first ``size`` entries."""
    chain: str
    """Digest of entry ``size``; `GENESIS` for none."""


def check_anchors(digests: Sequence[str], anchors: Sequence[Anchor]) -> tuple[Break, ...]:
    """Return a break for each anchor that a journal of these digests does not fit."""
    sizes = {anchor.size for anchor in anchors}
    frontier, roots, chain = Frontier(), {0: EMPTY_ROOT}, {0: GENESIS}
    if sizes:
        for digest in digests[: max(sizes)]:
            try:
                frontier.add(bytes.fromhex(digest))
            except ValueError:
                # No digest at all; whatever stands there, it is not what was signed.
                frontier.add(digest.encode(errors="surrogatepass"))
            if frontier.size in sizes:
                roots[frontier.size], chain[frontier.size] = frontier.root(), digest
    return unfitting_anchors(anchors, len(digests), chain, roots)


def unfitting_anchors(
    anchors: Sequence[Anchor], length: int, chain: Mapping[int, str], roots: Mapping[int, bytes]
) -> tuple[Break, ...]:
    """Return a break for each anchor; ``chain`` and ``roots`` are the journal's, by size."""
    breaks, fitting = [], 0
    for anchor in sorted(anchors, key=lambda item: item.size):
        if anchor.size > length:
            gone = f"from entry {length + 1} on"
            breaks.append(
                Break(
                    length + 1,
                    "cut",
                    f"a checkpoint knew {anchor.size} entries; the journal ends without those {gone}",
                )
            )
        elif (chain.get(anchor.size), {0: EMPTY_ROOT, **roots}.get(anchor.size)) == (
            anchor.chain,
            anchor.root,
        ):
            fitting = anchor.size
        else:
            where = (
                f"entry {anchor.size}"
                if anchor.size == fitting + 1
                else f"entries {fitting + 1} to {anchor.size}"
            )
            breaks.append(
                Break(anchor.size, "rewritten", f"{where}: not the journal that the checkpoint signed")
            )
    return tuple(dict.fromkeys(breaks))
