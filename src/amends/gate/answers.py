"""One question and its answer: what is sent, what is recorded, what the receipt stands for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple

from amends.gate.caller import Caller
from amends.gate.deciding import CLEAR, HOLD, Verdict
from amends.gate.fingerprints import started_hmac
from amends.gate.reasons import Reason, status_of
from amends.gate.receipts import receipt_key
from amends.ledger.home import LedgerHome

LIFETIME: Final = timedelta(seconds=60)
"""How long a ``clear`` may be acted on: a hold placed meanwhile is not missed for longer."""
NOBODY: Final = Caller("", "", "", frozenset())


class Row(NamedTuple):
    """One line of the store's table ``answers``, in the order of its columns."""

    id: int
    batch: int
    at: str
    system: str
    api_key: str
    key_kind: str
    action: str
    fingerprint: str
    key_id: str
    answer: str
    reason: str
    hold_reference: str
    generation: int
    ledger_sequence: int
    expires_at: str
    receipt: str
    late: int = 0
    """1 where it was written after it had been sent."""
    instead_of: int | None = None
    """Id of an answer that was recorded and never sent, because this one had been given in its place."""


class Frame(NamedTuple):
    """What all answers of one micro-batch share."""

    at: str
    expires_at: str
    generation: int
    sequence: int

    @classmethod
    def of(cls, at: datetime, generation: int = 0, sequence: int = 0) -> Frame:
        """Return the frame of answers given at this instant, out of that state of the ledger."""
        return cls(as_text(at), as_text(at + LIFETIME), generation, sequence)


class Asked(NamedTuple):
    """Who asked what, as far as it could be made out."""

    caller: Caller = NOBODY
    action: str = ""
    fingerprint: str = ""
    id: int = 0


class AnswerWriter:
    """Puts verdicts into words: the body that is sent and the row that is kept."""

    def __init__(self, home: LedgerHome) -> None:
        self.key_id, key = receipt_key(home)
        self._mac: Callable[[bytes], str] = started_hmac(key)

    def write(
        self, asked: Asked, verdict: Verdict, frame: Frame, *, recorded: bool = True
    ) -> tuple[bytes, Row]:
        """Return body and row. The texts filled in are hexadecimal, codes or instants: none needs escaping."""
        caller, action, fingerprint, number = asked
        answer, reason, hold = verdict
        code = reason._value_
        at, expires, generation, sequence = frame
        authorises = answer == CLEAR and caller.kind == "live" and recorded
        if not authorises and answer == CLEAR:
            # What authorises nothing is over at once.
            expires = at
        quoted_hold = f'"{hold}"' if hold else "null"
        head = (
            f'{{"action":"{action}","answer":"{answer}","answer_id":"{number}","at":"{at}",'
            f'"authorises":{"true" if authorises else "false"},"expires_at":"{expires}",'
        )
        tail = f'"hold":{quoted_hold},"reason":"{code}","recorded":{"true" if recorded else "false"},'
        shared, system = f'"fingerprint":"{fingerprint}",', f'"system":"{caller.system}"'
        mac = self._mac(f"{head}{shared}{tail}{system}}}".encode())
        body = f'{head}{tail}"receipt":{{{shared}"key_id":"{self.key_id}","mac":"{mac}",{system}}}}}'
        row = Row(
            number,
            0,
            at,
            caller.system,
            caller.key_id,
            caller.kind,
            action,
            fingerprint,
            self.key_id,
            answer,
            code,
            hold,
            generation,
            sequence,
            expires,
            mac,
        )
        return body.encode(), row

    def mac(self, content: bytes) -> str:
        """Return the receipt of a whole batch's canonical JSON."""
        return self._mac(content)


class Sent(NamedTuple):
    """What goes back over the wire."""

    status: int
    body: bytes


def sent(reason: Reason, body: bytes, *, status: int = 0) -> Sent:
    """Return the response of an answer; one that is an error says so as a problem (RFC 9457) and still answers."""
    number = status or status_of(reason)
    if number == 200:
        return Sent(number, body)
    title = HTTPStatus(number).phrase
    problem = f'{{"type":"about:blank","title":"{title}","status":{number},"code":"{reason}",'
    return Sent(number, problem.encode() + body[1:])


def plain_hold(reason: Reason, status: int) -> Sent:
    """Return a hold without frame or receipt, for what never became a question."""
    body = f'{{"answer":"{HOLD}","reason":"{reason}","hold":null,"recorded":false}}'
    return sent(reason, body.encode(), status=status)


def as_text(instant: datetime) -> str:
    """Return an instant as the store and the answers write it: ISO 8601, microseconds, UTC."""
    return instant.isoformat(timespec="microseconds")
