"""One rehearsal on its way: its clock, its steps, and the row that each step leaves.

A step that cannot show what its requirement says leaves a row that says so. No row is left out and none is true by
being there: what is shown comes out of a comparison with the ledger, the truth of the drill or the gate's answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from amends.casework.acts import Act
from amends.casework.queries.evidence import remedies_of, subject_of_row
from amends.cli.rehearsal.cast import Cast
from amends.vocabulary.errors import AmendsError, RefusalError

if TYPE_CHECKING:
    from amends.ledger.models import Incident, Remedy

ACTOR = "rehearsal"
SECOND = "okafor"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the requirements, and what was shown of it."""

    requirement: str
    did: str
    shown: str
    ok: bool
    seconds: float
    day: float
    """Days after the hold, in the scenario."""


@dataclass(slots=True)
class Findings:
    """What a step finds out: sentences with numbers, and whether each of its checks held."""

    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def check(self, holds: bool, text: str) -> None:
        """Say ``text``, and mark it where it does not hold."""
        self.said.append(text if holds else f"NOT SHOWN: {text}")
        if not holds:
            self.failed.append(text)

    def refuses(self, call: Callable[[], object], code: str, text: str) -> str:
        """Check that ``call`` is refused with ``code``; return the refusal's words."""
        try:
            call()
        except RefusalError as refused:
            self.check(refused.code == code, f"{text} ({refused.code})")
            return refused.message
        self.check(False, f"{text} (it was not refused)")
        return ""


Step = Callable[["Walk", Findings], None]


@dataclass(slots=True)
class Walk:
    """The incident on the copied ledger, the cast, and the rows so far."""

    incident: Incident
    cast: Cast
    folder: Path
    """``rehearsal`` within the drill's folder."""
    held_at: datetime
    day: float = 0.0
    rows: list[Row] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    """What one step leaves for a later one."""

    @property
    def home(self) -> Path:
        """The copied ledger."""
        return self.folder / "ledger"

    @property
    def now(self) -> datetime:
        """The instant in the scenario."""
        return self.held_at + timedelta(days=self.day)

    def act(self, reason: str, *, by: str = ACTOR) -> Act:
        """Return an act at the scenario's instant, a moment after the last one."""
        self.day += 1 / 86_400
        return Act(by, reason, self.now)

    def owed_to(self, person: str, **filters: Any) -> list[Remedy]:
        """Return what is owed to one person of the cast."""
        subject = subject_of_row(self.incident, self.cast.row_of[person])
        return list(remedies_of(self.incident, subject).filter(**filters).order_by("pk"))

    def take(self, requirement: str, day: float, did: str, step: Step) -> None:
        """Go to a day, do one step, and leave its row; whatever goes wrong is said in the row."""
        self.day = max(self.day, day)
        began, found = perf_counter(), Findings()
        try:
            step(self, found)
        except AmendsError as error:
            found.check(False, f"{error.code}: {error.message}")
        except Exception as error:
            # The text of a foreign error may quote what it choked on.
            found.check(False, f"the step broke off ({type(error).__name__})")
        if not found.said:
            found.check(False, "nothing was checked")
        seconds = perf_counter() - began
        self.rows.append(Row(requirement, did, "; ".join(found.said), not found.failed, seconds, day))
