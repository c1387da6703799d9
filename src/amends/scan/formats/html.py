"""Web pages (HTML): what is displayed, by block and table; and what is not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import HEAD, content_within, decoded_head, encoding_of_head
from amends.scan.formats.interface import UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_SURE: Final = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_TAG: Final = re.compile(
    r"\s*(?:<!--.*?-->\s*){0,10}<(?:head|body|title|meta|table|div|p|h1|span|script|style|ul|ol|font|center|br|form)"
    r"[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_BEGINS: Final = re.compile(r"\s*<[!?a-z]", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_CHUNK: Final = 1 << 16


class _Html:
    name = "html"
    extensions = ("html", "htm", "xhtml", "xht", "shtml")
    needs = ("amends.scan.formats._html_page",)
    rank = 53

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        head = decoded_head(stream)
        if extension in self.extensions and _BEGINS.match(head):
            return True
        begin = head[:4_096]
        if _SURE.search(begin) is not None and _BEGINS.match(begin):
            return True
        return _TAG.match(head) is not None

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._html_page import HtmlPage

        text = _decoded(content_within(stream, limits))
        page = HtmlPage(limits)
        start, step = 0, _CHUNK
        while start < len(text):
            page.feed(text[start : start + step])
            start += step
            # What is not closed yet is gone over again each time: the longer it is, the more comes at once.
            step = max(_CHUNK, len(page.rawdata))
            yield from page.taken()
        page.finish()
        yield from page.taken()
        if page.style_sheets:
            yield UntrustedUnread("", "style-not-read", page.style_sheets)
        if damaged := text.count("\ufffd"):
            yield UntrustedUnread("", "text-damaged", damaged)


def _decoded(content: bytes) -> str:
    encoding = encoding_of_head(content[:HEAD])
    if encoding != "utf-8":
        return content.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(_stated(content), "replace")


def _stated(content: bytes) -> str:
    """Return the encoding that the page names, where it is one; ISO 8859-1 means Windows-1252 on the web."""
    found = _CHARSET.search(content[: 1 << 14])
    if found is None:
        return "cp1252"
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except (LookupError, OSError, ValueError):
        return "cp1252"
    return "cp1252" if name in {"iso8859-1", "ascii", "utf-8"} or name.startswith("utf-16") else name


PLUGIN = _Html()
