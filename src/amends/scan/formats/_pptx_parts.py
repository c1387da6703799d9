"""Which part of a presentation is what, how each is read, and which slides, layouts and masters are shown at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._opc_relationships import Arrow, arrows_of, part_key
from amends.scan.formats._opc_texts import is_textual
from amends.scan.formats._pptx_colours import Palette
from amends.scan.formats._pptx_places import Box, slide_box
from amends.scan.formats._pptx_slide import Scene, SlideReader
from amends.scan.formats._theme_names import theme_parts
from amends.scan.formats._xml_root import root_name
from amends.scan.formats._xml_tree import whole_tree
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_CANVASES: Final = ("sldMaster", "sldLayout", "sld", "notes", "notesMaster", "handoutMaster")
_OTHERS: Final = frozenset(
    {"presentation", "tagLst", "cmAuthorLst", "authorLst", "cmLst", "theme", "tblStyleLst"}
)
_PASSED_OVER: Final = frozenset({"defaultTextStyle", "kinsoku", "sldSz", "notesSz"})
_OFF: Final = frozenset({"0", "false"})


class Presentation:
    """One presentation while its parts are read."""

    def __init__(self, package: ZipPackage, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._roots = {part_key(name): _root(package, name) for name in package.names()}
        self._names = {part_key(name): name for name in package.names()}
        self._arrows: dict[str, list[Arrow]] = {}
        self._trees: dict[str, Element | None] = {}
        self._palettes: dict[str, Palette] = {}
        main = next((key for key, root in self._roots.items() if root == "presentation"), "")
        self._main_tree = self._tree(main)
        self._slide = slide_box(self._main_tree)
        self._order = self._listed(main)
        self._readers: dict[str, SlideReader] = {}

    def read(self, read: set[str]) -> Iterator[UntrustedPiece]:
        """Yield the pieces of every part that is PowerPoint's own; add their keys to ``read``."""
        slides = [key for key, root in self._roots.items() if root == "sld"]
        slides.sort(key=lambda key: self._order.get(key, len(self._order) + 1))
        others = [
            key for root in _CANVASES if root != "sld" for key in self._roots if self._roots[key] == root
        ]
        rest = [key for key, root in self._roots.items() if root in _OTHERS]
        for key in (*slides, *others, *rest):
            try:
                if self._roots[key] in _CANVASES:
                    yield from self._canvas(key)
                else:
                    yield from self._other(key)
            except UnreadableError as problem:
                yield UntrustedUnread(self._names[key], problem.code, problem.amount)
                if problem.code == "corrupt":
                    continue  # whoever reads the rest reads it loosely
            read.add(key)

    def _canvas(self, key: str) -> Iterator[UntrustedPiece]:
        reader = self._read_canvas(key)
        yield from reader.out
        reader.out.clear()

    def _read_canvas(self, key: str) -> SlideReader:
        if key in self._readers:
            return self._readers[key]
        root = self._roots[key]
        tree = self._tree(key) if root in ("sldLayout", "sldMaster") else None
        if tree is None:
            tree = whole_tree(self._package.chunks(self._names[key]))
        places: dict[str, Box] = {}
        painted: list[Box] = []
        below = self._below(key) if root in ("sld", "sldLayout") else ""
        if below:
            under = self._read_canvas(below)
            places = dict(under.places)
            painted = list(under.painted) if tree.get("showMasterSp") not in _OFF else []
        reader = SlideReader(self._scene(key, root, tree), self._limits, places, painted)
        self._readers[key] = reader
        reader.read(tree)
        return reader

    def _scene(self, key: str, root: str, tree: Element) -> Scene:
        layout = key if root == "sldLayout" else self._below(key)
        master = key if root == "sldMaster" else self._below(layout) if root == "sld" else layout
        if root == "sldLayout":
            master = self._below(key)
        master_tree = self._tree(master)
        if master not in self._palettes:
            self._palettes[master] = Palette(self._tree(self._target(master, "theme")), master_tree)
        palette = self._palettes[master]
        background = palette.background(tree, self._tree(layout), master_tree)
        part = self._names[key]
        if root == "sld":
            hidden = "hidden-slide" if tree.get("show") in _OFF else ""
            if key not in self._order:
                hidden = "unshown-part"
            part_kind = "paragraph"
            return Scene(part, part_kind, hidden, "", palette, background, self._slide)
        if root == "notes":
            return Scene(part, "notes", "speaker-notes", "", palette, "?", None)
        used = root in ("sldLayout", "sldMaster") and key in self._used()
        hidden = "" if used else "master-text"
        return Scene(
            part, "layout-text", hidden, "master-text", palette, background, self._slide if used else None
        )

    def _used(self) -> set[str]:
        layouts = {self._below(key) for key in self._order}
        return layouts | {self._below(key) for key in layouts}

    def _other(self, key: str) -> Iterator[UntrustedPart]:
        name = self._names[key]
        root = self._roots[key]
        if root == "theme":
            yield from theme_parts(self._package, name)
            return
        tree = whole_tree(self._package.chunks(name))
        if root == "presentation":
            yield from _presentation_parts(name, tree)
        elif root == "tagLst":
            yield from _attributes(name, tree, "tag", "presentation-tag")
        elif root == "tblStyleLst":
            for style in tree:
                if style.get("styleName"):
                    where = (name, "table style", "name")
                    yield UntrustedPart(where, "style-name", "style-text", style.get("styleName", ""))
        else:
            yield from _comments(name, tree)

    def _below(self, key: str) -> str:
        kind = {"sld": "slideLayout", "sldLayout": "slideMaster"}.get(self._roots.get(key, ""), "")
        return self._target(key, kind) if kind else ""

    def _target(self, key: str, kind: str) -> str:
        if key and key not in self._arrows:
            try:
                self._arrows[key] = arrows_of(self._package, key)
            except UnreadableError:
                self._arrows[key] = []
        wanted = {"slideLayout": "sldLayout", "slideMaster": "sldMaster"}.get(kind, kind)
        for arrow in self._arrows.get(key, ()):
            if arrow.kind == kind and self._roots.get(arrow.target) == wanted:
                return arrow.target
        return ""

    def _tree(self, key: str) -> Element | None:
        """Return a part that others refer to, parsed once."""
        if key not in self._trees:
            try:
                self._trees[key] = whole_tree(self._package.chunks(self._names[key])) if key else None
            except UnreadableError:
                self._trees[key] = None
        return self._trees[key]

    def _listed(self, main: str) -> dict[str, int]:
        try:
            arrows = arrows_of(self._package, main) if main else []
        except UnreadableError:
            arrows = []
        targets = {arrow.identifier: arrow.target for arrow in arrows}
        listing = self._main_tree.find("sldIdLst") if self._main_tree is not None else None
        found = [targets.get(item.get("r:id", ""), "") for item in (listing if listing is not None else ())]
        return {key: number for number, key in enumerate(found, 1)}


