"""The shortest way of one question: from the parsed request to the threads and back, without an ASGI task between.

uvicorn's own protocol, except for a check whose body came in one piece with its head. Whatever is unusual about a
request (any other address, a slow or long body, ``Expect``, an upgrade, a caller that does not read its answers, a
question while another one is on its way, too many connections) goes the ordinary way, with all of its limits.
"""

from __future__ import annotations

from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from amends.gate.answers import Sent, plain_hold
from amends.gate.application import CHECK_BODY_LIMIT, CHECK_PATH, content_type_of
from amends.gate.reasons import Reason

_PATH: Final = CHECK_PATH.encode()
_CLOSE: Final = b"connection: close\r\n"


class Turn:
    """One question on a connection; does the part of a future for the gate, and of a request under way for uvicorn."""

    __slots__ = ("_protocol", "disconnected", "keep_alive", "response_complete")

    def __init__(self, protocol: GateProtocol, keep_alive: bool) -> None:
        self._protocol, self.keep_alive = protocol, keep_alive
        self.disconnected = self.response_complete = False

    @property
    def message_event(self) -> Turn:
        """Return what uvicorn wakes when a connection is lost: nobody sleeps here."""
        return self

    def set(self) -> None:
        """Wake nobody."""

    def done(self) -> bool:
        """Return whether the question has been answered."""
        return self.response_complete

    def set_result(self, answer: Sent | None, /) -> None:
        """Send the answer, head and body in one piece."""
        self.response_complete = True
        self._protocol.answered(self, answer)


class GateProtocol(HttpToolsProtocol):
    """One connection. uvicorn makes it, for an application that can be asked directly (`GateApplication`)."""

    parser: httptools.HttpRequestParser

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._gate: Any = self.config.app
        # Pieces of the body of what may become a question; None otherwise.
        self._body: list[bytes] | None = None

    def data_received(self, data: bytes) -> None:
        """Take what came in; where it ends within a body, the rest is waited for in the ordinary way."""
        super().data_received(data)
        if self._body is not None and not self.transport.is_closing():
            self._go_the_ordinary_way()

    def on_message_begin(self) -> None:
        """Begin a request. What an ASGI application would be told of it is put together only where there is one."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._body = None

    def on_headers_complete(self) -> None:
        """Decide which way the request goes."""
        if (
            self.url == _PATH
            and self.parser.get_method() == b"POST"
            and not self.expect_100_continue
            and (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and self.parser.get_http_version() == "1.1"
            and not self.parser.should_upgrade()
            and (self.limit_concurrency is None or len(self.connections) < self.limit_concurrency)
        ):
            self._body = []
        else:
            self._go_the_ordinary_way()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if self._body is None:
            super().on_body(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Ask the gate, where the request is a question."""
        pieces = self._body
        if pieces is None:
            super().on_message_complete()
            return
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if len(body) > CHECK_BODY_LIMIT:
            self._go_the_ordinary_way()
            super().on_message_complete()
            return
        self._body = None
        authorization = b""
        for name, value in self.headers:
            if name == b"authorization":
                authorization = value
                break
        turn: Any = Turn(self, self.parser.should_keep_alive())
        self.cycle = turn
        self._gate.ask(authorization, body, turn)

    def answered(self, turn: Turn, answer: Sent | None) -> None:
        """Write an answer, and go on with the connection as after every response."""
        transport = self.transport
        if turn.disconnected or transport.is_closing():
            return
        # A thread that left nothing to send must not cost the others of its batch their answers.
        status, body = answer or plain_hold(Reason.GATE_FAULT, 500)
        transport.write(
            b"%bcontent-type: %b\r\ncontent-length: %d\r\n%b\r\n%b"
            % (
                STATUS_LINE[status],
                content_type_of(status),
                len(body),
                b"" if turn.keep_alive else _CLOSE,
                body,
            )
        )
        if not turn.keep_alive:
            transport.close()
        self.on_response_complete()

    def _go_the_ordinary_way(self) -> None:
        """Let uvicorn serve this request, as if it had done so from its beginning."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        pieces, self._body = self._body, None
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()
        for piece in pieces or ():
            super().on_body(piece)
