"""One slide, layout, master or page of notes: every shape with its texts, its names, and whether anybody sees it.

Sources: ECMA-376 part 1, 19.3.1 (slides and shapes), 21.1.3 (tables).
"""

from __future__ import annotations

from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from amends.scan.formats._document_line import Line
from amends.scan.formats._document_table import GridCell, fill_cell, row_of, table_of
from amends.scan.formats._pptx_colours import UNKNOWN, Palette
from amends.scan.formats._pptx_places import Box, Frame, box_of, frame_of
from amends.scan.formats._pptx_text import Ground, line_of, links_of
from amends.scan.formats.interface import UntrustedPart, UntrustedPiece, UntrustedRow
from amends.scan.limits import Limits

_SHAPES: Final = frozenset({"sp", "grpSp", "graphicFrame", "pic", "cxnSp", "contentPart", "AlternateContent"})
_MOST_PAINTED: Final = 500
_NAMED: Final = frozenset(
    {"snd", "sndTgt", "oleObj", "control", "cm", "audioFile", "videoFile", "wavAudioFile"}
)


class Scene(NamedTuple):
    """What is known before the shapes of a part are read."""

    part: str
    kind: str
    hidden: str
    """Why all of it is not seen."""
    of_placeholders: str
    """Why texts in placeholders are not seen, where they are prompts only."""
    palette: Palette
    background: str
    slide: Box | None
    """None where nothing can stand beside it."""


