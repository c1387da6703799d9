"""Asks the gate over HTTP, and turns whatever goes wrong into a hold.

The identifier goes into the body of a request and nowhere else: not into an address, a log, an exception or a repr.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from ipaddress import ip_address
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from amends.gate_client.answer import CLEAR, HOLD, Answer, DoubtError, Held, held_as, read_answer, read_frame

MOST_IDENTIFIERS: Final = 10_000
_LONGEST_RESPONSE: Final = 4 * 1024 * 1024


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class GateClient:
    """One acting system's connection to the gate. Safe to use from several threads, one question at a time."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        clock: Callable[[], datetime],
        timeout: float = 1.0,
        receipt_key: bytes | None = None,
        allow_plain_http: bool = False,
    ) -> None:
        """Take the gate's address, the API key, and the clock that expiries are compared with.

        ``timeout`` in seconds holds for each step of the exchange. ``receipt_key`` is for auditors: with it every
        receipt is verified, and one that does not fit is a hold. Without TLS identifiers and the key go to this
        machine alone, unless ``allow_plain_http`` says that the way to the gate is protected otherwise.

        Raises ``ValueError`` for an address that is none, or to which nothing may go.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the gate's address must begin with http:// or https://")
        if parts.scheme == "http" and not (allow_plain_http or _is_this_machine(parts.hostname)):
            raise ValueError(
                "a gate on another machine is asked over https:// (or with allow_plain_http=True)"
            )
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=timeout)
        self._path = parts.path.rstrip("/")
        self._key, self._clock, self._receipt_key = key, clock, receipt_key
        self._lock = Lock()

    def __repr__(self) -> str:
        return "GateClient()"

    def check(self, identifier: str, action: str) -> Answer:
        """Return the gate's answer for one identifier and one action; a hold where there is none."""
        try:
            content = self._ask("/v1/check", {"identifier": identifier, "action": action})
            answer = read_answer(content, action=action, now=self._clock())
            if answer.answer == CLEAR:
                self._verify(content)
        except DoubtError as doubt:
            return Answer(HOLD, str(doubt))
        return answer

    def check_list(self, identifiers: Sequence[str], action: str) -> list[Answer]:
        """Return the answers for a list in its order; of a list that fails half-way, the rest are holds."""
        found: list[Answer] = []
        for start in range(0, len(identifiers), MOST_IDENTIFIERS):
            found += self._check_piece(identifiers[start : start + MOST_IDENTIFIERS], action)
        return found

    @contextmanager
    def permission(self, identifier: str, action: str) -> Iterator[Answer]:
        """Run a block only if the gate permits the action; raise `Held` otherwise.

        What takes longer than the answer is good for asks again.
        """
        answer = self.check(identifier, action)
        if not answer.permits(self._clock()):
            raise Held(answer)
        yield answer

    def close(self) -> None:
        """Close the connection; the next question opens it again."""
        with self._lock:
            self._connection.close()

    def _check_piece(self, identifiers: Sequence[str], action: str) -> list[Answer]:
        try:
            content = self._ask("/v1/check/batch", {"identifiers": list(identifiers), "action": action})
            if not isinstance(content, dict):
                raise DoubtError("answer_unreadable")
            if "answers" not in content:
                return [held_as(content)] * len(identifiers)
            return self._read_list(content, len(identifiers), action)
        except DoubtError as doubt:
            return [Answer(HOLD, str(doubt))] * len(identifiers)

    def _read_list(self, content: dict[str, Any], count: int, action: str) -> list[Answer]:
        now = self._clock()
        answer_id, expires, authorises = read_frame(content, now=now)
        answers = content["answers"]
        if not isinstance(answers, list) or len(answers) != count or content.get("action") != action:
            raise DoubtError("answer_incomplete")
        if authorises and now >= expires:
            raise DoubtError("answer_expired")
        written = json.dumps(answers, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if hashlib.sha256(written).hexdigest() != content["receipt"].get("answers_sha256"):
            raise DoubtError("receipt_wrong")
        self._verify(content)
        clear = Answer(CLEAR, "not_held", None, answer_id, expires, authorises)
        return [
            clear
            if item == {"answer": CLEAR, "reason": "not_held", "hold": None}
            else held_as(item if isinstance(item, dict) else {})
            for item in answers
        ]

    def _ask(self, path: str, question: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            body = json.dumps(question).encode()
            with self._lock:
                status, said = self._exchange(path, body, headers)
        except TimeoutError:
            raise DoubtError("gate_timeout") from None
        except (OSError, http.client.HTTPException):
            raise DoubtError("gate_unreachable") from None
        except (TypeError, ValueError):
            raise DoubtError("gate_error") from None
        try:
            content = json.loads(said)
        except (ValueError, RecursionError):
            raise DoubtError("answer_unreadable" if status == 200 else "gate_error") from None
        if status == 200:
            return content
        # Whatever an error says of itself, it is a hold.
        reason = content.get("reason") if isinstance(content, dict) else None
        return {"answer": HOLD, "reason": reason if isinstance(reason, str) else "gate_error"}

    def _exchange(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Ask once; once more where a kept connection turns out to have been closed meanwhile."""
        kept = self._connection.sock is not None
        for attempt in (0, 1):
            try:
                self._connection.request("POST", self._path + path, body, headers)
                response = self._connection.getresponse()
                return response.status, response.read(_LONGEST_RESPONSE)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()
                if attempt or not kept:
                    raise
            except BaseException:
                self._connection.close()
                raise
        raise http.client.HTTPException("unreachable")

    def _verify(self, content: dict[str, Any]) -> None:
        if self._receipt_key is None:
            return
        receipt = content["receipt"]
        signed = {name: value for name, value in content.items() if name not in ("receipt", "answers")}
        signed |= {name: value for name, value in receipt.items() if name not in ("key_id", "mac")}
        written = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        expected = hmac.new(self._receipt_key, written, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, receipt["mac"]):
            raise DoubtError("receipt_wrong")
