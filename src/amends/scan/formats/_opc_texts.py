"""Every text and every attribute that can hold one, out of a part of XML of any vocabulary.

This is what finds the texts of drawings, charts, diagrams, custom XML and of parts that nobody has heard of. What is
left out are attributes that are numbers, measures, switches, names of colours and of enumerated values, since every
shape has dozens of them and none of them says anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final, NamedTuple

from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UnreadableError

PARAGRAPHS: Final = frozenset({"p", "si", "is", "text"})
"""Elements whose runs are joined: paragraphs of DrawingML and WordprocessingML, rich texts of SpreadsheetML."""
_TEXT_ATTRIBUTES: Final = frozenset(
    {
        "name", "descr", "title", "alt", "tooltip", "author", "username", "displayname", "userid", "caption", "text",
        "prompt", "prompttitle", "error", "errortitle", "description", "comment", "codename", "macro", "tag", "alias",
        "fmla", "formula", "href", "src", "ref", "uniquename", "string", "command", "connection", "sourcefile", "by",
    }
)  # fmt: skip
_NUMBER: Final = re.compile(
    r"[-+]?[0-9]{0,7}(\.[0-9]*)?(E[-+]?[0-9]+)?(pt|in|cm|mm|px|em|%|f|fd)?", re.IGNORECASE
)
_COLOUR: Final = re.compile(r"#?(?=[0-9A-Fa-f]*[A-Fa-f])[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
_IDENTIFIER: Final = re.compile(r"\{[0-9A-Fa-f-]{36}\}|(rId|_x0000_)[A-Za-z0-9_]{1,12}|#_x0000_t[0-9]{1,5}")
_ENUMERATED: Final = re.compile(r"[a-z][A-Za-z]{0,23}[0-9]?")
_SCHEMA: Final = re.compile(
    r"(https?://(schemas\.(microsoft|openxmlformats)\.(com|org)|purl\.oclc\.org|www\.w3\.org)/|urn:schemas)"
)
_LONGEST_TAG_SOUP: Final = 64 << 20
_MOST_STEPS: Final = 64
_LOOSE: Final = re.compile(r"<[^<>]*>|[^<>]+", re.DOTALL)
_LOOSE_ATTRIBUTE: Final = re.compile(r"([A-Za-z_][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Found(NamedTuple):
    """One text and where it stands."""

    path: str
    """Names of the elements around it, with the number of each child among its siblings of that name."""
    attribute: str
    """Local name of the attribute; empty where the text is the element's content."""
    text: str


def read_texts(
    chunks: Iterable[bytes], joined: frozenset[str] = PARAGRAPHS, *, every_attribute: bool = False
) -> Iterator[Found]:
    """Yield the texts of a part in their order; inside the elements named in ``joined`` the runs come out as one.

    ``every_attribute``: attributes that look like numbers and switches come out too. A part that is not well-formed is
    read loosely, as a browser would. Raises `UnreadableError`: ``forbidden-markup``, ``too-large``.
    """
    walk = _Walk(joined, every_attribute)
    kept: list[bytes] = []
    size = 0
    damaged = False
    for chunk in chunks:
        size += len(chunk)
        if size <= _LONGEST_TAG_SOUP:
            kept.append(chunk)
        if damaged:
            continue
        damaged = not walk.take(chunk)
        yield from walk.found
        walk.found.clear()
    if not damaged:
        damaged = not walk.take(b"", True)
        yield from walk.found
    if damaged:
        if size > _LONGEST_TAG_SOUP:
            raise UnreadableError("corrupt")
        yield from _loosely(b"".join(kept))


class _Walk:
    def __init__(self, joined: frozenset[str], every_attribute: bool) -> None:
        self.found: list[Found] = []
        self._joined = joined
        self._every = every_attribute
        self._path: list[str] = []
        self._counts: list[dict[str, int]] = [{}]
        self._texts: list[list[str]] = [[]]
        self._joining = 0
        self._deeper = 0
        self._parser = hardened_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.CommentHandler = self._comment
        self._parser.ProcessingInstructionHandler = self._instruction

    def take(self, chunk: bytes, final: bool = False) -> bool:
        """Parse the next bytes; False where they are not well-formed."""
        try:
            feed(self._parser, chunk, final)
        except UnreadableError as problem:
            if problem.code != "corrupt":
                raise
            return False
        return True

    def _data(self, text: str) -> None:
        self._texts[-1].append(text)

    def _start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if self._joining:
            self._joining += 1
            if local in ("br", "tab", "cr"):
                self._texts[-1].append(" ")
        else:
            self._flush()
            self._texts.append([])
            if local in self._joined:
                self._joining = 1
        counts = self._counts[-1]
        counts[local] = counts.get(local, 0) + 1
        self._path.append(f"{local}[{counts[local]}]" if counts[local] > 1 else local)
        self._counts.append({})
        for key, value in attributes.items():
            if value.strip() and (self._every or is_textual(key, value)) and not _is_namespace(key, value):
                self.found.append(Found(self._where(), local_name(key), value))

    def _end(self, _: str) -> None:
        if self._joining > 1:
            self._joining -= 1
        else:
            self._joining = 0
            self._flush()
            self._texts.pop()
        self._counts.pop()
        self._path.pop()

    def _flush(self) -> None:
        pieces = self._texts[-1]
        if pieces:
            text = "".join(pieces).strip()
            pieces.clear()
            if text:
                self.found.append(Found(self._where(), "", text))

    def _comment(self, text: str) -> None:
        if text.strip():
            self.found.append(Found(self._where(), "comment", text.strip()))

    def _instruction(self, target: str, data: str) -> None:
        if data.strip() and target != "mso-application":
            self.found.append(Found(self._where(), "instruction", data.strip()))

    def _where(self) -> str:
        return "/".join(self._path[-_MOST_STEPS:])


def is_textual(name: str, value: str) -> bool:
    """Say whether an attribute can hold a text that somebody wrote, and not a measure or a switch."""
    if local_name(name).lower() in _TEXT_ATTRIBUTES:
        return True
    return not (
        _NUMBER.fullmatch(value) or _ENUMERATED.fullmatch(value) or _COLOUR.fullmatch(value)
        or _IDENTIFIER.fullmatch(value)
    )  # fmt: skip


def _is_namespace(name: str, value: str) -> bool:
    if name == "xmlns" or name.startswith("xmlns:") or local_name(name) in ("schemaLocation", "uri"):
        return _SCHEMA.match(value) is not None or _IDENTIFIER.fullmatch(value) is not None
    return False


def _loosely(content: bytes) -> Iterator[Found]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = content.decode(encoding, "replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableError("forbidden-markup")
    for number, match in enumerate(_LOOSE.finditer(text), 1):
        token = match[0]
        if token.startswith("<"):
            for name, one, other in _LOOSE_ATTRIBUTE.findall(token):
                value = unescape(one or other)
                if value.strip() and is_textual(name, value) and not _is_namespace(name, value):
                    yield Found(f"piece {number}", local_name(name), value)
        elif token.strip():
            yield Found(f"piece {number}", "", unescape(token.strip()))
