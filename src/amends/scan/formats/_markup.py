"""Walks through the elements of an XML document of any vocabulary, doors shut.

A document type is common in real files and harmless as long as it declares no entity; entities and what lies
outside the file are refused (`_xml` refuses both, since Office files need neither).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from amends.scan.formats._xml import Attributes, feed, hardened_parser, local_name
from amends.scan.formats.interface import UnreadableError

_DEEPEST: Final = 1_000
_LONGEST_PATH: Final = 200
_WAITING: Final = 64


@dataclass(slots=True)
class Element:
    """An open element."""

    name: str
    path: str
    attributes: Attributes
    hidden: str
    """Why its text is not seen; handed down to what is in it."""
    counts: dict[str, int] = field(default_factory=dict)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, hiding and text of each run directly in it, and of inline elements in it."""
    mixed: bool = False
    """Whether a text that is not blank stands beside its elements."""


class Walk:
    """Calls ``opened`` for each element, and yields texts joined as they are read.

    An element with text of its own is read as one text together with what is in it, so that a name whose middle is
    bold stays one name.
    """

    def __init__(self) -> None:
        self._stack: list[Element] = []
        self._ready: list[tuple[str, str, str, str]] = []
        """Path, kind, hiding, text."""
        self.skipped_entities = 0

    def hidden_of(self, element: Element, parent: Element | None) -> str:
        """Return why the element's text is not seen. For vocabularies that can hide."""
        del element
        return parent.hidden if parent is not None else ""

    def attribute(self, element: Element, name: str, value: str) -> None:
        """Take one attribute."""
        self.found(f"{element.path}/@{name}", "attribute", element.hidden, value)

    def found(self, path: str, kind: str, hidden: str, text: str) -> None:
        """Keep a piece until it is asked for."""
        if text and not text.isspace():
            self._ready.append((path, kind, hidden, text))

    def walk(self, chunks: Iterable[bytes]) -> Iterator[tuple[str, str, str, str]]:
        """Yield path, kind, hiding and text of every piece. Raises `UnreadableError`."""
        parser = hardened_parser()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction
        parser.SkippedEntityHandler = self._skipped
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.UseForeignDTD(True)  # an undeclared entity is then skipped and counted, not an error
        parser.ExternalEntityRefHandler = _external
        for chunk in chunks:
            yield from self._fed(parser, chunk, False)
        yield from self._fed(parser, b"", True)

    def _fed(
        self, parser: expat.XMLParserType, chunk: bytes, final: bool
    ) -> Iterator[tuple[str, str, str, str]]:
        try:
            feed(parser, chunk, final)
        except UnreadableError:
            self._give_up()
            yield from self._ready
            raise
        ready, self._ready = self._ready, []
        yield from ready

    def _give_up(self) -> None:
        while self._stack:
            self._end("")

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        del name, internal
        for text in (public, system):
            self.found("/doctype", "document-type", "", text or "")

    def _start(self, name: str, attributes: Attributes) -> None:
        parent = self._stack[-1] if self._stack else None
        if len(self._stack) >= _DEEPEST:
            raise UnreadableError("too-deep")
        short = local_name(name)
        if parent is None:
            path = f"/{short}"
        else:
            number = parent.counts[short] = parent.counts.get(short, 0) + 1
            path = f"{parent.path[-_LONGEST_PATH:]}/{short}" + (f"[{number}]" if number > 1 else "")
        element = Element(short, path, attributes, "")
        element.hidden = self.hidden_of(element, parent)
        self._stack.append(element)
        for key, value in attributes.items():
            self.attribute(element, key, value)

    def _characters(self, text: str) -> None:
        if not self._stack:
            return
        element = self._stack[-1]
        element.texts.append((element.path, element.hidden, text))
        element.mixed = element.mixed or not text.isspace()

    def _end(self, _: str) -> None:
        element = self._stack.pop()
        if element.mixed and all(hidden == element.hidden for _, hidden, _ in element.texts):
            whole = "".join(text for _, _, text in element.texts)
            element.texts = [(element.path, element.hidden, whole)]
        if not self._stack:
            self._release(element)
            return
        parent = self._stack[-1]
        if len(parent.texts) + len(element.texts) > _WAITING and not parent.mixed:
            self._release(parent)
        parent.texts += element.texts

    def _release(self, element: Element) -> None:
        for path, hidden, text in element.texts:
            self.found(path, "text", hidden, text.strip())
        element.texts = []

    def _comment(self, text: str) -> None:
        path = self._stack[-1].path if self._stack else "/"
        self.found(f"{path}/comment()", "comment", "markup-comment", text.strip())

    def _instruction(self, target: str, data: str) -> None:
        path = self._stack[-1].path if self._stack else "/"
        self.found(f"{path}/processing-instruction()", "instruction", "markup-attribute", f"{target} {data}")

    def _skipped(self, name: str, is_parameter: bool) -> None:
        del name, is_parameter
        self.skipped_entities += 1


def _external(context: str | None, *_: object) -> int:
    """The document type's own file is passed over; an entity out of a file would be text that is not here."""
    if context:
        raise UnreadableError("forbidden-markup")
    return 1
