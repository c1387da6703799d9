"""Comments on cells, old and threaded, with who wrote them (ECMA-376 part 1, 18.7; MS-XLSX 2.1.16 and 2.6.205)."""

from __future__ import annotations

from collections.abc import Iterator

from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UntrustedPart


class _Comments:
    def __init__(self, where: tuple[str, ...], persons: dict[str, str]) -> None:
        self.parser = hardened_parser()
        self.parts: list[UntrustedPart] = []
        self._where = where
        self._persons = persons
        self._authors: list[str] = []
        self._cell = ""
        self._author = ""
        self._kind = "comment"
        self._number = 0
        self._pieces: list[str] = []
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self._collecting = False

    def _start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local in ("comment", "threadedComment"):
            self._number += 1
            self._cell = attributes.get("ref", "")[:16] or f"comment {self._number}"
            self._kind = "comment" if local == "comment" else "threaded-comment"
            index = attributes.get("authorId", "")
            known = index.isascii() and index.isdigit() and len(index) < 9 and int(index) < len(self._authors)
            self._author = (
                self._authors[int(index)] if known else self._persons.get(attributes.get("personId", ""), "")
            )
        elif local in ("t", "author", "text"):
            self._collecting = local != "text" or self._kind == "threaded-comment"

    def _data(self, text: str) -> None:
        if self._collecting:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        local = local_name(name)
        if local == "author":
            self._authors.append("".join(self._pieces))
            self._add((*self._where, f"comment author {len(self._authors)}"), "comment-author")
        elif local == "t":
            self._collecting = False
        elif local in ("comment", "threadedComment"):
            self._add((*self._where, self._cell), self._kind)
            if self._author:
                where = (*self._where, self._cell, "author")
                self.parts.append(UntrustedPart(where, "comment-author", "comment", self._author))
        if local in ("author", "text"):
            self._collecting = False

    def _add(self, where: tuple[str, ...], kind: str) -> None:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if text:
            self.parts.append(UntrustedPart(where, kind, "comment", text))


def read_comments(
    package: ZipPackage, part: str, where: tuple[str, ...], persons: dict[str, str]
) -> Iterator[UntrustedPart]:
    """Yield the comments of one sheet; ``where`` is the way to it. Raises `UnreadableError`."""
    comments = _Comments(where, persons)
    for chunk in package.chunks(part):
        feed(comments.parser, chunk)
    feed(comments.parser, b"", True)
    yield from comments.parts


def read_persons(package: ZipPackage, part: str) -> dict[str, str]:
    """Return identifier → name of those who wrote threaded comments. Raises `UnreadableError`."""
    persons: dict[str, str] = {}
    parser = hardened_parser()

    def start(name: str, attributes: Attributes) -> None:
        if local_name(name) == "person":
            persons[attributes.get("id", "")] = attributes.get("displayName", "")

    parser.StartElementHandler = start
    for chunk in package.chunks(part):
        feed(parser, chunk)
    feed(parser, b"", True)
    return persons
