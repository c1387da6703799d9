"""One question and its answer: what is sent, what is recorded, what the receipt stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Frame:
    """What all answers of one micro-batch share."""

    at: str
    expires_at: str
    generation: int
    sequence: int

    @classmethod
    def of(cls, at: datetime, generation: int = 0, sequence: int = 0) -> Frame:
        """Return the frame of answers given at this instant, out of that state of the ledger."""
        return cls(as_text(at), as_text(at + LIFETIME), generation, sequence)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked what, as far as it could be made out."""

    caller: Caller = NOBODY
    action: str = ""
    fingerprint: str = field(default="", repr=False)
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
        caller, (answer, reason, hold) = asked.caller, verdict
        authorises = answer == CLEAR and caller.kind == "live" and recorded
        # What authorises nothing is over at once, but a hold is worth asking about again only after a while.
        expires = frame.expires_at if authorises else frame.at
        quoted_hold = f'"{hold}"' if hold else "null"
        head = (
            f'{{"action":"{asked.action}","answer":"{answer}","answer_id":"{asked.id}","at":"{frame.at}",'
            f'"authorises":{"true" if authorises else "false"},"expires_at":"{expires}",'
        )
        tail = f'"hold":{quoted_hold},"reason":"{reason}","recorded":{"true" if recorded else "false"},'
        shared = f'"fingerprint":"{asked.fingerprint}",'
        mac = self._mac(f'{head}{shared}{tail}"system":"{caller.system}"}}'.encode())
        body = f'{head}{tail}"receipt":{{{shared}"key_id":"{self.key_id}","mac":"{mac}","system":"{caller.system}"}}}}'
        row = Row(
            asked.id,
            0,
            frame.at,
            caller.system,
            caller.key_id,
            caller.kind,
            asked.action,
            asked.fingerprint,
            self.key_id,
            answer,
            reason.value,
            hold,
            frame.generation,
            frame.sequence,
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
    if number == HTTPStatus.OK:
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
