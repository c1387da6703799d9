"""Proofs about the journal as files: made in the ledger, checked by anybody with a checkpoint and the public key.

An *inclusion proof* holds one entry and shows that it stands in the journal that a checkpoint signed, without showing
any other. A *consistency proof* shows that the journal of a later checkpoint begins with that of an earlier one.
Checking needs neither a ledger nor Django; making imports them where it needs them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from amends.casework.results.files import write_text
from amends.ledger.against_checkpoints import Anchor
from amends.ledger.chain import Break, Entry
from amends.ledger.merkle import Tree, verify_consistency, verify_inclusion
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class Inclusion:
    """One entry, and the audit path to the root over ``size`` entries (RFC 6962, 2.1.1)."""

    entry: Entry
    size: int
    hashes: tuple[bytes, ...]

    @property
    def content(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "proof": "inclusion",
            "size": self.size,
            "entry": asdict(self.entry),
            "hashes": [value.hex() for value in self.hashes],
        }

    def breaks(self, anchors: Sequence[Anchor]) -> tuple[Break, ...]:
        """Return why the proof does not hold; empty where it does."""
        number = self.entry.sequence
        if self.entry.computed_digest() != self.entry.digest:
            return (Break(number, "changed", f"entry {number} was changed after it was written"),)
        roots = [anchor.root for anchor in anchors if anchor.size == self.size]
        if not roots:
            return (_no_checkpoint(self.size),)
        leaf, index = bytes.fromhex(self.entry.digest), number - 1
        if all(
            verify_inclusion(leaf=leaf, index=index, size=self.size, proof=self.hashes, root=root)
            for root in roots
        ):
            return ()
        said = f"entry {number} is not in the journal of {self.size} entries that the checkpoint signed"
        return (Break(number, "rewritten", said),)


@dataclass(frozen=True, slots=True)
class Consistency:
    """The hashes that lead from the root over ``first`` entries to that over ``second`` (RFC 6962, 2.1.2)."""

    first: int
    second: int
    hashes: tuple[bytes, ...]

    @property
    def content(self) -> dict[str, Any]:
        """As it is written."""
        return {
            "proof": "consistency",
            "first": self.first,
            "second": self.second,
            "hashes": [value.hex() for value in self.hashes],
        }

    def breaks(self, anchors: Sequence[Anchor]) -> tuple[Break, ...]:
        """Return why the proof does not hold; empty where it does."""
        early = [anchor.root for anchor in anchors if anchor.size == self.first]
        late = [anchor.root for anchor in anchors if anchor.size == self.second]
        if not early or not late:
            return (_no_checkpoint(self.second if early else self.first),)
        holds = (
            verify_consistency(
                first=self.first, second=self.second, first_root=a, second_root=b, proof=self.hashes
            )
            for a in early
            for b in late
        )
        if all(holds):
            return ()
        said = f"the journal of {self.second} entries does not begin with that of {self.first}"
        return (Break(self.first, "rewritten", said),)


Proof = Inclusion | Consistency


def prove_entry(number: int, size: int) -> Inclusion:
    """Return the proof that an entry stands among the first ``size``. Raises `UsageError` ``proof-impossible``."""
    from amends.ledger import journal

    entry = journal.entry(number)
    if entry is None or number > size:
        raise _impossible(f"there is no entry {number} among the first {size}")
    return Inclusion(entry, size, _tree(size).inclusion_proof(number - 1))


def prove_consistency(first: int, second: int) -> Consistency:
    """Return the proof that the longer journal begins with the shorter. Raises `UsageError` ``proof-impossible``."""
    if not 0 < first <= second:
        raise _impossible("the first size is at least 1 and not larger than the second")
    return Consistency(first, second, _tree(second).consistency_proof(first))


def write_proof(proof: Proof, to: Path) -> None:
    """Write a proof as JSON."""
    write_text(to, json.dumps(proof.content, indent=1, ensure_ascii=False) + "\n")


def read_proof(file: Path) -> Proof:
    """Read a proof. Raises `UsageError` ``proof-unreadable``."""
    try:
        return proof_of(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "proof-unreadable",
            "the file is no proof about a journal",
            hint="give a file that `amends journal prove` or `amends journal consistency` wrote",
            where=file.name,
        ) from error


def proof_of(content: Any) -> Proof:
    """Return the proof that JSON content describes. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for none."""
    hashes = tuple(bytes.fromhex(text) for text in content["hashes"])
    if content["proof"] == "inclusion":
        entry = Entry(**content["entry"])
        bytes.fromhex(entry.digest)
        return Inclusion(entry, _number(content["size"]), hashes)
    if content["proof"] == "consistency":
        return Consistency(_number(content["first"]), _number(content["second"]), hashes)
    raise ValueError("neither of the two kinds of proof")


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a size is a whole number")
    return value


def _tree(size: int) -> Tree:
    from amends.ledger import journal

    tree = Tree(journal.digests(size))
    if tree.size != size:
        raise _impossible(f"the journal has {tree.size} entries and not {size}")
    return tree


def _no_checkpoint(size: int) -> Break:
    return Break(size, "forged", f"no checkpoint of {size} entries was given that a given key signed")


def _impossible(message: str) -> UsageError:
    return UsageError(
        "proof-impossible", message, hint="`amends journal verify` says how many entries there are"
    )
