"""Which part of a Word document is what, and how each is read.

What a part is, its root element says: a wrong content type or an odd name hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._docx_settings import people_parts, settings_parts, style_parts
from amends.scan.formats._docx_story import How, Story
from amends.scan.formats._docx_styles import WHITE, Styles
from amends.scan.formats._opc_relationships import Arrow, arrows_of, part_key, reachable_parts
from amends.scan.formats._theme_names import theme_parts
from amends.scan.formats._xml_root import root_name
from amends.scan.formats._xml_tree import Step, walk_trees, whole_tree
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_CONTAINERS: Final = frozenset(
    {
        "document", "body", "hdr", "ftr", "footnotes", "endnotes", "comments", "glossaryDocument", "docParts",
        "docPart", "docPartBody", "tbl",
    }
)  # fmt: skip
_STORIES: Final = {
    "document": How("paragraph"),
    "hdr": How("header"),
    "ftr": How("footer"),
    "footnotes": How("footnote"),
    "endnotes": How("endnote"),
    "comments": How("comment", "comment"),
    "glossaryDocument": How("paragraph", "glossary-text"),
}
_NUMBERED: Final = frozenset({"footnote", "endnote", "comment"})
_DEFINITIONS: Final = frozenset(
    {"settings", "styles", "numbering", "people", "theme", "fonts", "webSettings"}
)
_ON: Final = frozenset({"1", "true", "on"})


class Document:
    """One Word document while its parts are read."""

    def __init__(self, package: ZipPackage, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._kinds = {
            name: _root(package, name) for name in package.names() if name.lower().endswith(".xml")
        }
        main = [arrow.target for arrow in _arrows(package, "") if arrow.kind == "officeDocument"]
        self._main = main[0] if main and main[0] in package else "word/document.xml"
        self._reachable = reachable_parts(package)
        self._headers_noted = False
        self._shown: dict[str, str] = {}
        """Header or footer part → why it is not seen."""
        self._first: dict[str, str] = {}
        """Kind of reference → the first page's header or footer that holds from there on."""
        self._settings: dict[str, Element] = {}
        self._styles_of: dict[str, Styles] = {}

    def read(self, read: set[str]) -> Iterator[UntrustedPiece]:
        """Yield the pieces of every part that is Word's own; add their keys to ``read``."""
        for name, root in self._kinds.items():
            if root == "settings":
                self._settings[part_key(name).rpartition("/")[0]] = self._tree(name)
        order = sorted(
            self._kinds, key=lambda name: (part_key(name) != self._main, self._kinds[name] != "document")
        )
        for name in order:
            root = self._kinds[name]
            if root not in _STORIES and root not in _DEFINITIONS:
                continue
            try:
                yield from self._story(name, root) if root in _STORIES else self._definition(name, root)
            except UnreadableError as problem:
                yield UntrustedUnread(name, problem.code, problem.amount)
                if problem.code == "corrupt":
                    continue  # whoever reads the rest reads it loosely
            read.add(part_key(name))

    def _tree(self, name: str) -> Element:
        try:
            return whole_tree(self._package.chunks(name))
        except UnreadableError:
            return Element("missing")

    def _definition(self, name: str, root: str) -> Iterator[UntrustedPart]:
        if root == "theme":
            yield from theme_parts(self._package, name)
            return
        tree = whole_tree(self._package.chunks(name))
        if root == "people":
            yield from people_parts(name, tree)
        elif root in ("styles", "numbering"):
            yield from style_parts(name, tree)
        elif root == "fonts":
            for font in tree.iter():
                if font.tag in ("font", "altName") and (font.get("name") or font.get("val")):
                    text = font.get("name", "") or font.get("val", "")
                    yield UntrustedPart((name, font.tag), "font-name", "style-text", text)
        else:
            yield from settings_parts(name, tree, _arrows(self._package, part_key(name)))

    def _story(self, name: str, root: str) -> Iterator[UntrustedPiece]:
        key = part_key(name)
        folder = key.rpartition("/")[0]
        how = _STORIES[root]
        if key not in self._reachable or (root == "document" and key != self._main):
            how = how._replace(hidden="unshown-part")
        elif "/glossary/" in key:
            how = how._replace(hidden="glossary-text")
        elif root in ("hdr", "ftr") and self._headers_noted:
            how = how._replace(hidden=self._shown.get(key, "header-footer"))
        story = Story(name, self._styles(folder), self._limits)
        steps = walk_trees(self._package.chunks(name), _CONTAINERS)
        for step in steps:
            if step.what == "open" and step.element.tag == "tbl":
                yield from _streamed_table(steps, story, how)
            elif step.what == "tree":
                how = self._read_tree(story, step.element, how)
                if key == self._main:
                    self._note_headers(step.element)
            elif step.what == "text":
                story.out.append(_loose_text(name, step.element))
            yield from story.out
            story.out.clear()
        self._headers_noted = self._headers_noted or key == self._main
        story.end()
        yield from story.out

    def _read_tree(self, story: Story, element: Element, how: How) -> How:
        tag = element.tag
        if tag in _NUMBERED:
            place = (f"{tag} {element.get('id', '')}",)
            for attribute in ("author", "initials", "date"):
                if element.get(attribute):
                    where = (story.part, *place, attribute)
                    text = element.get(attribute, "")
                    story.out.append(UntrustedPart(where, "author", how.hidden or "tracked-change", text))
                    element.attrib.pop(attribute)
            story.blocks(element, place, how)
        elif tag == "background":
            colour = element.get("color", "")
            shown = any(tree.find("displayBackgroundShape") is not None for tree in self._settings.values())
            how = how._replace(background=colour.upper() if len(colour) == len(WHITE) and shown else WHITE)
            story.shape(element, ("background",), how)
        elif tag == "docPartPr":
            for inner in element.iter():
                if inner.get("val") and inner.tag in ("name", "description", "style"):
                    where = (story.part, "building block", inner.tag)
                    story.out.append(UntrustedPart(where, "glossary", "glossary-text", inner.get("val", "")))
        else:
            story.block(element, (), how)
        return how

    def _styles(self, folder: str) -> Styles:
        if folder not in self._styles_of:
            self._styles_of[folder] = self._read_styles(folder)
        return self._styles_of[folder]

    def _read_styles(self, folder: str) -> Styles:
        for name, root in self._kinds.items():
            if root == "styles" and part_key(name).rpartition("/")[0] == folder:
                return Styles(self._tree(name))
        return Styles()

    def _note_headers(self, element: Element) -> None:
        """17.10: a header of the first page or of even pages shows only where the document turns those on."""
        sections = list(element.iter("sectPr"))
        if not sections:
            return
        targets = {arrow.identifier: arrow.target for arrow in _arrows(self._package, self._main)}
        folder = self._main.rpartition("/")[0]
        settings = self._settings.get(folder, Element("settings"))
        even = _is_on(settings.find("evenAndOddHeaders"))
        for section in sections:
            for reference in section:
                if reference.tag in ("headerReference", "footerReference"):
                    kind = reference.get("type", "default")
                    target = targets.get(reference.get("r:id", ""), "")
                    if kind == "first":
                        self._first[reference.tag] = target
                    if kind == "default" or (kind == "even" and even):
                        self._shown[target] = ""
            if _is_on(section.find("titlePg")):  # a section without a reference goes on with the last one's
                self._shown.update(dict.fromkeys(self._first.values(), ""))


def _streamed_table(steps: Iterator[Step], story: Story, how: How) -> Iterator[UntrustedPiece]:
    """Yield a table row by row as it is parsed, since it may be as long as the document, and take it to its end."""
    depth = 1

    def children() -> Iterator[Element]:
        nonlocal depth
        while depth:
            step = next(steps, None)
            if step is None:
                return
            if step.what == "tree":
                yield step.element
            elif step.what == "text":
                story.out.append(_loose_text(story.part, step.element))
            else:
                depth += 1 if step.what == "open" else -1

    inner = children()
    table = story.streamed_table(inner, how)
    if table is not None:
        yield table
    for child in inner:  # of a table that went beyond a bound, what stands behind it
        del child


def _loose_text(part: str, element: Element) -> UntrustedPart:
    return UntrustedPart((part,), "text", "unshown-text", (element.text or "").strip())


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get("val", "1") in _ON


def _arrows(package: ZipPackage, part: str) -> list[Arrow]:
    try:
        return arrows_of(package, part)
    except UnreadableError:
        return []


def _root(package: ZipPackage, name: str) -> str:
    """Return the name of the root element where the part may be Word's own or a theme."""
    return "" if name.lower().startswith(("customxml/", "docprops/")) else root_name(package, name)
