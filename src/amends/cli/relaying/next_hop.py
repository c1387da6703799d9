"""Hands a message on to the next mail server, byte for byte, and says what that one answered."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

SECONDS: Final = 300.0
"""How long the next server may take for a step (RFC 5321, 4.5.3.2, asks for five minutes and more)."""
_ENHANCED: Final = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message and where it goes. Addresses and content are never shown."""

    sender: str = field(repr=False)
    recipients: Sequence[str] = field(repr=False)
    content: bytes = field(repr=False)
    options: Sequence[str] = ()
    """Parameters of MAIL FROM, such as ``BODY=8BITMIME`` and ``SMTPUTF8``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply of SMTP."""

    code: int
    lines: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the message is somebody else's responsibility from now on."""
        return 200 <= self.code < 300

    def __str__(self) -> str:
        last = len(self.lines) - 1
        return "\r\n".join(
            f"{self.code}{' ' if at == last else '-'}{line}" for at, line in enumerate(self.lines)
        )


@dataclass(frozen=True, slots=True)
class NextHop:
    """The mail server behind the relay."""

    host: str
    port: int
    seconds: float = SECONDS

    def reachable(self) -> bool:
        """Return whether it answers."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.seconds) as server:
                return server.noop()[0] == 250
        except OSError:
            return False

    def pass_on(self, envelope: Envelope) -> Answer:
        """Hand the message on to all of its recipients or to none, and return what its sender is told.

        A recipient whom the next server refuses refuses the whole message: half a delivery would be sent twice when
        its sender tries again.
        """
        server = None
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=self.seconds)
            return self._transaction(server, envelope)
        except smtplib.SMTPNotSupportedError:
            return Answer(553, ("5.6.7 The next mail server takes no addresses outside ASCII.",))
        except OSError:
            # Also where the connection broke after the last byte: whether it was taken is not known, so it is not said.
            return Answer(451, ("4.4.1 The next mail server does not answer; try again later.",))
        finally:
            if server is not None:
                with suppress(OSError):
                    server.quit()

    def _transaction(self, server: smtplib.SMTP, envelope: Envelope) -> Answer:
        server.ehlo_or_helo_if_needed()
        options = [option for option in envelope.options if not option.upper().startswith("SIZE=")]
        if any(option.upper() == "BODY=8BITMIME" for option in options) and not server.has_extn("8bitmime"):
            if not envelope.content.isascii():
                return Answer(554, ("5.6.3 The next mail server takes seven-bit messages only.",))
            options = [option for option in options if option.upper() != "BODY=8BITMIME"]
        if server.has_extn("size"):
            options.append(f"SIZE={len(envelope.content)}")
        code, said = server.mail(envelope.sender, options)
        if code != 250:
            return _refused(code, said, "the sender")
        for recipient in envelope.recipients:
            code, said = server.rcpt(recipient)
            if code not in (250, 251):
                return _refused(code, said, "one of the recipients, so that nobody got the message")
        code, said = server.data(envelope.content)
        if code != 250:
            return _refused(code, said, "the message")
        return Answer(250, ("2.0.0 The next mail server has accepted the message.",))


def _refused(code: int, said: bytes, what: str) -> Answer:
    """Return the next server's refusal in our words: its own may repeat an address."""
    if not 400 <= code < 600:
        return Answer(451, ("4.3.0 The next mail server answered what no mail server answers.",))
    enhanced = _ENHANCED.match(said)
    status = enhanced[1].decode() if enhanced else f"{code // 100}.0.0"
    return Answer(code, (f"{status} The next mail server refuses {what}.",))
