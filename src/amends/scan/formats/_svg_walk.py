"""Which texts of a drawing are drawn, and what its attributes hold (SVG 2)."""

from __future__ import annotations

import re
from typing import Final

from amends.scan.formats._css import declarations, hidden_by
from amends.scan.formats._data_uri import data_file
from amends.scan.formats._markup import Element, Walk
from amends.scan.formats.interface import UntrustedFile

_UNDRAWN: Final = frozenset(
    {"metadata", "defs", "symbol", "clippath", "mask", "marker", "namedview", "template"}
)
_NUMBERS: Final = re.compile(r"[\s\d.,+\-eEMmLlHhVvCcSsQqTtAaZz%]*(?:px|pt|mm|cm|in|em)?")
_FUNCTIONS: Final = re.compile(
    r"(?:\s*(?:matrix|translate|scale|rotate|skewX|skewY)\([\d\s.,+\-e]*\)[\s,]*)+"
)
_KEYWORDS: Final = re.compile(r"[\w\s.,:;#%()/+-]{0,300}")
_LOOKS: Final = frozenset(
    {
        "style", "class", "fill", "stroke", "font-family", "font-style", "font-weight", "text-anchor",
        "version",
        "space",
        "preserveAspectRatio", "gradientUnits", "clip-path", "filter", "display", "visibility", "opacity",
        "rel", "type",
    }
)  # fmt: skip


class SvgWalk(Walk):
    """Keeps files out of ``data:`` addresses beside the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[UntrustedFile] = []

    def hidden_of(self, element: Element, parent: Element | None) -> str:
        """Return why what is in the element is not drawn."""
        name = element.name.lower()
        if name == "script":
            return "script"
        if name in {"title", "desc"}:
            return "alternative-text"
        if name == "style":
            return "markup-attribute"
        own = "not-displayed" if name in _UNDRAWN else hidden_by(_style_of(element))
        return own or (parent.hidden if parent is not None else "")

    def attribute(self, element: Element, name: str, value: str) -> None:
        """Take one attribute: files and links for themselves, geometry and looks not at all."""
        path = f"{element.path}/@{name}"
        short = name.rpartition(":")[2]
        if name.lower().startswith("on"):
            self.found(path, "script", "script", value)
        elif value[:16].lstrip().lower().startswith("data:"):
            seen = element.name == "image" and not element.hidden
            file = data_file(value, (path,), "" if seen else element.hidden or "embedded-file")
            if file is not None:
                self.files.append(file)
            else:
                self.found(path, "attribute", "markup-attribute", value)
        elif short in {"href", "src"}:
            self.found(path, "link", "link-address", value)
        elif not (_NUMBERS.fullmatch(value) or _FUNCTIONS.fullmatch(value)) and not (
            short in _LOOKS and _KEYWORDS.fullmatch(value)
        ):
            self.found(path, "attribute", "markup-attribute", value)


def _style_of(element: Element) -> dict[str, str]:
    style = {key: value.strip().lower() for key, value in element.attributes.items() if key in _DECIDING}
    style.update(declarations(element.attributes.get("style", "")))
    style.pop("color", None)  # what lies under a drawn text is not known here
    return style


_DECIDING: Final = frozenset({"display", "visibility", "opacity", "fill-opacity", "font-size"})