class SlideReader:
    """Reads the tree of one slide; what it found waits in ``out``."""

    def __init__(self, scene: Scene, limits: Limits, places: dict[str, Box], painted: list[Box]) -> None:
        self.out: list[UntrustedPiece] = []
        self.places = places
        """Where placeholders stand: those of the layout on the way in, with this part's own on the way out."""
        self.painted = painted
        """What has been painted so far, from the bottom up."""
        self._scene = scene
        self._limits = limits
        self._shapes = 0

    def read(self, tree: Element) -> None:
        """Read all shapes, then whatever else the part says."""
        for child in tree:
            if child.tag != "cSld":
                self._names(child, ("slide",))
                continue
            if child.get("name"):
                self._say(("name",), "name", "style-text", child.get("name", ""))
            for inner in child:
                if inner.tag == "spTree":
                    for shape in inner:
                        self._shape(shape, Frame(), "")
                else:
                    self._names(inner, (inner.tag,))

    def _say(self, place: tuple[str, ...], kind: str, hidden: str, text: str) -> None:
        if text.strip():
            self.out.append(
                UntrustedPart((self._scene.part, *place), kind, hidden or self._scene.hidden, text)
            )

    def _names(self, element: Element, place: tuple[str, ...]) -> None:
        for inner in element.iter():
            if inner.tag in _NAMED:
                for name in ("name", "progId"):
                    self._say((*place, inner.tag, name), "name", "shape-name", inner.get(name, ""))
            if inner.text and inner.text.strip() and not _is_measure(inner.text):
                self._say((*place, inner.tag), "text", "unshown-text", inner.text.strip())

    def _shape(self, shape: Element, frame: Frame, hidden: str) -> None:
        if shape.tag == "AlternateContent":
            self._alternatives(shape, frame, hidden)
            return
        if shape.tag not in _SHAPES:
            if shape.tag not in ("nvGrpSpPr", "grpSpPr"):
                self._names(shape, (shape.tag,))
            return
        self._shapes += 1
        place = (f"shape {self._shapes}",)
        properties = next((child for child in shape if child.tag.startswith("nv")), None)
        placeholder = properties.find("nvPr/ph") if properties is not None else None
        hidden = hidden or self._about(properties, place)
        box = self._box(shape, frame, placeholder)
        hidden = hidden or self._out_of_sight(box)
        if placeholder is not None:
            hidden = hidden or self._scene.of_placeholders
        if shape.tag == "grpSp":
            inside = frame_of(shape, frame)
            for child in shape:
                self._shape(child, inside, hidden)
            return
        self._content(shape, place, hidden, box)

    def _content(self, shape: Element, place: tuple[str, ...], hidden: str, box: Box | None) -> None:
        palette = self._scene.palette
        fill = palette.fill_of(shape.find("spPr"))
        reference = shape.find("style/fillRef")
        if not fill and reference is not None and reference.get("idx", "0") != "0":
            fill = UNKNOWN
        plain = fill if fill not in ("", "none") else self._behind(box)
        for child in shape:
            if child.tag in ("txBody", "txXfrm"):
                self._body(child, place, hidden, Ground(palette, plain))
            elif child.tag == "graphic":
                self._graphic(child, place, hidden, plain)
            elif not child.tag.startswith("nv"):
                self._names(child, place)
        if shape.tag == "pic" or fill not in ("", "none"):
            self._paint(box)

    def _about(self, properties: Element | None, place: tuple[str, ...]) -> str:
        if properties is None:
            return ""
        about = properties.find("cNvPr")
        self._names(properties, place)
        if about is None:
            return ""
        self._say((*place, "name"), "name", "shape-name", about.get("name", ""))
        for name in ("descr", "title"):
            self._say((*place, name), "alternative-text", "alternative-text", about.get(name, ""))
        for name, text in links_of(about):
            self._say((*place, "link", name), "link", "link-address", text)
        return "hidden-shape" if about.get("hidden", "0") in ("1", "true") else ""

    def _box(self, shape: Element, frame: Frame, placeholder: Element | None) -> Box | None:
        transform = shape.find("xfrm") if shape.tag == "graphicFrame" else shape.find("spPr/xfrm")
        if shape.tag == "grpSp":
            transform = shape.find("grpSpPr/xfrm")
        box = box_of(transform)
        placed = frame.place(box) if box is not None else None
        if placeholder is None:
            return placed
        keys = [f"{name} {placeholder.get(name)}" for name in ("idx", "type") if placeholder.get(name)]
        if placed is None:
            return next((self.places[key] for key in keys if key in self.places), None)
        self.places.update(dict.fromkeys(keys, placed))
        return placed

    def _out_of_sight(self, box: Box | None) -> str:
        if box is None or self._scene.slide is None:
            return ""
        if not box.width and not box.height:
            return "zero-size-shape"
        grown = Box(box.left, box.top, max(box.width, 1), max(box.height, 1))
        return "" if grown.meets(self._scene.slide) else "off-slide"

    def _behind(self, box: Box | None) -> str:
        if any(box is None or painted.meets(box) for painted in self.painted):
            return UNKNOWN
        return self._scene.background

    def _paint(self, box: Box | None) -> None:
        everywhere = self._scene.slide or Box(0, 0, 1e9, 1e9)
        if len(self.painted) >= _MOST_PAINTED:
            self.painted[:] = [everywhere]
        self.painted.append(box or everywhere)

    def _body(self, body: Element, place: tuple[str, ...], hidden: str, ground: Ground) -> None:
        styles = body.find("lstStyle")
        for number, paragraph in enumerate(body.iter("p"), 1):
            line = line_of(paragraph, styles, ground)
            at = (*place, f"paragraph {number}")
            self._say(at, self._scene.kind, hidden, line.seen())
            self._unseen(line, paragraph, at)

    def _unseen(self, line: Line, paragraph: Element, place: tuple[str, ...]) -> None:
        for segment in line.unseen():
            self._say(place, segment.kind, segment.hidden, segment.text)
        for name, text in links_of(paragraph):
            self._say((*place, "link", name), "link", "link-address", text)

    def _graphic(self, graphic: Element, place: tuple[str, ...], hidden: str, behind: str) -> None:
        for data in graphic:
            for child in data:
                if child.tag == "tbl":
                    self._table(child, place, hidden, behind)
                elif child.tag == "AlternateContent":
                    for choice in child:
                        self._names(choice, place)
                        for picture in choice.iter("pic"):
                            self._shape(picture, Frame(), hidden)
                else:
                    self._names(child, place)

    def _table(self, table: Element, place: tuple[str, ...], hidden: str, behind: str) -> None:
        properties = table.find("tblPr")
        styled = properties is not None and properties.find("tableStyleId") is not None
        palette = self._scene.palette
        rows: list[UntrustedRow] = []
        where = (*place, "table")
        for number, row in enumerate(table.findall("tr"), 1):
            cells: list[GridCell] = []
            for column, element in enumerate(row.findall("tc")):
                cell = GridCell(column)
                fill = palette.fill_of(element.find("tcPr"))
                ground = Ground(palette, fill if fill not in ("", "none") else UNKNOWN if styled else behind)
                styles = element.find("txBody/lstStyle")
                for paragraph in element.iter("p"):
                    line = line_of(paragraph, styles, ground)
                    fill_cell(cell, line)
                    self._unseen(line, paragraph, (*where, f"row {number}", f"cell {column + 1}"))
                cells.append(cell)
            found = row_of(number, "", cells)
            rows += [found] if found is not None else []
        if not rows:
            return
        header = 1 if properties is not None and properties.get("firstRow") in ("1", "true") else 0
        part_hidden = hidden or self._scene.hidden
        made = table_of(rows, (self._scene.part, *where), part_hidden, header, self._limits)
        for column, grid in enumerate(table.findall("tblGrid/gridCol")):
            if grid.get("w") == "0" and column < self._limits.columns:
                made.hidden_columns.append((column, column, "narrow-column"))
        self.out.append(made)

    def _alternatives(self, element: Element, frame: Frame, hidden: str) -> None:
        """Part 3, 9.3: programs show the first choice that they understand; the others are shown by older ones."""
        shown: set[str] = set()
        for number, choice in enumerate(element):
            texts = _said(choice)
            if not number or not texts <= shown:
                for child in choice:
                    self._shape(child, frame, hidden if not number else hidden or "alternate-content")
            shown |= texts


def _said(element: Element) -> set[str]:
    texts = {"".join(text.text or "" for text in p.iter("t")).strip() for p in element.iter("p")}
    texts |= {one.get(name, "") for one in element.iter() for name in ("descr", "title", "name")}
    return {text for text in texts if text}


def _is_measure(text: str) -> bool:
    text = text.strip()
    return text.lstrip("-").replace(".", "").isdecimal() or text in ("true", "false")
