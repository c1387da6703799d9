"""Plain text in any usual encoding, paragraph by paragraph. Whatever holds control characters is no text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import decoded_head, part
from amends.scan.formats._text_lines import TextLines
from amends.scan.formats.interface import UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

# Files of another format that begin like text; where its own reader does not know one, it is not read.
_OTHERS: Final = ("%PDF-", "%!PS", "{\\rtf", "PAR1", "BEGIN IMAGE")


class _Text:
    name = "text"
    extensions = (
        "txt", "text", "log", "readme", "ini", "cfg", "conf", "css", "js", "mjs", "py", "sh", "bat", "sql", "h", "c",
        "cpp", "java", "m", "yaml", "yml", "toml", "tex", "srt", "vtt", "pem", "crt", "key", "csr", "asc", "properties",
    )  # fmt: skip
    needs = ("amends.scan.formats._text_lines",)
    rank = 95

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        head = decoded_head(stream)
        if head.startswith(_OTHERS):
            return False
        return bool(head.strip()) or (stream.seek(0, 2) == 0 and extension in self.extensions)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        del limits
        paragraphs = TextLines(stream)
        for paragraph in paragraphs:
            yield from part((paragraph.place,), "paragraph", "", paragraph.text)
        if paragraphs.damaged:
            yield UntrustedUnread("", "text-damaged", paragraphs.damaged)


PLUGIN = _Text()
