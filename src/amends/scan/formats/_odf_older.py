"""Parts of OpenOffice.org 1 (.sxw, .sxc, .sxi, .sxd) as the OpenDocument that grew out of them.

```
<office:body>            →   <body><text|spreadsheet|presentation|drawing>   as the root's office:class says
<style:properties ...>   →   <text-properties ...> <table-cell-properties ...> ...
<style:page-master>      →   <page-layout>
<!DOCTYPE ... "x.dtd">   →   nothing: it names a file that no reader needs, and declares nothing itself
```

Source: OpenOffice.org XML File Format 1.0, and OpenDocument 1.0, appendix on what differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain
from typing import Final

from amends.scan.formats._xml import Attributes, feed, hardened_parser

_OLDER: Final = b"http://openoffice.org/2000/"
_HEAD: Final = 4_096
_DOCTYPE: Final = re.compile(
    rb"""\A(?P<before>(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*)"""
    rb"""<!DOCTYPE\s+[\w:.-]+(?:\s+(?:PUBLIC|SYSTEM))?(?:\s+"[^"<>\[\]]*")*\s*>"""
)
_SEPARATOR: Final = "\n"
_PRESENTATION: Final = "/presentation"
_MODERN: Final = "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"
_BODIES: Final = {"text": "text", "text-global": "text", "spreadsheet": "spreadsheet",
                  "presentation": "presentation", "drawing": "drawing"}  # fmt: skip
_PROPERTIES: Final = (
    "paragraph-properties", "table-cell-properties", "table-row-properties", "table-column-properties",
    "table-properties", "graphic-properties", "page-layout-properties", "drawing-page-properties", "text-properties",
)  # fmt: skip
_RENAMED: Final = {"page-master": "page-layout", "properties": _PROPERTIES[-1]}
_VALUES: Final = {("family", "graphics"): "graphic"}


def of_either_generation(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a part as OpenDocument, whichever of the two it is written in."""
    pieces = iter(chunks)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break
    whole = chain((head,), pieces)
    if _OLDER not in head[:_HEAD] and b"<!DOCTYPE" not in head[:_HEAD]:
        return whole
    declared = _DOCTYPE.match(head)
    if declared is not None:
        whole = chain((declared["before"] + head[declared.end() :],), pieces)
    return _Translation().of(whole) if _OLDER in head[:_HEAD] else whole


class _Translation:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._body = ""
        self._root = True
        self._names: list[str] = []
        self._parser = hardened_parser(_SEPARATOR)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = lambda text: self._out.append(escape(text, quote=False))
        self._parser.CommentHandler = self._comment

    def of(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            feed(self._parser, chunk)
            yield self._taken()
        feed(self._parser, b"", True)
        yield self._taken()

    def _taken(self) -> bytes:
        text = "".join(self._out)
        self._out.clear()
        return text.encode("utf-8", "replace")

    def _start(self, name: str, attributes: Attributes) -> None:
        local = name.rpartition(_SEPARATOR)[2]
        said = {_attribute(key): value for key, value in attributes.items()}
        said = {key: _VALUES.get((key, value), value) for key, value in said.items()}
        if self._root:
            self._root = False
            self._body = _BODIES.get(said.get("class", ""), "")
            said["xmlns:presentation"] = _MODERN
        written = "".join(f' {key}="{escape(value)}"' for key, value in said.items())
        if local == "properties":
            self._out += [f"<{other}{written}/>" for other in _PROPERTIES[:-1]]
        renamed = _RENAMED.get(local, local)
        self._names.append(renamed)
        self._out.append(f"<{renamed}{written}>")
        if local == "body" and self._body:
            self._out.append(f"<{self._body}>")

    def _end(self, _: str) -> None:
        name = self._names.pop()
        if name == "body" and self._body:
            self._out.append(f"</{self._body}>")
        self._out.append(f"</{name}>")

    def _comment(self, text: str) -> None:
        self._out.append(f"<!--{text}-->")


def _attribute(name: str) -> str:
    namespace, _, local = name.rpartition(_SEPARATOR)
    return f"presentation:{local}" if namespace.endswith(_PRESENTATION) else local
