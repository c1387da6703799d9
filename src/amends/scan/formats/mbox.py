"""Mailboxes (RFC 4155): each message is opened as a file of its own; the lines between them are traces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import largest_file
from amends.scan.formats._mail_heads import begins_like_a_message
from amends.scan.formats._text import part
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_HEAD: Final = 1 << 14
_FROM: Final = re.compile(rb"From [^\r\n]{0,500}\r?\n")
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_LONGEST_LINE: Final = 1 << 20


class _Mailbox:
    name = "mbox"
    extensions = ("mbox", "mbx", "box")
    needs = ()
    rank = 53

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD).lstrip(b"\r\n")
        line = _FROM.match(head)
        return line is not None and begins_like_a_message(head[line.end() :])

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        most = largest_file(limits)
        lines: list[bytes] = []
        size = number = 0
        blank = True
        while line := stream.readline(_LONGEST_LINE):
            if blank and line.startswith(b"From "):
                yield from _message(lines, number)
                number += 1
                lines, size = [], 0
                envelope = line[5:].decode("utf-8", "replace").strip()
                yield from part((f"message {number}", "envelope"), "header", "mail-header", envelope)
                continue
            blank = not line.strip()
            lines.append(line)
            size += len(line)
            if size > most:
                raise UnreadableError("too-large")
        yield from _message(lines, number)


def _message(lines: list[bytes], number: int) -> Iterator[UntrustedPiece]:
    content = _QUOTED.sub(rb"\1", b"".join(lines))
    if content.strip():
        yield UntrustedFile((f"message {number}",), "", content, "eml")


PLUGIN = _Mailbox()
