"""Messages (RFC 5322): headers, blind copies, every version of the text, attachments. Apple's .emlx as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._mail_heads import begins_like_a_message
from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_HEAD: Final = 1 << 14
_COUNT: Final = re.compile(rb"\s*(\d{1,12})\s*\n")


class _Message:
    name = "eml"
    extensions = ("eml", "emlx", "mht", "mhtml")
    needs = ("amends.scan.formats._mail_message",)
    rank = 54

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        counted = _COUNT.match(head)
        return begins_like_a_message(head[counted.end() :] if counted else head)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._mail_message import message_pieces

        content = content_within(stream, limits).removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        counted = _COUNT.match(content)
        if counted is not None:  # .emlx: length of the message, the message, a property list
            end = counted.end() + int(counted[1])
            if content[end:].strip():
                yield UntrustedFile(("properties",), "mail-property", content[end:].strip(), "plist")
            content = content[counted.end() : end]
        yield from message_pieces(content)


PLUGIN = _Message()
