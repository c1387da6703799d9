"""Writes the letters of an incident to a folder, and says what was written (R29, R31, R33).

Rendering comes first and recording second: a crash in between leaves letters that the next run finds
unrecorded and writes again, never a record of a letter that does not exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amends.casework.advance_remedy import Letterhead
from amends.casework.queries.letters import PlannedLetter
from amends.remedy.notices.rendering import render_letters
from amends.vocabulary.errors import RefusalError


@dataclass(frozen=True, slots=True)
class PreparedLetters:
    """What lies in the folder now."""

    heads: dict[int, Letterhead]
    """Remedy → what is to be recorded; only letters that were not prepared before."""
    present: int
    """Letters in the folder that belong there, old and new."""
    undeliverable: dict[str, list[int]]
    """Reason → remedies whose letter cannot be printed as it should be."""


def prepare_letters(planned: Sequence[PlannedLetter], *, out: Path, processes: int) -> PreparedLetters:
    """Render the letters that are not there yet. Raises `RefusalError` ``letter-differs`` where a letter
    that was prepared before would now come out differently: what was recorded is what must go out."""
    wanted = [item for item in planned if not _stands(item, out)]
    by_reference = {item.letter.reference: item for item in planned}
    undeliverable: dict[str, list[int]] = {}
    if wanted:
        report = render_letters([item.letter for item in wanted], out, processes=processes)
        for failed in report.undeliverable:
            undeliverable.setdefault(failed.reason, []).append(by_reference[failed.reference].remedy)
    failed_keys = {key for keys in undeliverable.values() for key in keys}
    heads: dict[int, Letterhead] = {}
    for item in planned:
        if item.remedy in failed_keys:
            continue
        if not item.prepared_sha256:
            digest = _digest(out / f"{item.letter.reference}.pdf")
            heads[item.remedy] = Letterhead(digest, item.letter.language, item.method)
        elif not _stands(item, out):
            raise RefusalError(
                "letter-differs",
                "a letter would come out differently from the one that was recorded",
                hint="keep the recorded letters; new facts go into a supplementary notice",
                where=f"{item.letter.reference}.pdf",
            )
    return PreparedLetters(heads, len(planned) - len(failed_keys), undeliverable)


def _stands(item: PlannedLetter, out: Path) -> bool:
    if not item.prepared_sha256:
        return False
    file = out / f"{item.letter.reference}.pdf"
    return file.is_file() and _digest(file) == item.prepared_sha256


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