def _presentation_parts(part: str, tree: Element) -> Iterator[UntrustedPart]:
    for child in tree:
        if child.tag in _PASSED_OVER:
            continue
        for element in child.iter():
            if element.tag in ("custShow", "section") and element.get("name"):
                text = element.get("name", "")
                yield UntrustedPart((part, element.tag), "custom-show", "custom-show", text)
                continue
            for name, value in element.attrib.items():
                if value.strip() and not name.startswith("r:") and name != "uri" and is_textual(name, value):
                    yield UntrustedPart((part, element.tag, name), "setting", "custom-property", value)
            if element.text and element.text.strip():
                yield UntrustedPart((part, element.tag), "text", "unshown-text", element.text.strip())


def _attributes(part: str, tree: Element, kind: str, hidden: str) -> Iterator[UntrustedPart]:
    for number, element in enumerate(tree, 1):
        for inner in element.iter():
            for name, value in inner.attrib.items():
                if value.strip() and name != "uri":
                    yield UntrustedPart((part, f"{element.tag} {number}", name), kind, hidden, value)


def _comments(part: str, tree: Element) -> Iterator[UntrustedPart]:
    """19.4 and MS-PPTX 2.6: comments of both generations, replies included, and the lists of their authors."""
    for number, comment in enumerate(tree, 1):
        place = (part, f"{'author' if comment.tag.endswith('uthor') else 'comment'} {number}")
        for element in comment.iter():
            for name, value in element.attrib.items():
                if value.strip() and name in (
                    "name",
                    "initials",
                    "userId",
                    "dt",
                    "created",
                    "title",
                    "assignedTo",
                ):
                    yield UntrustedPart((*place, name), "author", "comment", value)
            if element.tag == "text" and element.text and element.text.strip():
                yield UntrustedPart((*place, "text"), "comment", "comment", element.text)
            elif element.tag == "p":
                text = "".join("\n" if inner.tag == "br" else inner.text or "" for inner in element.iter())
                if text.strip():
                    yield UntrustedPart((*place, "text"), "comment", "comment", text)


def _root(package: ZipPackage, name: str) -> str:
    """Return the local name of a part's root element where the part may be PowerPoint's own."""
    if not name.lower().endswith(".xml") or name.lower().startswith(("customxml/", "docprops/")):
        return ""
    return root_name(package, name)
