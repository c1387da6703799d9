"""Paragraphs, notes, annotations, fields, shapes and slides of OpenDocument, joined as a reader reads them.

Sources: OpenDocument 1.3 part 3, 5 (text), 6.1 (inline text), 7 (fields), 10 (drawings), 14.1 (annotations).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol
from xml.etree.ElementTree import Element

from amends.scan.formats._document_line import Line
from amends.scan.formats._document_table import GridCell, fill_cell
from amends.scan.formats._docx_styles import WHITE
from amends.scan.formats._odf_said import said_by
from amends.scan.formats._odf_styles import Look, Styles, reason_not_seen
from amends.scan.formats.interface import UntrustedPart, UntrustedPiece

Place = tuple[str, ...]

_WHOLE: Final = {
    "forms": ("form-field", "form-control"),
    "scripts": ("macro", "macro"),
    "event-listeners": ("macro", "macro"),
    "user-field-decls": ("document-variable", "document-variable"),
    "variable-decls": ("document-variable", "document-variable"),
    "sequence-decls": ("document-variable", ""),
    "dde-connection-decls": ("link", "external-link-cache"),
    "alphabetical-index-auto-mark-file": ("link", "relationship-target"),
    "section-source": ("link", "relationship-target"),
    "dde-source": ("link", "external-link-cache"),
    "content-validations": ("validation", "data-validation"),
    "named-expressions": ("name", "defined-name"),
    "database-ranges": ("name", "defined-name"),
    "label-ranges": ("name", "defined-name"),
    "data-pilot-tables": ("pivot", "pivot-cache"),
    "dde-links": ("link", "external-link-cache"),
    "consolidation": ("name", "defined-name"),
    "conditional-formats": ("rule", "conditional-format-text"),
    "calcext:conditional-formats": ("rule", "conditional-format-text"),
    "table-source": ("link", "external-link-cache"),
    "cell-range-source": ("link", "external-link-cache"),
    "scenario": ("property", "sheet-property"),
    "presentation:settings": ("name", "custom-show"),
    "image-map": ("link", "link-address"),
    "par": ("animation", "unshown-text"),
    "applet": ("link", "embedded-file"),
    "plugin": ("link", "relationship-target"),
    "floating-frame": ("link", "relationship-target"),
    "rdfa": ("property", "custom-xml"),
    "calculation-settings": ("setting", ""),
}
"""Elements whose texts and attributes come out together: kind, kind of hiding."""
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_ALIKE: Final = {"s": " ", "tab": "\t", "line-break": "\n", "soft-page-break": ""}
_NOTED: Final = frozenset(
    {"bookmark", "bookmark-start", "reference-mark", "reference-mark-start", "toc-mark", "toc-mark-start",
     "alphabetical-index-mark", "alphabetical-index-mark-start", "user-index-mark", "user-index-mark-start"}
)  # fmt: skip
_BLOCKS: Final = frozenset(
    {"p", "h", "list", "table", "frame", "custom-shape", "g", "rect", "line", "ellipse", "control", "polygon",
     "polyline",
     "path",
     "circle", "connector", "caption", "measure", "regular-polygon", "page-thumbnail", "scene"}
)  # fmt: skip
_FIELD_TEXTS: Final = (
    "formula", "condition", "string-value", "string-value-if-true", "string-value-if-false", "description", "name",
    "database-name", "table-name", "column-name", "connection-name", "placeholder-type", "href",
)  # fmt: skip
_FIELDS: Final = frozenset(
    {"variable-set", "variable-get", "variable-input", "user-field-get", "user-field-input", "expression",
     "hidden-text", "hidden-paragraph", "conditional-text", "text-input", "placeholder", "database-display",
     "database-name", "database-next", "database-row-select", "database-row-number", "dde-connection", "execute-macro",
     "script", "meta-field", "drop-down", "bibliography-mark"}
)  # fmt: skip


class How(NamedTuple):
    """What holds for everything below an element."""

    kind: str = "paragraph"
    hidden: str = ""
    background: str | None = WHITE
    cell: GridCell | None = None
    look: Look = Look()
    """Of the shape or cell around."""


class Beside(Protocol):
    """Reads what a story leaves to others: tables, shapes, tracked changes."""

    def table(self, element: Element, place: Place, how: How) -> None: ...

    def shape(self, element: Element, place: Place, how: How) -> None: ...

    def tracked(self, element: Element, place: Place, how: How) -> None: ...


class Story:
    """Reads the running text of one part; what it found waits in ``out``."""

    def __init__(self, part: str, styles: Styles) -> None:
        self.out: list[UntrustedPiece] = []
        self.part = part
        self.styles = styles
        self.inserted: set[str] = set()
        """Identifiers of tracked insertions, whose texts lie between two marks."""
        self.beside: Beside
        self._open_insertions: set[str] = set()
        self._paragraphs = 0

    def say(self, place: Place, kind: str, hidden: str, text: str) -> None:
        """Let a text wait."""
        if text.strip():
            self.out.append(UntrustedPart((self.part, *place), kind, hidden, text))

    def blocks(self, parent: Iterable[Element], place: Place, how: How) -> None:
        """Read every child."""
        for child in parent:
            self.block(child, place, how)

    def block(self, element: Element, place: Place, how: How) -> None:
        """Read a paragraph, a list, a section, a table or a shape."""
        tag = element.tag
        if tag in ("p", "h"):
            self._paragraph(element, place, how)
        elif tag == "table":
            self.beside.table(element, place, how)
        elif tag == "tracked-changes":
            self.beside.tracked(element, place, how)
        elif tag in _WHOLE:
            kind, hidden = _WHOLE[tag]
            self.out += said_by(element, (self.part, *place), kind, how.hidden or hidden)
        elif tag == "annotation":
            self._annotation(element, place, how)
        elif tag == "section":
            self._section(element, place, how)
        elif tag in _NOTED or tag in ("change-start", "change-end", "change"):
            self._mark(element, place)
        elif tag in ("list", "list-item", "list-header", "numbered-paragraph", "index-body", "index-title"):
            self.blocks(element, place, how)
        else:
            self.beside.shape(element, place, how)

    def line(self, element: Element, place: Place, how: How) -> Line:
        """Return the texts of a paragraph; what stands beside them waits in ``out``."""
        line = Line()
        name = element.get("style-name", "")
        look = self.styles.look("paragraph", name).over(how.look)
        hidden = ""
        for field in element.iter("hidden-paragraph"):
            if field.get("is-hidden", "true") == "true":
                hidden = "hidden-text"
        if element.text:
            self._text(line, element.text, look, how, hidden)
        self._inline(element, line, _Setting(place, how, look, hidden))
        return line

    def _paragraph(self, element: Element, place: Place, how: How) -> None:
        self._paragraphs += 1
        place = (*place, f"paragraph {self._paragraphs}")
        line = self.line(element, place, how)
        if how.cell is not None:
            fill_cell(how.cell, line)
        else:
            self.say(place, how.kind, how.hidden, line.seen())
        for segment in line.unseen():
            self.say(place, segment.kind, segment.hidden, segment.text)

    def _text(self, line: Line, text: str, look: Look, how: How, hidden: str) -> None:
        if "\n" in text and len(text) > 1:
            text = _BLANKS.sub(" ", text)  # 6.1.2: an indented file means single blanks
        background = None if how.background is None else look.background or how.background
        reason = hidden or reason_not_seen(
            look._replace(background=None), None if background == "?" else background
        )
        line.add(text, reason, inserted=bool(self._open_insertions))

    def _inline(self, parent: Element, line: Line, at: _Setting) -> None:
        for child in parent:
            tag = child.tag
            below = at
            if tag == "span":
                look = self.styles.look("text", child.get("style-name", "")).over(at.look)
                below = at._replace(look=look)
            if tag in _ALIKE:
                count = child.get("c", "1")
                times = int(count) if count.isdecimal() and len(count) <= 3 else 1  # noqa: PLR2004 - up to 999 blanks
                self._text(line, _ALIKE[tag] * times, at.look, at.how, at.hidden)
            elif tag == "note":
                self._note(child, at)
            elif tag == "annotation":
                self._annotation(child, at.place, at.how)
            elif tag in _NOTED or tag in ("change-start", "change-end", "change"):
                self._mark(child, at.place)
            elif tag == "ruby":
                self._ruby(child, line, at)
            elif tag in _BLOCKS:
                self.block(child, at.place, at.how._replace(cell=None))
            elif tag in _WHOLE:
                self.block(child, at.place, at.how)
            else:
                below = self._field(child, below)
                if child.text:
                    self._text(line, child.text, below.look, at.how, below.hidden)
                self._inline(child, line, below)
            if child.tail:
                self._text(line, child.tail, at.look, at.how, at.hidden)

    def _field(self, element: Element, at: _Setting) -> _Setting:
        """Note what a field or link holds beside its text, and return how its text is seen."""
        tag = element.tag
        if tag == "a":
            for name in ("href", "title", "name"):
                self.say((*at.place, "link", name), "link", "link-address", element.get(name, ""))
        elif tag in _FIELDS:
            for name in _FIELD_TEXTS:
                kind = "document-variable" if "field" in tag or "variable" in tag else "field-instruction"
                kind = "hidden-text" if tag == "hidden-text" and name == "string-value" else kind
                self.say((*at.place, tag, name), "field", kind, element.get(name, ""))
        for name in ("title", "content"):
            if tag in ("meta", "span") and element.get(name):
                self.say((*at.place, tag, name), "property", "custom-xml", element.get(name, ""))
        concealed = element.get("display") == "none" or (
            tag == "hidden-text" and element.get("is-hidden") != "false"
        )
        return at._replace(hidden="hidden-text") if concealed else at

    def _note(self, element: Element, at: _Setting) -> None:
        kind = "endnote" if element.get("note-class") == "endnote" else "footnote"
        body = element.find("note-body")
        if body is not None:
            self.blocks(body, (*at.place, kind), at.how._replace(kind=kind, cell=None))

    def _ruby(self, element: Element, line: Line, at: _Setting) -> None:
        for child in element:
            if child.tag == "ruby-text":
                self.say((*at.place, "ruby"), "ruby", at.how.hidden, "".join(child.itertext()))
            else:
                if child.text:
                    self._text(line, child.text, at.look, at.how, at.hidden)
                self._inline(child, line, at)

    def _annotation(self, element: Element, place: Place, how: How) -> None:
        place = (*place, "annotation")
        for child in element:
            if child.tag in ("creator", "date", "date-string", "creator-initials", "loext:sender-initials"):
                self.say((*place, child.tag.rpartition(":")[2]), "author", "comment", child.text or "")
            else:
                self.block(child, place, How("comment", "comment", how.background))
        self.say((*place, "name"), "author", "comment", element.get("name", ""))

    def _section(self, element: Element, place: Place, how: How) -> None:
        name = element.get("name", "")
        self.say((*place, "section", "name"), "name", "bookmark-name", name)
        display = element.get("display", "true")
        if display == "none" or (display == "condition" and element.get("is-hidden") == "true"):
            how = how._replace(hidden=how.hidden or "hidden-text")
        self.say((*place, "section", "condition"), "field", "field-instruction", element.get("condition", ""))
        self.blocks(element, (*place, "section"), how)

    def _mark(self, element: Element, place: Place) -> None:
        identifier = element.get("change-id", "")
        if element.tag == "change-start" and identifier in self.inserted:
            self._open_insertions.add(identifier)
        elif element.tag == "change-end":
            self._open_insertions.discard(identifier)
        for name in ("name", "string-value", "key1", "key2"):
            self.say((*place, "bookmark", name), "bookmark", "bookmark-name", element.get(name, ""))


class _Setting(NamedTuple):
    place: Place
    how: How
    look: Look
    hidden: str
