"""A relay on the loopback interface, with a mail server behind it that keeps what it gets, byte for byte."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from amends.cli.relaying.deciding import Decider, Decision
from amends.cli.relaying.next_hop import NextHop
from amends.cli.relaying.serving import Bounds, listening
from amends.cli.released import NoReleases, Releases
from amends.scan.judging import Judge


@dataclass
class Kept:
    """The mail server behind: what it has accepted, and what it refuses."""

    messages: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse_recipient: str = ""
    at_data: str = "250 2.0.0 kept"
    drops: bool = False
    """Breaks the connection instead of answering the message."""
    extensions: frozenset[str] = frozenset({"8BITMIME", "SMTPUTF8"})

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any
    ) -> str:  # noqa: N802
        if address == self.refuse_recipient:
            return f"550 5.1.1 {address} unknown"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drops:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "250 never heard"
        if self.at_data.startswith("250"):
            self.messages.append(envelope.original_content or b"")
            self.senders.append(envelope.mail_from or "")
            self.recipients.append(envelope.rcpt_tos)
        return self.at_data


class Loop:
    """An event loop in a thread of its own."""

    def __enter__(self) -> Loop:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        return self

    def run(self, awaitable: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(awaitable, self.loop).result(30)

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@contextmanager
def mail_server(kept: Kept) -> Iterator[int]:
    """Serve the server behind; yield its port."""
    with Loop() as loop:

        async def start() -> asyncio.Server:
            utf8 = "SMTPUTF8" in kept.extensions
            return await asyncio.get_running_loop().create_server(
                lambda: SMTP(kept, hostname="behind", enable_SMTPUTF8=utf8), "127.0.0.1", 0
            )

        server = loop.run(start())
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            loop.loop.call_soon_threadsafe(server.close)


@dataclass
class Relay:
    """A running relay."""

    port: int
    decisions: list[Decision]

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP("127.0.0.1", self.port, timeout=30)

    def send(
        self, content: bytes, to: tuple[str, ...] = ("office@court.example",), **about: Any
    ) -> tuple[int, str]:
        """Send a message and return what was answered to its content, or to what came before."""
        with self.client() as client:
            client.ehlo()
            client.mail(about.get("sender", "clerk@agency.example"), about.get("options", ()))
            for recipient in to:
                code, said = client.rcpt(recipient)
                if code != 250:
                    return code, said.decode()
            try:
                code, answer = client.data(content)
            except smtplib.SMTPDataError as error:
                code, answer = error.smtp_code, bytes(error.smtp_error)  # type: ignore[arg-type]
            return code, answer.decode()


@contextmanager
def relay(
    judge: Judge,
    port: int,
    *,
    bounds: Bounds | None = None,
    releases: Releases | None = None,
) -> Iterator[Relay]:
    """Run a relay before the mail server at ``port``."""
    decisions: list[Decision] = []
    decider = Decider(judge, releases or NoReleases(), NextHop("127.0.0.1", port, seconds=20))
    with Loop() as loop:
        server = loop.run(
            listening("127.0.0.1", 0, decider, bounds=bounds or Bounds(), tell=decisions.append)
        )
        try:
            yield Relay(server.sockets[0].getsockname()[1], decisions)
        finally:
            loop.loop.call_soon_threadsafe(server.close)
