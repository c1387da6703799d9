"""Strings together what letters need: who is owed one, the rendering, the recording. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from amends.casework.acts import Act
from amends.casework.advance_remedy import Shown, advance_remedy
from amends.casework.queries.letters import LetterBatch, LetterWriter
from amends.casework.queries.letters_besides import LettersBesides
from amends.casework.results.prepare_letters import PreparedLetters, prepare_letters
from amends.remedy.notices.letters import Sender

if TYPE_CHECKING:
    from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class LettersRun:
    """What came of the letters."""

    to_persons: int
    to_representatives: int
    to_tribunals: int
    certificates: int
    """Of the adverse assumption."""
    clawbacks: int
    withheld: dict[str, int]
    """Reason → number of notices."""
    seconds: float

    @property
    def letters(self) -> int:
        """Letters to persons and representatives."""
        return self.to_persons + self.to_representatives

    @property
    def written(self) -> int:
        """Everything that was written in ``seconds``: letters, certificates, notices to courts, clawbacks."""
        return self.letters + self.to_tribunals + self.certificates + self.clawbacks


def write_letters(
    incident: Incident, sender: Sender, *, out: Path, act: Callable[[str], Act], processes: int
) -> LettersRun:
    """Write every letter that is owed, record it as prepared, and withhold with a reason what cannot be written."""
    began = perf_counter()
    now = act("look up who is owed a letter").now
    writer = LetterWriter(incident, sender, today=now)
    besides = LettersBesides(incident, sender, now)
    batch = writer.notices()
    withheld = _write(incident, batch, out / "letters", act, processes)
    # A court is told of a person only once the person is, so that these come after the notices.
    tribunals = besides.to_tribunals()
    certificates = besides.certificates()
    for more, folder, what in (
        (tribunals, "tribunals", "court"),
        (certificates, "certificates", "certificate"),
    ):
        unwritten = _write(incident, more, out / folder, act, processes)
        withheld |= {f"{what}: {reason}": count for reason, count in unwritten.items()}
    clawbacks = list(writer.clawbacks())
    asked = prepare_letters(clawbacks, out=out / "clawback", processes=1)
    if asked.heads:
        advance_remedy(
            incident=incident,
            remedies=list(asked.heads),
            step="prepare",
            act=act("letters to recipients written; none goes out before the leak is acknowledged in public"),
            shown=Shown(content=asked.heads),
        )
    to_representatives = sum(1 for item in batch.letters if item.letter.person_name is not None)
    return LettersRun(
        to_persons=len(batch.letters) - to_representatives,
        to_representatives=to_representatives,
        to_tribunals=len(tribunals.letters),
        certificates=len(certificates.letters),
        clawbacks=asked.present,
        withheld=withheld,
        seconds=perf_counter() - began,
    )


def _write(
    incident: Incident, batch: LetterBatch, folder: Path, act: Callable[[str], Act], processes: int
) -> dict[str, int]:
    """Render a batch, record what was written, withhold the rest; return reason → how many were not written."""
    prepared = PreparedLetters({}, 0, {})
    if batch.letters:
        prepared = prepare_letters(batch.letters, out=folder, processes=processes)
    if prepared.heads:
        advance_remedy(
            incident=incident,
            remedies=list(prepared.heads),
            step="prepare",
            act=act("letters written"),
            shown=Shown(content=prepared.heads),
        )
    return _withhold(incident, batch, prepared, act)


def _withhold(
    incident: Incident, batch: LetterBatch, prepared: PreparedLetters, act: Callable[[str], Act]
) -> dict[str, int]:
    reasons: dict[str, list[int]] = dict(prepared.undeliverable)
    waiting: Counter[str] = Counter(item.reason for item in batch.withheld if item.stays_owed)
    for item in batch.withheld:
        if not item.stays_owed:
            reasons.setdefault(item.reason, []).append(item.remedy)
    for reason, remedies in reasons.items():
        advance_remedy(incident=incident, remedies=remedies, step="withhold", act=act(reason))
    return {**{reason: len(remedies) for reason, remedies in reasons.items()}, **waiting}
