"""What little of CSS says whether a text is seen: inline styles, and rules for one class, name or tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_DECLARATION: Final = re.compile(r"([a-z-]{2,40})\s{0,20}:\s{0,20}([^;]{1,300})", re.IGNORECASE)
_BRACE: Final = re.compile(r"[{}]")
_IMPORT: Final = re.compile(r"@import\b", re.IGNORECASE)
_SIMPLE: Final = re.compile(r"(?:[a-z][a-z0-9]*|\*)?(?:[.#][\w-]+)?", re.IGNORECASE)
_WHITE: Final = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "hsl(0,0%,100%)", "transparent"})
_LENGTH: Final = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%)?")
_TINY_POINTS: Final = 2.0
_FAR: Final = -900
_MOST_RULES: Final = 5_000
_LONGEST_RULE: Final = 5_000


def declarations(style: str) -> dict[str, str]:
    """Return property → value of a style, both lower case, without blanks inside the value of a colour."""
    return {
        name.lower(): value.lower().replace("!important", "").strip()
        for name, value in _DECLARATION.findall(style)
    }


def hidden_by(style: dict[str, str]) -> str:
    """Return the kind of hiding that a style makes, or the empty string."""
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
        return "not-displayed"
    for opacity in ("opacity", "fill-opacity"):
        if style.get(opacity, "1").rstrip("%").strip("0.") == "" and style.get(opacity, "1") != "1":
            return "not-displayed"
    for offset in ("left", "top", "text-indent", "margin-left"):
        length = _LENGTH.fullmatch(style.get(offset, ""))
        if length is not None and length[2] != "%" and float(length[1]) <= _FAR:
            return "not-displayed"
    size = _LENGTH.fullmatch(style.get("font-size", ""))
    if size is not None:
        factor = {"px": 0.75, "em": 11.0, "rem": 11.0, "%": 0.11}.get(size[2] or "px", 1.0)
        if float(size[1]) * factor < _TINY_POINTS:
            return "tiny-text"
    colour = style.get("color", "").replace(" ", "")
    background = (style.get("background-color") or style.get("background") or "").replace(" ", "")
    if colour and (colour == background or (not background and colour in _WHITE)):
        return "background-coloured-text"
    return ""


def rules_that_hide(sheet: str) -> dict[str, str]:
    """Return simple selector (``p``, ``.note``, ``p.note``, ``#id``) → kind of hiding.

    Rules inside ``@media`` and the like hold under conditions that nobody knows here; they are passed over.
    """
    found: dict[str, str] = {}
    for number, (selectors, body) in enumerate(_rules(_without_comments(sheet))):
        if number > _MOST_RULES:
            break
        hidden = hidden_by(declarations(body[:_LONGEST_RULE]))
        for selector in selectors[:_LONGEST_RULE].split(",") if hidden else ():
            name = selector.strip().lower()
            if name and _SIMPLE.fullmatch(name):
                found[name] = hidden
    return found


def imports_of(sheet: str) -> int:
    """Return how many other style sheets a style sheet takes its rules from."""
    return len(_IMPORT.findall(_without_comments(sheet)))


def _without_comments(sheet: str) -> str:
    """A pattern would look for the end of each comment that has none again and again."""
    kept: list[str] = []
    at = 0
    while (begin := sheet.find("/*", at)) >= 0:
        kept.append(sheet[at:begin])
        end = sheet.find("*/", begin + 2)
        if end < 0:
            return " ".join(kept)
        at = end + 2
    return " ".join((*kept, sheet[at:]))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and body of each rule that stands in no other block, in one pass over the braces."""
    depth = start = 0
    selectors = ""
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            depth += 1
            if depth == 1:
                selectors = sheet[start : brace.start()].rpartition(";")[2].strip()
                start = brace.end()
        elif depth:
            depth -= 1
            if depth == 0:
                if not selectors.startswith("@"):
                    yield selectors, sheet[start : brace.start()]
                start = brace.end()
