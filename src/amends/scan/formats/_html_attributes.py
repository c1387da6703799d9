"""What an attribute of a page's tag holds: a link, a form's value, a description, a name, a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._text import part
from amends.scan.formats.interface import UntrustedPart

_LINKS: Final = frozenset({
    "href", "src", "action", "formaction", "background", "cite", "data", "longdesc", "poster", "srcset",
    "usemap", "ping", "manifest", "codebase",
})  # fmt: skip
_DESCRIPTIONS: Final = frozenset(
    {"alt", "title", "aria-label", "aria-description", "summary", "label", "placeholder"}
)
_LOOKS: Final = frozenset({
    "style", "class", "width", "height", "border", "cellpadding", "cellspacing", "align", "valign",
    "bgcolor", "color", "size", "face", "type", "rel", "lang", "dir", "tabindex", "role", "target",
    "method", "enctype", "colspan", "rowspan", "hspace", "vspace", "nowrap", "link", "vlink", "alink",
    "text", "marginheight", "marginwidth", "leftmargin", "topmargin", "rightmargin", "bottommargin",
    "scrolling", "frameborder", "charset", "http-equiv", "media", "xmlns", "hidden", "clear", "start",
    "rules", "frame", "shape", "coords", "span", "scope", "checked", "selected", "disabled", "rows",
    "cols", "maxlength", "loading", "decoding", "async", "defer", "crossorigin", "integrity", "xml:lang",
    "version", "property", "name", "id",
})  # fmt: skip
_BARE: Final = frozenset({
    "allowfullscreen", "async", "autofocus", "autoplay", "checked", "compact", "controls", "crossorigin",
    "declare", "default", "defer", "disabled", "download", "formnovalidate", "hidden", "inert", "ismap",
    "itemscope", "loop", "multiple", "muted", "nohref", "nomodule", "noresize", "noshade", "novalidate",
    "nowrap", "open", "playsinline", "readonly", "required", "reversed", "selected",
})  # fmt: skip
"""Attributes that say something by being there (HTML living standard, 2.3.2)."""
_KNOWN_TAG: Final = re.compile(r"[a-z][a-z0-9]{0,14}(?:[:-][a-z0-9]{1,20}){0,4}")
_TOKENS: Final = re.compile(r"[\w\s.,:;#%()/+'\"&=!*-]{0,200}")
_LONG_NUMBER: Final = re.compile(r"\d{6}")


def is_style_sheet(attributes: dict[str, str]) -> bool:
    """Say whether a ``link`` takes rules for the screen from another file."""
    relations = attributes.get("rel", "").lower().split()
    medium = attributes.get("media", "all").strip().lower()
    return "stylesheet" in relations and "alternate" not in relations and medium != "print"


def odd_names(tag: str, attributes: dict[str, str], where: tuple[str, ...]) -> Iterator[UntrustedPart]:
    """Yield what stands where a tag or an attribute has its name and is none: browsers pass over it."""
    odd = [
        name
        for name, value in attributes.items()
        if (not value and name not in _BARE and name not in _LOOKS and name not in _DESCRIPTIONS
            and name not in _LINKS and not name.startswith(("data-", "aria-", "on", "xmlns")))
        or _LONG_NUMBER.search(name)
    ]  # fmt: skip
    if _KNOWN_TAG.fullmatch(tag) is None or _LONG_NUMBER.search(tag):
        odd.insert(0, tag)
    yield from part(where, "attribute", "markup-attribute", " ".join(odd))


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
