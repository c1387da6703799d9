"""The hot path: what has gathered is looked up in one statement, decided, recorded in one transaction, answered.

Nothing here knows of threads or HTTP: `Answering.answer` takes questions and leaves each with what is to be sent.
A ``clear`` leaves it only after it has been recorded durably. Why micro-batches: one flush to disk takes
as long as some dozens of look-ups, and so does the hand-over between two threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import orjson

from amends.gate.answers import NOBODY, Asked, Frame, Row, sent
from amends.gate.caller import Caller
from amends.gate.clocks import Instant
from amends.gate.deciding import CLEAR, HOLD, MALFORMED, Verdict, decide, decide_all
from amends.gate.keys import KnownKeys
from amends.gate.question import Kind, Question
from amends.gate.reading import Lookup, LookupFailedError, Reading
from amends.gate.reasons import Reason
from amends.gate.recording import Desk, Draft, answer_caller, record, unrecorded

TEST_HELD: Final = "TEST-HELD"
TEST_CLEAR: Final = "TEST-CLEAR"
"""The two invented identifiers that a test key may ask about."""
_TEST: Final = {
    TEST_HELD: Verdict(HOLD, Reason.HELD, "H-000000"),
    TEST_CLEAR: Verdict(CLEAR, Reason.NOT_HELD),
}
_NOT_FOR_TESTS: Final = Verdict(HOLD, Reason.TEST_KEY)
_ACTION: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
_STRANGERS: Final = ""
_CHECK, _CALLER = Kind.CHECK, Kind.CALLER
_STRANGERS_PER_SECOND: Final = 100
"""Refused keys are recorded up to this rate; a flood of them is answered and only counted."""


class Wanted(NamedTuple):
    """What a body asks for, as far as it is a question."""

    identifier: str
    action: str
    fingerprints: tuple[str, ...]


class View(NamedTuple):
    """What a round of answers goes by."""

    instant: Instant
    reading: Reading | None
    closed: Reason | None
    """Why nobody is clear in this round."""

    @property
    def frame(self) -> Frame:
        state = self.reading.state if self.reading else None
        sequence = self.reading.sequence if self.reading else None
        return Frame.of(self.instant.at, state.generation if state else 0, sequence or 0)


class Answering:
    """Answers questions through one look-up connection. Used by one thread."""

    def __init__(self, desk: Desk, lookup: Lookup) -> None:
        self._desk, self._lookup = desk, lookup
        self._keys: KnownKeys | None = None
        self._keys_generation = -1
        self._callers: dict[str, Caller] = {}
        self.refused_unrecorded = 0

    def answer(self, questions: Sequence[Question]) -> None:
        """Leave each question with what is to be sent; whatever goes wrong, that is a hold."""
        prints = self._desk.fingerprints.now()
        wanted = [parse_check(q.body, prints.of) if q.kind is _CHECK else None for q in questions]
        view = self.view([text for item in wanted if item is not None for text in item[2]], prints.key_ids)
        drafts: list[Draft] = []
        for question, item in zip(questions, wanted, strict=True):
            refused = self.refusal_of(question, view)
            if question.kind is _CALLER:
                answer_caller(question, refused)
                continue
            verdict = refused or self._verdict(question.caller or NOBODY, item, view)
            status = 400 if item is None and verdict is MALFORMED else 0
            drafts.append(Draft(question, self._asked(question, item), verdict, status))
        self._record_and_send(drafts, view.frame)

    def view(self, fingerprints: Iterable[str], key_ids: Sequence[str]) -> View:
        """Look up, judge whether what was seen may be believed, and bring the tables of keys up to date.

        ``key_ids``: of the keys under which the fingerprints were made.
        """
        desk = self._desk
        instant, sentinels, floor = desk.clock.read(), desk.guard.sentinels(), desk.guard.floor()
        reading: Reading | None = None
        try:
            reading = self._lookup.look_up([*fingerprints, *sentinels], entry=floor.sequence)
            closed = desk.guard.why_closed(reading, key_ids=key_ids, floor=floor, asked=sentinels)
            if closed is Reason.KEY_MISMATCH:
                # The ledger has gone over to another key: the next round asks under it.
                desk.fingerprints.renew()
            if closed is None:
                desk.guard.remember(reading, floor)
            if reading.state and reading.state.generation != self._keys_generation:
                self._keys, self._callers = KnownKeys(self._lookup.keys()), {}
                desk.actions = frozenset(filter(_ACTION.fullmatch, self._keys.table.actions))
                self._keys_generation = reading.state.generation
        except LookupFailedError as error:
            closed = error.reason
        return View(instant, reading, Reason.CLOCK_JUMPED if instant.jumped else closed)

    def refusal_of(self, question: Question, view: View) -> Verdict | None:
        """Return the hold for whoever may not ask, or None; who asks is kept with the question."""
        if self._keys is None:
            return Verdict(HOLD, view.closed or Reason.DATABASE_UNAVAILABLE)
        found = self._keys.authenticate(question.header, now=view.instant.at)
        if isinstance(found, Reason):
            return Verdict(HOLD, found)
        caller = self._callers.get(found.key_id)
        if caller is None:
            caller = self._callers[found.key_id] = found.caller
        question.caller = caller
        if self._desk.rates.allows(found.key_id, found.requests_per_second):
            return None
        return Verdict(HOLD, Reason.RATE_LIMITED)

    def _refused_action(self, caller: Caller, action: str) -> Verdict | None:
        """Return the hold for an action that nobody takes, or that this key may not ask about."""
        if action in caller.actions and self.quotable(action):
            return None
        known = self._keys is not None and action in self._keys.table.actions
        return Verdict(HOLD, Reason.ACTION_NOT_PERMITTED if known else Reason.ACTION_UNKNOWN)

    def _asked(self, question: Question, item: Wanted | None) -> Asked:
        caller = question.caller or NOBODY
        action = self.quotable(item.action) if item else ""
        # What a test key asks about is nobody, and leaves no fingerprint.
        found = item.fingerprints if item and caller.kind != "test" else ()
        return Asked(caller, action, found[0] if found else "", self._desk.numbers())

    def quotable(self, action: str) -> str:
        """Return an action as a record may quote it."""
        return self._desk.quotable(action)

    def _verdict(self, caller: Caller, item: Wanted | None, view: View) -> Verdict:
        if view.closed is not None or view.reading is None:
            return Verdict(HOLD, view.closed or Reason.GATE_FAULT)
        if item is None:
            return MALFORMED
        refused = self._refused_action(caller, item.action)
        if refused is not None:
            return refused
        if caller.kind == "test":
            return _TEST.get(item.identifier, _NOT_FOR_TESTS)
        return decide(item.fingerprints, item.action, view.reading)

    def verdicts(
        self, caller: Caller, action: str, items: Sequence[tuple[str, tuple[str, ...]]], view: View
    ) -> list[Verdict]:
        """Return the verdict on each of a list of identifiers with their fingerprints; the gate must be open."""
        refused, reading = self._refused_action(caller, action), view.reading
        if refused is not None or reading is None:
            return [refused or Verdict(HOLD, Reason.GATE_FAULT)] * len(items)
        if caller.kind == "test":
            return [_TEST.get(identifier, _NOT_FOR_TESTS) for identifier, _ in items]
        return decide_all([texts for _, texts in items], action, reading)

    def _record_and_send(self, drafts: Sequence[Draft], frame: Frame) -> None:
        desk = self._desk
        kept: list[Draft] = []
        rows: list[Row] = []
        for draft in drafts:
            # Where the loop has answered in our place meanwhile, what it sent is recorded, with action and fingerprint.
            if draft.question.early is not None or self._only_counted(draft, frame):
                continue
            body, row = desk.writer.write(draft.asked, draft.verdict, frame)
            draft.question.sent = sent(draft.verdict.reason, body, status=draft.status)
            kept.append(draft)
            rows.append(row)
        if record(desk, rows, frame):
            for draft, row in zip(kept, rows, strict=True):
                draft.question.recorded_id = row.id
            return
        for draft in kept:
            draft.question.sent = unrecorded(desk, draft, frame)

    def _only_counted(self, draft: Draft, frame: Frame) -> bool:
        if draft.asked.caller is not NOBODY or draft.verdict.reason is not Reason.KEY_UNKNOWN:
            return False
        if self._desk.rates.allows(_STRANGERS, _STRANGERS_PER_SECOND):
            return False
        self.refused_unrecorded += 1
        body, _ = self._desk.writer.write(draft.asked, draft.verdict, frame, recorded=False)
        draft.question.sent = sent(draft.verdict.reason, body)
        return True


def parse_check(body: bytes, fingerprints_of: Callable[[str], tuple[str, ...]]) -> Wanted | None:
    """Return what a body asks, or None where it is no question."""
    try:
        content = orjson.loads(body)
        identifier, action = content["identifier"], content["action"]
    except (ValueError, TypeError, KeyError):
        return None
    if type(identifier) is not str or type(action) is not str:
        return None
    return Wanted(identifier, action, fingerprints_of(identifier))
