"""Checks an evidence file with the public key alone: no ledger, no private key, no Django (R54)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amends.casework.results.proof_files import Consistency, Inclusion, proof_of
from amends.ledger.against_checkpoints import Anchor
from amends.ledger.checkpoint import Signed, read_checkpoints, trusted_anchors
from amends.ledger.signed_note import Note, NoteError, PublicKey
from amends.vocabulary.errors import UsageError

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.signature.txt"


@dataclass(frozen=True, slots=True)
class CheckedEvidence:
    """What the check found."""

    files: int
    entries: int
    size: int
    """Entries that the newest checkpoint signed."""
    problems: tuple[str, ...]


def evidence_text(origin: str, manifest: str) -> str:
    """Return what is signed of a manifest; its first line is no checkpoint's, so that neither passes for the other."""
    return f"{origin} evidence\nsha256 {hashlib.sha256(manifest.encode()).hexdigest()}\n"


def check_evidence(
    folder: Path, keys: Sequence[PublicKey], earlier: Sequence[Signed] = ()
) -> CheckedEvidence:
    """Check signature, every file, every entry's proof, and that every earlier checkpoint still holds.

    ``earlier`` are checkpoints that the outsider kept. Raises `UsageError` ``evidence-unreadable`` for a folder that
    is no evidence file.
    """
    try:
        manifest = (folder / MANIFEST).read_text(encoding="utf-8")
        content = json.loads(manifest)
        listed = {str(name): str(digest) for name, digest in content["files"].items()}
        size = int(content["checkpoint_size"])
        problems = [*_signature_problems(folder, manifest, keys), *_file_problems(folder, listed)]
        signed = read_checkpoints(folder / "checkpoints.txt") + read_checkpoints(folder / "checkpoint.txt")
        anchors, forged = trusted_anchors((*signed, *earlier), keys)
        problems += [item.message for item in forged]
        newest = [anchor for anchor in anchors if anchor.size == size]
        problems += [] if newest else ["the newest checkpoint is not signed with a key that was given"]
        entries = _lines(folder / "journal.jsonl")
        problems += _entry_problems(entries, newest)
        problems += _consistency_problems(_lines(folder / "consistency.jsonl"), anchors, size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            "evidence-unreadable",
            "the folder is not an evidence file, or not the whole of it",
            hint="give the folder as `amends evidence` wrote it",
            where=folder.name,
        ) from error
    return CheckedEvidence(len(listed), len(entries), size, tuple(dict.fromkeys(problems)))


def _signature_problems(folder: Path, manifest: str, keys: Sequence[PublicKey]) -> list[str]:
    try:
        note = Note.parse((folder / SIGNATURE).read_text(encoding="utf-8"))
    except NoteError:
        return ["the manifest's signature cannot be read"]
    if any(key.fits(note) and note.text == evidence_text(key.name, manifest) for key in keys):
        return []
    return ["the manifest is not signed with a key that was given, or was changed"]


def _file_problems(folder: Path, listed: dict[str, str]) -> list[str]:
    present = {str(file.relative_to(folder)): file for file in folder.rglob("*") if not file.is_dir()}
    problems = [f"{name} is not listed in the manifest" for name in sorted(present.keys() - listed.keys())]
    problems = [text for text in problems if not text.startswith((f"{MANIFEST} ", f"{SIGNATURE} "))]
    for name, digest in listed.items():
        file = present.get(name)
        if file is None or file.is_symlink():
            problems.append(f"{name} is missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            problems.append(f"{name} was changed")
    return problems


def _entry_problems(entries: list[Any], newest: Sequence[Anchor]) -> list[str]:
    problems, last = [], 0
    for content in entries:
        proof = proof_of(content)
        if not isinstance(proof, Inclusion):
            raise TypeError("the journal holds a proof that is of no entry")
        problems += [item.message for item in proof.breaks(newest)]
        if proof.entry.sequence <= last:
            problems.append(f"entry {proof.entry.sequence} does not stand in its order")
        last = proof.entry.sequence
    return problems


def _consistency_problems(proofs: list[Any], anchors: Sequence[Anchor], size: int) -> list[str]:
    """Return what is wrong with the checkpoints: each one must lead to the newest, by equality or by a proof."""
    problems: list[str] = []
    shown = {0, size}
    for content in proofs:
        proof = proof_of(content)
        if not isinstance(proof, Consistency) or proof.second != size:
            raise TypeError("a proof that does not lead to the newest checkpoint")
        problems += [item.message for item in proof.breaks(anchors)]
        shown.add(proof.first)
    for anchor in anchors:
        if anchor.size > size:
            problems.append(f"a checkpoint of {anchor.size} entries is newer than this evidence")
        elif anchor.size not in shown:
            problems.append(
                f"nothing shows that the journal of {size} entries begins with that of {anchor.size}"
            )
    if len({(anchor.root, anchor.chain) for anchor in anchors if anchor.size == size}) > 1:
        problems.append(f"two checkpoints of {size} entries contradict each other")
    return problems


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
