"""The parts of an OpenDocument package or of a flat file: contents, styles, properties, settings, embedded objects.

```
content.xml   automatic styles, then the body: office:text | office:spreadsheet | office:presentation | office:drawing
styles.xml    named styles, page layouts, master pages with their headers, footers and shapes
Object 1/     a document of its own inside the document, with the same parts
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._odf_beside import Surroundings
from amends.scan.formats._odf_said import meta_parts, said_by, settings_parts
from amends.scan.formats._odf_sheet import COLUMN_CONTAINERS, ROW_CONTAINERS, Sheet
from amends.scan.formats._odf_story import How, Story
from amends.scan.formats._odf_styles import Styles, points_of
from amends.scan.formats._xml_tree import Step, walk_trees
from amends.scan.formats.interface import UntrustedPart, UntrustedPiece, UntrustedTable
from amends.scan.limits import Limits

_BODIES: Final = frozenset({"text", "spreadsheet", "presentation", "drawing"})
_OUTER: Final = _BODIES | {
    "document-content",
    "document-styles",
    "document-meta",
    "document-settings",
    "document",
    "body",
}
_OF_SHEETS: Final = frozenset({"table"}) | ROW_CONTAINERS | COLUMN_CONTAINERS
_STYLES: Final = frozenset({"styles", "automatic-styles"})
_OF_A_PAGE: Final = {"header": "header", "footer": "footer"}


class _Containers:
    """Tables come row by row where the body is a spreadsheet, whole where it is a text."""

    def __init__(self) -> None:
        self._sheets = False
        self._bodies = False

    def __contains__(self, name: object) -> bool:
        if name == "body":
            self._bodies = True
        if name == "spreadsheet":
            self._sheets = True
        if name in _BODIES and not self._bodies:
            return False
        return name in _OUTER or (self._sheets and name in _OF_SHEETS)


class Reader:
    """Reads one part of OpenDocument that the styles of another may stand below."""

    def __init__(self, part: str, limits: Limits, below: Styles | None, hidden: str) -> None:
        self.printed_only = False
        """Whether headers and footers show in print only, as those of sheets do."""
        self.styles = Styles(below)
        self.hidden_layers: set[str] = set()
        self.page: tuple[float, float] | None = None
        self._limits = limits
        self._part = part
        self._how = How(hidden=hidden)
        self._story = Story(part, self.styles)
        self._beside = Surroundings(self._story, limits)
        self._sheets = 0
        self._slides = 0
        self._body = ""

    def read(self, chunks: Iterable[bytes]) -> Iterator[UntrustedPiece]:
        """Yield every piece. Raises `UnreadableError`."""
        steps = walk_trees(chunks, _Containers())
        for step in steps:
            if step.what == "open" and step.element.tag == "table":
                sheet, table = self._sheet(step.element, steps)
                yield table
                while not sheet.done:  # a table that went beyond a bound is left before its end
                    passed = next(steps, None)
                    sheet.done = passed is None or (passed.what == "close" and passed.element.tag == "table")
            elif step.what == "open" and step.element.tag in _BODIES:
                self._begin_body(step.element.tag)
            elif step.what == "tree":
                yield from self._tree(step.element)
            elif step.what == "text":
                text = (step.element.text or "").strip()
                yield UntrustedPart((self._part,), "text", "unshown-text", text)
            yield from self._waiting()

    def lend(self, other: Reader) -> None:
        """Give what ``styles.xml`` says of pages and layers to the reader of the contents."""
        other.page = self.page
        other.hidden_layers = self.hidden_layers

    def _waiting(self) -> Iterator[UntrustedPiece]:
        waiting = self._story.out
        self._story.out = []
        return iter(waiting)

    def _begin_body(self, tag: str) -> None:
        self._body = tag
        self._beside.page = self.page if tag in ("presentation", "drawing") else None
        self._beside.hidden_layers = frozenset(self.hidden_layers)

    def _sheet(self, element: Element, steps: Iterator[Step]) -> tuple[Sheet, UntrustedTable]:
        self._sheets += 1
        name = element.get("name", "")
        style = element.get("style-name", "")
        hidden = self._how.hidden
        if self.styles.value("table", style, "table-properties", "display") == "false":
            hidden = "hidden-sheet"
        if name.startswith(("'file:", "'http")):
            # LibreOffice keeps copies of other workbooks as tables of that name.
            self._story.say((f"sheet {self._sheets}", "name"), "link", "external-link-cache", name)
            hidden = "external-link-cache"
        sheet = Sheet(element, self._story, self._limits, self._how, of_text=False)
        place = (f"sheet '{name}'",) if name else (f"sheet {self._sheets}",)
        return sheet, sheet.table(name, place, hidden, steps)

    def _tree(self, element: Element) -> Iterator[UntrustedPiece]:
        tag = element.tag
        if tag in _STYLES:
            self.styles.add(element)
            self._page_layout()
            yield from self._named_styles(element)
        elif tag == "master-styles":
            self.styles.add(element)
            self._masters(element)
        elif tag == "meta":
            wrapper = Element("document-meta")
            wrapper.append(element)
            yield from meta_parts(self._part, wrapper)
        elif tag == "settings":
            yield from settings_parts(self._part, element)
        elif tag == "page":
            self._slides += 1
            self._story.block(element, (f"slide {self._slides}",), self._how)
        elif tag == "chart":
            self._charted(element, self._how)
        elif tag != "font-face-decls":
            self._story.block(element, (), self._how)

    def _charted(self, element: Element, how: How) -> None:
        """18: titles are seen; the table behind the chart is its data, whatever the chart shows of it."""
        for child in element:
            if child.tag == "table":
                self._beside.table(child, (), how._replace(hidden="chart-data"))
            elif child.tag in ("title", "subtitle", "footer", "p"):
                self._story.blocks(child if child.tag != "p" else [child], ("chart", child.tag), how)
            else:
                self._charted(child, how)

    def _named_styles(self, element: Element) -> Iterator[UntrustedPart]:
        for style in element:
            if style.tag == "style" and element.tag == "styles" and style.get("display-name"):
                where = (self._part, "style", "name")
                yield UntrustedPart(where, "style-name", "style-text", style.get("display-name", ""))
            for inner in style.iter():
                if inner.text and inner.text.strip() and inner.tag not in ("name",):
                    where = (self._part, "style", inner.tag)
                    yield UntrustedPart(where, "text", "style-text", inner.text.strip())
                for name in ("condition-value", "prefix", "suffix"):
                    if inner.get(name, "").strip("., ()[]-–:;'\"|") and inner.tag.startswith("list"):
                        yield UntrustedPart(
                            (self._part, inner.tag, name), "text", "style-text", inner.get(name, "")
                        )

    def _page_layout(self) -> None:
        for key in list(self.styles.names("page-layout")):
            width = points_of(self.styles.value("page-layout", key, "page-layout-properties", "page-width"))
            height = points_of(self.styles.value("page-layout", key, "page-layout-properties", "page-height"))
            if width and height:
                old = self.page or (0.0, 0.0)
                self.page = (max(old[0], width), max(old[1], height))

    def _masters(self, masters: Element) -> None:
        for master in masters:
            if master.tag == "layer-set":
                for layer in master:
                    name = layer.get("name", "")
                    self._story.say(("layer", "name"), "name", "layer-name", name)
                    if layer.get("display", "always") == "none":
                        self.hidden_layers.add(name)
                    self._story.blocks(layer, ("layer",), self._how)
                continue
            place = (master.tag, f"'{master.get('name', '')}'")
            for child in master:
                plain = child.tag.removesuffix("-left").removesuffix("-first")
                if plain in _OF_A_PAGE:
                    shown = child.get("display", "true") == "true" and not self.printed_only
                    hidden = "" if shown else "header-footer"
                    how = How(_OF_A_PAGE[plain], self._how.hidden or hidden)
                    self._story.blocks(child, (*place, child.tag), how)
                else:
                    self._story.block(child, place, How("layout-text", "master-text", None))


def script_parts(part: str, root: Element) -> Iterator[UntrustedPart]:
    """Yield the source of a module of Basic, or of the list of modules, or of a dialogue."""
    if root.tag == "module" and (root.text or "").strip():
        yield UntrustedPart((part, "source"), "macro", "macro", root.text or "")
    yield from said_by(Element(root.tag, root.attrib), (part,), "macro", "macro")
    for child in root:
        yield from said_by(child, (part,), "macro", "macro")
