"""Sends one webhook by HTTP and judges the answer. Signed as the Standard Webhooks specification says.

The body is thin: it says that there is a list, and nothing about whom it holds. Whatever reads it on the way, or
receives it by a mistyped address, has learned nothing; what it holds is fetched with an API key.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from amends.casework.acting_systems.outbox import Answer, Leased
from amends.vocabulary.hold_list import webhook_signature

TIMEOUT_SECONDS: Final = 10.0
_MOST_ANSWER_BYTES: Final = 4096
_ALREADY_REPORTED: Final = 208
_CONFLICT: Final = 409
_GONE: Final = 410
_LONGEST_WORD: Final = 10


def send(leased: Leased, webhook_key: bytes, *, now: datetime, timeout: float = TIMEOUT_SECONDS) -> Answer:
    """Send the announcement and return what came of it; never raises for what the network or the receiver does.

    Redirects are not followed, and no proxy of the environment is used: it goes where it was registered to go.
    """
    body = json.dumps(
        {"type": "hold-list.published", "system": leased.system, "sequence": leased.sequence}
    ).encode()
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "amends",
        "webhook-id": leased.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": webhook_signature(leased.event_id, timestamp, body, webhook_key),
    }
    try:
        return _exchange(leased.url, body, headers, timeout)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer("failed", _word_for(error))


def _exchange(url: str, body: bytes, headers: dict[str, str], timeout: float) -> Answer:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=timeout, context=context
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    with _Deadline(connection, timeout) as deadline:
        connection.connect()
        deadline.sockets.append(connection.sock)
        connection.request("POST", parts.path or "/", body, headers)
        response = connection.getresponse()
        answer = judged(
            response.status, response.headers.get("Retry-After", ""), response.read(_MOST_ANSWER_BYTES)
        )
        # Cut off in the middle, an answer reads as if it had ended there.
        if deadline.over.is_set():
            raise TimeoutError
        return answer


class _Deadline:
    """Ends a connection after so many seconds, whatever it does.

    The time-out of a socket is for one read: a receiver that drips bytes would hold the worker for ever.
    """

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self.over = threading.Event()
        self.sockets: list[socket.socket] = []
        """The socket once it is open; the connection forgets it when it has read the headers."""
        self._connection = connection
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *about: object) -> None:
        self._timer.cancel()
        self._connection.close()

    def _end(self) -> None:
        self.over.set()
        for opened in self.sockets or [self._connection.sock]:
            with suppress(OSError, AttributeError):
                opened.shutdown(socket.SHUT_RDWR)


def judged(status: int, retry_after: str, body: bytes) -> Answer:
    """Return what an HTTP answer means. A receiver that says "duplicate" has the announcement: it was sent."""
    if status == _ALREADY_REPORTED or (status == _CONFLICT and b"duplicate" in body.lower()):
        return Answer("duplicate")
    if 200 <= status < 300:
        return Answer("sent")
    if status == _GONE:
        return Answer("gone", "status-410")
    seconds = retry_after.strip()
    plain = seconds.isascii() and seconds.isdecimal() and len(seconds) < _LONGEST_WORD
    return Answer("failed", f"status-{status}", timedelta(seconds=int(seconds)) if plain else None)


def _word_for(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timed-out"
    if isinstance(error, ssl.SSLError):
        return "certificate-or-tls"
    if isinstance(error, ConnectionRefusedError):
        return "connection-refused"
    return "no-answer" if isinstance(error, OSError | http.client.HTTPException) else "answer-unreadable"
