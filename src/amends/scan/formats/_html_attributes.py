"""What an attribute of a page's tag holds: a link, a form's value, a description, a name, a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._text import part
from amends.scan.formats.interface import UntrustedPart

_LINKS: Final = frozenset(
    [
        "href",
        "src",
        "action",
        "formaction",
        "background",
        "cite",
        "data",
        "longdesc",
        "poster",
        "srcset",
        "usemap",
        "ping",
        "manifest",
        "codebase",
    ]
)
_DESCRIPTIONS: Final = frozenset(
    {"alt", "title", "aria-label", "aria-description", "summary", "label", "placeholder"}
)
_LOOKS: Final = frozenset(
    [
        "style",
        "class",
        "width",
        "height",
        "border",
        "cellpadding",
        "cellspacing",
        "align",
        "valign",
        "bgcolor",
        "color",
        "size",
        "face",
        "type",
        "rel",
        "lang",
        "dir",
        "tabindex",
        "role",
        "target",
        "method",
        "enctype",
        "colspan",
        "rowspan",
        "hspace",
        "vspace",
        "nowrap",
        "link",
        "vlink",
        "alink",
        "text",
        "marginheight",
        "marginwidth",
        "leftmargin",
        "topmargin",
        "rightmargin",
        "bottommargin",
        "scrolling",
        "frameborder",
        "charset",
        "http-equiv",
        "media",
        "xmlns",
        "hidden",
        "clear",
        "start",
        "rules",
        "frame",
        "shape",
        "coords",
        "span",
        "scope",
        "checked",
        "selected",
        "disabled",
        "rows",
        "cols",
        "maxlength",
        "loading",
        "decoding",
        "async",
        "defer",
        "crossorigin",
        "integrity",
        "xml:lang",
        "version",
        "property",
        "name",
        "id",
    ]
)
_TOKENS: Final = re.compile(r"[\w\s.,:;#%()/+'\"&=!*-]{0,200}")
_LONG_NUMBER: Final = re.compile(r"\d{6}")


def attribute_piece(
    tag: str, name: str, value: str, attributes: dict[str, str], where: tuple[str, ...]
) -> Iterator[UntrustedPart]:
    """Yield the piece that an attribute is, or nothing where it says only how the page looks."""
    if name in _DESCRIPTIONS:
        yield from part(
            where, "description", "alternative-text" if name == "alt" else "markup-attribute", value
        )
    elif name in _LINKS:
        yield from part(where, "link", "link-address", value)
    elif name.startswith("on"):
        yield from part(where, "script", "script", value)
    elif tag == "meta" and name == "content":
        about = attributes.get("name") or attributes.get("property") or attributes.get("http-equiv") or ""
        yield from part(where, "metadata", "not-displayed", f"{about}: {value}" if about else value)
    elif name == "value" and tag in {"input", "option", "button", "data", "li", "param", "meter", "progress"}:
        yield from part(where, "value", "form-default", value)
    elif (
        name not in _LOOKS
        or not _TOKENS.fullmatch(value)
        or (_LONG_NUMBER.search(value) and "#" not in value)
    ):
        yield from part(where, "attribute", "markup-attribute", value)
