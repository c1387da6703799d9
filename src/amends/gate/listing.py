"""A whole list in one question: up to 10,000 identifiers, one look-up, one record, one receipt.

The receipt stands for the answers by their SHA-256 (canonical JSON of the list as it is sent) and for the
identifiers by that of their fingerprints in the order of the question.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import orjson

from amends.gate.answering import Answering
from amends.gate.answers import NOBODY, Asked, Frame, Sent, sent
from amends.gate.deciding import HOLD, MALFORMED, Verdict
from amends.gate.packed import BatchCheck, pack, tail_of
from amends.gate.question import Question
from amends.gate.reasons import Reason
from amends.gate.recording import Desk, Draft, record, unrecorded

MOST_IDENTIFIERS: Final = 10_000


class ListAnswering:
    """Answers questions about lists, one after another, through a look-up connection of its own."""

    def __init__(self, desk: Desk, answering: Answering) -> None:
        self._desk, self._answering = desk, answering

    def answer(self, question: Question) -> None:
        """Leave the question with what is to be sent."""
        identifiers, action = parse_list(question.body)
        prints = self._desk.fingerprints.now()
        fingerprints = prints.of_all(identifiers)
        view = self._answering.view(sorted(text for texts in fingerprints for text in texts), prints.key_ids)
        refused = self._answering.refusal_of(question, view)
        asked = Asked(question.caller or NOBODY, self._answering.quotable(action), "", self._desk.numbers())
        if refused is not None:
            self._refuse(Draft(question, asked, refused, 0), view.frame)
            return
        if not identifiers:
            self._refuse(Draft(question, asked, MALFORMED, 400), view.frame)
            return
        if view.closed is not None or view.reading is None:
            closed = Verdict(HOLD, view.closed or Reason.GATE_FAULT)
            self._refuse(Draft(question, asked, closed, 0), view.frame)
            return
        verdicts = self._answering.verdicts(
            asked.caller, action, list(zip(identifiers, fingerprints, strict=True)), view
        )
        if question.early is not None:
            return
        tested = asked.caller.kind == "test"
        firsts = ["" if tested or not texts else texts[0] for texts in fingerprints]
        question.sent = self._recorded(question, asked, firsts, verdicts, view.frame)

    def _recorded(
        self, question: Question, asked: Asked, fingerprints: list[str], verdicts: list[Verdict], frame: Frame
    ) -> Sent:
        desk = self._desk
        body, check = written(desk, asked, fingerprints, verdicts, frame)
        if record(desk, (), frame, checks=(check,)):
            question.recorded_id = asked.id
            return Sent(200, body)
        return unrecorded(desk, Draft(question, asked, Verdict(HOLD, Reason.ANSWER_NOT_RECORDED), 0), frame)

    def _refuse(self, draft: Draft, frame: Frame) -> None:
        """Answer for the whole list at once; one row of the record says that it was refused."""
        body, row = self._desk.writer.write(draft.asked, draft.verdict, frame)
        if record(self._desk, (row,), frame):
            draft.question.sent = sent(draft.verdict.reason, body, status=draft.status)
            draft.question.recorded_id = row.id
        else:
            draft.question.sent = unrecorded(self._desk, draft, frame)


def written(
    desk: Desk, asked: Asked, fingerprints: list[str], verdicts: list[Verdict], frame: Frame
) -> tuple[bytes, BatchCheck]:
    """Return the body of a list's answers and its row."""
    said: dict[str, tuple[str, bytes]] = {}
    texts, tails = [], []
    for verdict in verdicts:
        # A hold's reference says all of its verdict, and so does the reason where there is none.
        key = verdict[2] or verdict[1]._value_
        words = said.get(key)
        if words is None:
            words = said[key] = _words(verdict)
        texts.append(words[0])
        tails.append(words[1])
    answers = f"[{','.join(texts)}]"
    caller = asked.caller
    authorises = caller.kind == "live"
    expires = frame.expires_at if authorises else frame.at
    shared = {
        "answers_sha256": hashlib.sha256(answers.encode()).hexdigest(),
        "fingerprints_sha256": hashlib.sha256("".join(fingerprints).encode()).hexdigest(),
        "system": caller.system,
    }
    answer: dict[str, Any] = {
        "action": asked.action,
        "answer_id": str(asked.id),
        "at": frame.at,
        "authorises": authorises,
        "count": len(verdicts),
        "expires_at": expires,
        "recorded": True,
    }
    mac = desk.writer.mac(orjson.dumps(answer | shared, option=orjson.OPT_SORT_KEYS))
    receipt = {**shared, "key_id": desk.writer.key_id, "mac": mac}
    body = orjson.dumps(answer | {"receipt": receipt})[:-1] + f',"answers":{answers}}}'.encode()
    check = BatchCheck(
        asked.id,
        0,
        frame.at,
        caller.system,
        caller.key_id,
        caller.kind,
        asked.action,
        desk.writer.key_id,
        frame.generation,
        frame.sequence,
        expires,
        mac,
        len(verdicts),
        pack(fingerprints, tails),
    )
    return body, check


def _words(verdict: Verdict) -> tuple[str, bytes]:
    """Return a verdict as it is sent (canonical JSON) and as it is kept."""
    answer, reason, hold = verdict
    quoted = f'"{hold}"' if hold else "null"
    return f'{{"answer":"{answer}","hold":{quoted},"reason":"{reason._value_}"}}', tail_of(verdict)


def parse_list(body: bytes) -> tuple[list[str], str]:
    """Return identifiers and action; no identifier where it is no question, or one about too many.

    What is no text becomes the empty one, which is malformed and held.
    """
    try:
        content = orjson.loads(body)
        found, action = content["identifiers"], content["action"]
    except (ValueError, TypeError, KeyError):
        return [], ""
    if not isinstance(found, list) or not isinstance(action, str) or len(found) > MOST_IDENTIFIERS:
        return [], ""
    return [item if type(item) is str else "" for item in found], action
