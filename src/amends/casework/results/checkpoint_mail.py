"""A checkpoint as an e-mail: to an auditor, a court's registry, counsel. It holds nobody's data.

Written as a file, or handed to a mail server of the organisation's own.
"""

from __future__ import annotations

import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from amends.ledger.checkpoint import Signed
from amends.ledger.signed_note import PublicKey
from amends.vocabulary.errors import FaultError, UsageError

_SECONDS: Final = 30


def checkpoint_mail(
    signed: Signed, public: PublicKey, *, sender: str, to: str, now: datetime
) -> EmailMessage:
    """Return the message; the note itself is its attachment, byte for byte."""
    anchor, origin = signed.checkpoint.anchor, signed.checkpoint.origin
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = f"Checkpoint of {origin}: {anchor.size} entries"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{anchor.root.hex()[:32]}.{anchor.size}@{origin}.invalid>"
    message.set_content(
        f"Please keep this message. It binds the sender to the first {anchor.size} entries of the journal {origin}:\n"
        "whoever is later shown that journal can check with the attached note that nothing in it was changed,\n"
        "removed or added behind its back. It tells nothing about anybody.\n\n"
        "    amends journal verify journal.jsonl --checkpoints checkpoint.txt --public-key KEYFILE\n\n"
        f"The public key, which you should have from elsewhere as well: {public}\n"
    )
    message.add_attachment(str(signed.note), filename="checkpoint.txt")
    return message


def send_mail(message: EmailMessage, server: str) -> None:
    """Hand the message to ``server`` (``HOST:PORT``), encrypted where the server can.

    Raises `UsageError` ``mail-server-invalid``, `FaultError` ``mail-not-sent``.
    """
    host, _, port = server.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(
            "mail-server-invalid", "no mail server is named", hint="give --smtp HOST:PORT", where="--smtp"
        )
    try:
        with smtplib.SMTP(host, int(port), timeout=_SECONDS) as connection:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls()
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise FaultError(
            "mail-not-sent",
            "the mail server did not take the checkpoint",
            hint="the checkpoint itself stands; send it again, or write it with --mail-to FILE.eml",
            where=host,
        ) from error
