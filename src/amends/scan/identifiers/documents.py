"""Checks of texts that are more than digits: machine-readable zones, mail addresses, secrets."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Final

_WEIGHTS: Final = (7, 3, 1)
_PERSON_SHAPED: Final = re.compile(r"[a-z]{2,}[._-][a-z]{2,}", re.IGNORECASE)
_RESERVED_ENDS: Final = (
    ".test",
    ".invalid",
    ".localhost",
    ".example",
    "example.com",
    "example.net",
    "example.org",
)


def _value(character: str) -> int:
    if character == "<":
        return 0
    return int(character, 36)


def _checks(content: str, digit: str) -> bool:
    """ICAO Doc 9303 part 3, 4.9: weights 7, 3, 1, modulo 10; an empty field may have a filler for its check digit."""
    if digit == "<":
        return set(content) == {"<"}
    return digit.isdigit() and sum(map(lambda c, w: _value(c) * w, content, _WEIGHTS * 30)) % 10 == int(digit)


def is_machine_readable_zone(text: str) -> bool:
    """The line of a passport, visa or identity card that holds its numbers (ICAO Doc 9303 parts 4 to 7)."""
    line = text.strip().upper()
    if len(line) in {36, 44}:
        return (
            _checks(line[0:9], line[9]) and _checks(line[13:19], line[19]) and _checks(line[21:27], line[27])
        )
    if len(line) == 30 and line[:1] in "ACI":
        return _checks(line[5:14], line[14])
    return False


def is_mailbox(text: str) -> bool:
    """A mail address of somebody, and no placeholder of a manual (RFC 2606) or name of a file (``icon@2x.png``)."""
    mailbox, _, domain = text.strip().rpartition("@")
    domain = domain.lower()
    labels = domain.split(".")
    if (
        not mailbox
        or not labels[-1].isalpha()
        or labels[-1] in _FILE_ENDINGS
        or ".." in text
        or mailbox[0] in ".-"
    ):
        return False
    if domain.endswith(_RESERVED_ENDS):
        return _PERSON_SHAPED.fullmatch(mailbox) is not None
    return mailbox.lower() not in _NOBODY


_FILE_ENDINGS: Final = frozenset(
    {"png", "jpg", "jpeg", "gif", "svg", "webp", "py", "js", "css", "html", "local", "internal"}
)
_NOBODY: Final = frozenset(
    {
        "git", "hg", "user", "username", "noreply", "no-reply", "donotreply", "do-not-reply", "postmaster", "root",
        "localhost", "foo", "bar", "baz", "me", "you", "someone", "name", "email",
        "your.email", "youremail", "your-email", "your_email",
    }
)  # fmt: skip


def is_secret(text: str) -> bool:
    """A key or password made by a machine: its characters are spread as no word's are."""
    counts = Counter(text)
    entropy = -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
    return entropy >= 3.0 and len(counts) >= 8
