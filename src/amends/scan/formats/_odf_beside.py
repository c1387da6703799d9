"""What stands beside the running text of OpenDocument: shapes, slides and their notes, tables, tracked changes.

Sources: OpenDocument 1.3 part 3, 5.5 (tracked changes of texts), 9.9 (of sheets), 10 (drawings), 16.36 (slides).
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from amends.scan.formats._odf_said import said_by
from amends.scan.formats._odf_sheet import Sheet, steps_of
from amends.scan.formats._odf_story import How, Place, Story
from amends.scan.formats._odf_styles import points_of
from amends.scan.limits import Limits

_NAMES: Final = {
    "name": ("name", "shape-name"),
    "caption-id": ("name", "shape-name"),
    "alt": ("alternative-text", "alternative-text"),
    "filter-name": ("name", "shape-name"),
}
_ALTERNATIVE: Final = frozenset({"title", "desc"})
_OUTSIDE: Final = ("http:", "https:", "file:", "ftp:", "//", "../", "mailto:", "smb:")
_DECLARED: Final = frozenset(
    {"presentation:header-decl", "presentation:footer-decl", "presentation:date-time-decl"}
)


class Surroundings:
    """Reads shapes, tables and changes for one story."""

    def __init__(self, story: Story, limits: Limits) -> None:
        self.story = story
        self.hidden_layers: frozenset[str] = frozenset()
        self.page: tuple[float, float] | None = None
        """Width and height of the slide in points, where shapes may stand beside it."""
        self._limits = limits
        self._tables = 0
        self._shapes = 0
        story.beside = self

    def table(self, element: Element, place: Place, how: How) -> None:
        """Read a table that is there as a whole."""
        self._tables += 1
        name = element.get("name", "")
        where = (*place, f"table {self._tables}")
        self.story.say((*where, "name"), "name", "bookmark-name", name)
        sheet = Sheet(element, self.story, self._limits, how._replace(cell=None), of_text=True)
        table = sheet.table("", where, how.hidden, steps_of(element))
        # The rows are made now: what stands in their cells beside the texts must not come between them.
        table.rows = list(table.rows)
        if table.rows:
            self.story.out.append(table)

    def shape(self, element: Element, place: Place, how: How) -> None:
        """Read a shape, a slide, or any wrapper: its names, the way it leads to, and all that is in it."""
        tag = element.tag
        if tag == "page":
            self._slide(element, place, how)
            return
        if tag == "presentation:notes":
            place = (*place, "notes")
            how = How("notes", "speaker-notes", None)
        elif tag in _DECLARED:
            self.story.say((*place, tag.partition(":")[2]), "header", how.hidden, element.text or "")
            return
        elif tag in _ALTERNATIVE:
            self.story.say((*place, tag), "alternative-text", "alternative-text", element.text or "")
            return
        elif tag == "binary-data":
            self.story.out += said_by(element, (self.story.part, *place), "text", "unshown-text")
            return
        if (
            element.get("layer") is not None
            or element.get("width") is not None
            or element.get("points") is not None
        ):
            self._shapes += 1
            place = (*place, f"shape {self._shapes}")
            how = self._seen(element, how)
        self._names(element, place)
        if element.text and element.text.strip():
            self.story.say((*place, tag), "text", how.hidden or "unshown-text", element.text.strip())
        self.story.blocks(element, place, how)

    def tracked(self, element: Element, place: Place, how: How) -> None:
        """Read who changed what, and the texts that were deleted."""
        for number, region in enumerate(element, 1):
            where = (*place, f"change {number}")
            if region.tag == "changed-region":
                self._changed_region(region, where, how)
            else:
                self.story.out += said_by(region, (self.story.part, *where), "change", "revision-log")

    def _changed_region(self, region: Element, where: Place, how: How) -> None:
        identifiers = {region.get("id", "")}
        for change in region:
            if change.tag == "insertion":
                self.story.inserted |= identifiers - {""}
            for child in change:
                if child.tag == "change-info":
                    for said in child.iter():
                        self.story.say((*where, said.tag), "change", "tracked-change", said.text or "")
                else:
                    hidden = "tracked-deletion" if change.tag == "deletion" else "tracked-change"
                    self.story.block(child, where, How("deleted-text", hidden, how.background))

    def _slide(self, element: Element, place: Place, how: How) -> None:
        name = element.get("name", "")
        styles = self.story.styles
        style = element.get("style-name", "")
        visibility = styles.value("drawing-page", style, "drawing-page-properties", "presentation:visibility")
        if visibility == "hidden":
            how = how._replace(hidden="hidden-slide")
        fill = styles.value("drawing-page", style, "drawing-page-properties", "fill")
        if fill not in ("", "none"):
            colour = styles.value("drawing-page", style, "drawing-page-properties", "fill-color")
            how = how._replace(background=colour.lstrip("#").upper() if fill == "solid" and colour else None)
        if name:
            self.story.say((*place, "name"), "name", "shape-name", name)
        self.story.blocks(element, place, how)

    def _seen(self, element: Element, how: How) -> How:
        styles = self.story.styles
        look = how.look
        for family in ("graphic", "presentation"):
            name = element.get("presentation:style-name" if family == "presentation" else "style-name", "")
            if name:
                look = styles.look(family, name).over(look)
        background = look.background or how.background
        how = how._replace(
            look=look._replace(background=None), background=None if background == "?" else background
        )
        if how.hidden:
            return how
        if element.get("layer", "") in self.hidden_layers:
            return how._replace(hidden="hidden-layer")
        if element.get("display", "always") == "none":
            return how._replace(hidden="hidden-shape")
        return how._replace(hidden=self._out_of_sight(element))

    def _out_of_sight(self, element: Element) -> str:
        if self.page is None or element.get("transform"):
            return ""
        left, top = points_of(element.get("x", "")), points_of(element.get("y", ""))
        width, height = points_of(element.get("width", "")), points_of(element.get("height", ""))
        if left is None or top is None or width is None or height is None:
            return ""
        if not width and not height:
            return "zero-size-shape"
        aside = left >= self.page[0] or top >= self.page[1] or left + width <= 0 or top + height <= 0
        return "off-slide" if aside else ""

    def _names(self, element: Element, place: Place) -> None:
        for name, (kind, hidden) in _NAMES.items():
            self.story.say((*place, name), kind, hidden, element.get(name, ""))
        href = element.get("href", "")
        if href.startswith(_OUTSIDE):
            hidden = "link-address" if element.tag == "a" else "relationship-target"
            self.story.say((*place, "href"), "link", hidden, href)
        if element.tag == "a":
            self.story.say((*place, "link title"), "link", "link-address", element.get("title", ""))
