"""From verdicts to the record: what the threads of a gate share, and the one way in which answers are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from amends.gate.answers import AnswerWriter, Asked, Frame, Row, Sent, plain_hold, sent
from amends.gate.clocks import WatchedClock
from amends.gate.deciding import CLEAR, HOLD, Verdict
from amends.gate.fingerprints import CurrentFingerprints
from amends.gate.guard import Guard
from amends.gate.keys import RateLimits
from amends.gate.late import LateAnswers
from amends.gate.packed import BatchCheck
from amends.gate.question import Question
from amends.gate.reasons import Reason, status_of
from amends.gate.store import GateStore

_LATE_A_ROUND: Final = 256


@dataclass(slots=True)
class Desk:
    """What the threads of one gate share."""

    store: GateStore
    guard: Guard
    fingerprints: CurrentFingerprints
    writer: AnswerWriter
    clock: WatchedClock
    late: LateAnswers
    rates: RateLimits
    numbers: Callable[[], int]
    """Gives each answer its number."""
    actions: frozenset[str] = frozenset()
    """That some acting system can take, as far as they are written like one: what a record may quote."""

    def quotable(self, action: str) -> str:
        """Return an action as a record may quote it: what no system can take could be anything, an identifier too."""
        return action if action in self.actions else ""


class Draft(NamedTuple):
    """A verdict on its way into the record."""

    question: Question
    asked: Asked
    verdict: Verdict
    status: int
    """HTTP status; 0 for the one that goes with the reason."""


def record(desk: Desk, rows: Sequence[Row], frame: Frame, *, checks: Sequence[BatchCheck] = ()) -> bool:
    """Record these, and whatever is late, with new marks; return False where the store cannot be written."""
    late = desk.late.take(_LATE_A_ROUND)
    seen = desk.guard.new_marks()
    lost = {"late_lost": desk.late.lost} if desk.late.lost else {}
    try:
        if rows or late or checks:
            desk.store.record([*rows, *late], at=frame.at, checks=checks, marks=seen | lost)
        elif seen:
            desk.store.set_marks(seen)
    except (sqlite3.Error, OSError):
        desk.late.give_back(late)
        return False
    desk.guard.kept(seen)
    return True


def unrecorded(desk: Desk, draft: Draft, frame: Frame) -> Sent:
    """Return what is sent where the record failed: never a clear."""
    verdict = draft.verdict
    if verdict.answer == CLEAR:
        verdict = Verdict(HOLD, Reason.ANSWER_NOT_RECORDED)
    body, row = desk.writer.write(draft.asked, verdict, frame, recorded=False)
    desk.late.add(row)
    return sent(verdict.reason, body, status=draft.status)


def answer_caller(question: Question, refused: Verdict | None) -> None:
    """Leave a question of who asks with nothing to send where that is known, and with a refusal otherwise."""
    if refused is not None:
        status = status_of(refused.reason)
        question.sent = plain_hold(refused.reason, status if status != 200 else 503)
