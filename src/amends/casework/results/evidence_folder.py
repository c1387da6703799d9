"""Writes an evidence file: a folder that a court's expert can check with the public key alone (R54).

Everything in it is listed with its SHA-256 in ``manifest.json``, and the manifest is signed. Each journal entry comes
with the proof that it stands in the journal that the newest checkpoint signed, and each earlier checkpoint with
the proof that nothing before it was changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from amends.casework.queries import evidence
from amends.casework.queries.evidence_tables import incident_tables, person_tables
from amends.casework.results.checkpoints import Targets, write_checkpoint
from amends.casework.results.evidence_check import MANIFEST, SIGNATURE, evidence_text
from amends.casework.results.evidence_readme import readme
from amends.casework.results.files import write_text
from amends.casework.results.proof_files import Consistency, Inclusion
from amends.casework.take_evidence import TakenEvidence
from amends.ledger import current, journal
from amends.ledger.checkpoint_key import signing_key
from amends.ledger.checkpointing import own_checkpoints
from amends.ledger.merkle import Tree
from amends.vocabulary.errors import UsageError

_KEPT: Final = "checkpoints.txt"


@dataclass(frozen=True, slots=True)
class EvidenceFolder:
    """What was written."""

    folder: Path
    files: int
    entries: int
    size: int
    """Entries that the newest checkpoint signed."""


def write_evidence(taken: TakenEvidence, folder: Path) -> EvidenceFolder:
    """Sign a checkpoint, then write the folder.

    Raises `UsageError` ``evidence-folder-taken`` where the folder holds something already: two takings never mix.
    """
    check_folder(folder)
    home = current.home()
    made = write_checkpoint(Targets.configured(), home=home, now=taken.act.now)
    key, size = signing_key(home), made.signed.checkpoint.anchor.size
    tree = Tree(journal.digests(size))
    entries = [
        entry for entry in evidence.entries_about(taken.incident, taken.subject) if entry.sequence <= size
    ]
    files = {
        "README.txt": readme(taken, size, key.public),
        "public-key.txt": f"{key.public}\n",
        "checkpoint.txt": str(made.signed.note),
        _KEPT: "\n".join(str(signed.note) for signed in own_checkpoints(home)),
        "consistency.jsonl": _lines(_consistency(tree, home_sizes=_sizes(), size=size)),
        "journal.jsonl": _lines(
            Inclusion(entry, size, tree.inclusion_proof(entry.sequence - 1)).content for entry in entries
        ),
        "remedies.jsonl": _lines(
            evidence.remedy_records(evidence.remedies_of(taken.incident, taken.subject))
        ),
        **_records(taken),
    }
    manifest = _manifest(taken, size, files)
    signed = key.sign(evidence_text(key.public.name, manifest))
    for name, text in {**files, MANIFEST: manifest, SIGNATURE: str(signed)}.items():
        write_text(folder / name, text)
    made.raise_failures()
    return EvidenceFolder(folder, len(files) + 2, len(entries), size)


def check_folder(folder: Path) -> None:
    """Raise `UsageError` ``evidence-folder-taken`` where the folder holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            "evidence-folder-taken",
            "the folder for the evidence is not empty",
            hint="name a new folder with --out; an evidence file is never mixed with another",
            where="--out",
        )


def _sizes() -> list[int]:
    return sorted({signed.checkpoint.anchor.size for signed in own_checkpoints(current.home())} - {0})


def _consistency(tree: Tree, *, home_sizes: list[int], size: int) -> Iterable[Mapping[str, Any]]:
    for first in home_sizes:
        if first < size:
            yield Consistency(first, size, tree.consistency_proof(first, size)).content


def _records(taken: TakenEvidence) -> dict[str, str]:
    incident, subject = taken.incident, taken.subject
    found: dict[str, Any] = {"incident.json": evidence.incident_record(incident)}
    if subject is None:
        found |= {f"{name}.json": rows for name, rows in incident_tables(incident).items()}
    else:
        found["person.json"] = evidence.person_record(incident, subject)
        found |= {f"{name}.json": rows for name, rows in person_tables(incident, subject).items()}
        if taken.with_details:
            found["details.json"] = evidence.person_details(incident, subject)
    return {name: f"{_json(content, indent=1)}\n" for name, content in found.items()}


def _manifest(taken: TakenEvidence, size: int, files: Mapping[str, str]) -> str:
    content = {
        "evidence_of": "person" if taken.subject else "incident",
        "incident": taken.incident.reference,
        "with_details": taken.with_details,
        "taken_by": taken.act.actor,
        "reason": taken.act.reason,
        "taken_at": taken.act.now,
        "checkpoint_size": size,
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())},
    }
    if taken.subject:
        content |= {"table": taken.subject.table_name, "row": taken.subject.row_number}
    return f"{_json(content, indent=1)}\n"


def _lines(records: Iterable[Mapping[str, Any]]) -> str:
    return "".join(f"{_json(record)}\n" for record in records)


def _json(content: Any, *, indent: int | None = None) -> str:
    return json.dumps(content, indent=indent, ensure_ascii=False, default=_in_words)


def _in_words(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an evidence file")
