"""Speaks SMTP with whoever sends mail out (RFC 5321): takes a message whole, and answers what was decided about it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as Received

from amends.cli.relaying.deciding import DOWN, Decider, Decision
from amends.cli.relaying.next_hop import Answer, Envelope

_LIBRARY_LOG: Final = "mail.log"
_IDENT: Final = "Amends relay"
_TOO_MANY: Final = b"421 4.3.2 Too many connections; try again later.\r\n"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one relay takes on."""

    message_bytes: int = 50 << 20
    connections: int = 20
    at_once: int = 2
    """Messages that are screened or handed on at the same time."""
    seconds: float = 540.0
    """How long one message may take: its sender waits ten minutes for an answer (RFC 5321, 4.5.3.2.6)."""
    most_recipients: int = 1000


class _Handler:
    """What the library asks on the way."""

    def __init__(self, decider: Decider, bounds: Bounds, tell: Callable[[Decision], None]) -> None:
        self._decider = decider
        self._bounds = bounds
        self._tell = tell
        self.connections = 0
        self._pool = ThreadPoolExecutor(bounds.at_once, thread_name_prefix="relay")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Received, address: str, options: list[str]
    ) -> str:
        """Take a recipient, while there are not too many."""
        if len(envelope.rcpt_tos) >= self._bounds.most_recipients:
            return "452 4.5.3 Too many recipients"
        if options:
            return "555 5.5.4 No parameter of RCPT is known here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Received) -> str:  # noqa: N802
        """Decide about a message that is there whole."""
        content = envelope.original_content or b""
        message = Envelope(envelope.mail_from or "", tuple(envelope.rcpt_tos), content, _options(envelope))
        loop = asyncio.get_running_loop()
        given_up = threading.Event()
        try:
            deciding = loop.run_in_executor(
                self._pool, self._decider.decide, message, lambda: not given_up.is_set()
            )
            decision = await asyncio.wait_for(deciding, self._bounds.seconds)
        except Exception:
            # A fault of ours is never a message that was let go, and its text is nobody's business.
            return str(DOWN)
        finally:
            given_up.set()
        self._tell(decision)
        return str(decision.answer)

    async def handle_exception(self, error: Exception) -> str:
        """Say nothing of a fault but that there was one."""
        return str(Answer(451, ("4.3.0 A fault of the relay; try again later.",)))


class _BoundedSMTP(SMTP):
    """The library's server, with a bound on connections."""

    def __init__(self, handler: _Handler, bounds: Bounds, **about: Any) -> None:
        super().__init__(handler, data_size_limit=bounds.message_bytes, **about)
        self._mail = handler
        self._bounds = bounds
        self._counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or turn it away."""
        if self._mail.connections >= self._bounds.connections:
            assert isinstance(transport, asyncio.Transport)
            transport.write(_TOO_MANY)
            transport.close()
            return
        self._mail.connections += 1
        self._counted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it off."""
        if self._counted:
            self._mail.connections -= 1
            self._counted = False
            super().connection_lost(error)


async def listening(
    host: str, port: int, decider: Decider, *, bounds: Bounds, tell: Callable[[Decision], None]
) -> asyncio.Server:
    """Listen for mail; return the server, which the caller closes."""
    # The library notes down addresses and commands.
    logging.getLogger(_LIBRARY_LOG).setLevel(logging.CRITICAL + 1)
    handler = _Handler(decider, bounds, tell)
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return _BoundedSMTP(
            handler, bounds, hostname="localhost", ident=_IDENT, enable_SMTPUTF8=True, loop=loop
        )

    return await loop.create_server(connection, host, port)


def _options(envelope: Received) -> tuple[str, ...]:
    options = [str(option) for option in envelope.mail_options or ()]
    return tuple(option for option in options if option.upper() in ("BODY=8BITMIME", "SMTPUTF8"))
