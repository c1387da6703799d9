"""Tells a message by its first lines."""

from __future__ import annotations

import re
from typing import Final

_HEADER: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?|[ \t]+\S")
_SURE: Final = frozenset(
    b"from to subject date received message-id mime-version return-path delivered-to content-type cc sender "
    b"reply-to x-mailer user-agent in-reply-to references dkim-signature content-transfer-encoding".split()
)


def begins_like_a_message(head: bytes) -> bool:
    """Return whether the first lines are headers, two of them such as only messages have."""
    found: set[bytes] = set()
    for line in head.split(b"\n")[:60]:
        if not line.strip():
            break
        header = _HEADER.match(line)
        if header is None:
            return False
        if header[1]:
            found.add(header[1].lower())
    return len(found & _SURE) >= 2 and bool(
        found & {b"from", b"received", b"subject", b"date", b"message-id", b"mime-version"}
    )
