"""XML of any vocabulary: every text and every attribute with its path, comments and instructions (XML 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import read_chunks
from amends.scan.formats._markup import Walk
from amends.scan.formats._text import decoded_head
from amends.scan.formats.interface import UntrustedPart, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_BEGINS: Final = re.compile(r"\s*<(?:\?[a-z]+\b|!--|!DOCTYPE\s+(?!html\b)|[A-Za-z_][\w.:-]*[\s/>])")
_HTML: Final = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)


class _Xml:
    name = "xml"
    extensions = (
        "xml", "xmp", "kml", "rss", "atom", "xsd", "xsl", "xslt", "opf", "ncx", "rels", "vml", "gpx", "plist", "rdf",
        "ditamap", "dita", "wsdl", "resx", "config",
    )  # fmt: skip
    needs = ()
    rank = 55

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        head = decoded_head(stream)
        if _BEGINS.match(head) is None:
            return False
        return head.lstrip().startswith("<?x") or extension in self.extensions or not _HTML.search(head)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        del limits
        stream.seek(0)
        walk = Walk()
        for path, kind, hidden, text in walk.walk(read_chunks(stream)):
            yield UntrustedPart((path,), kind, hidden, text)
        if walk.skipped_entities:
            yield UntrustedUnread("", "text-damaged", walk.skipped_entities)


PLUGIN = _Xml()
