"""Loads and proves the words of a notice: a folder per notice, a folder per language in it.

``notice.toml`` names the elements that the notice must contain and the fields that each element
must use; ``<language>/text.toml`` holds the words. A language that leaves out an element, leaves a
demanded field unused, or uses a placeholder that does not exist is refused when it is loaded, and
so can never be printed (R30).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from amends.vocabulary.errors import FaultError, UsageError

TEMPLATES_FOLDER: Final = Path(__file__).with_name("templates")
PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS: Final = frozenset(
    {
        "addressee",
        "person",
        "reference",
        "published_where",
        "disclosed_to",
        "exposed_from",
        "removed_at",
        "reported_at",
        "accessed_at",
        "duration",
        "reply_by",
        "hold_days",
        "organisation",
        "case_number",
    }
)
"""What may stand in braces in a text."""
LISTS: Final = frozenset(
    {"exposed_labels", "unknowns", "entitlements", "changes", "help", "assumption_reasons"}
)
"""What a ``list`` block may show."""
CONDITIONS: Final = PLACEHOLDERS | {"recipients_known", "person_also_told", "represented", "told_directly"}
"""What ``only_if`` and ``unless`` may ask about."""
STYLES: Final = frozenset({"paragraph", "key"})
_BLOCK_KEYS: Final = ({"text"}, {"items"}, {"list"}, {"contact"})


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list or table of contacts."""

    kind: str
    """``paragraph``, ``key`` (a paragraph that stands out), ``items``, ``list`` or ``contact``."""
    texts: tuple[str, ...]
    """Text with placeholders: one for a paragraph, several for items, the list's name for a list."""
    only_if: str = ""
    unless: str = ""

    def fields(self) -> frozenset[str]:
        """Return the fields of the letter that this block shows or asks about."""
        if self.kind == "contact":
            shown = {"contact"}
        elif self.kind == "list":
            shown = set(self.texts)
        else:
            shown = {name for text in self.texts for name in PLACEHOLDER.findall(text)}
        return frozenset(shown | ({self.only_if, self.unless} - {""}))


@dataclass(frozen=True, slots=True)
class Section:
    """One element of the notice under its heading."""

    element: str
    heading: str
    blocks: tuple[Block, ...]

    def fields(self) -> frozenset[str]:
        """Return the fields that the heading and the blocks use."""
        return frozenset(PLACEHOLDER.findall(self.heading)).union(*(block.fields() for block in self.blocks))


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """One notice in one language, proved complete."""

    notice: str
    language: str
    audience: str
    """``person``, ``representative``, ``tribunal``, ``recipient``; ``bearer`` for what a person may show to others."""
    receipt: bool
    """Whether the letter ends with an acknowledgement of receipt."""
    compact: bool
    """Whether it is to stand on one sheet, because it gets filed or shown."""
    elements: dict[str, frozenset[str]]
    """Element → fields that it demands."""
    optional: frozenset[str]
    """Demanded of the words, but a letter may have no value for them."""
    forbidden: frozenset[str]
    """Fields that a letter of this kind may not carry at all."""
    subject: str
    greeting: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    farewell: str

    def fields(self) -> frozenset[str]:
        """Return every field that the words use."""
        shown = set(PLACEHOLDER.findall(f"{self.subject}{self.greeting}{self.farewell}"))
        parts: tuple[Block | Section, ...] = (*self.opening, *self.sections)
        return frozenset(shown).union(*(part.fields() for part in parts))


def notices() -> tuple[str, ...]:
    """Return the names of all notices, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in TEMPLATES_FOLDER.glob("*/notice.toml")))


def languages_of(notice: str) -> tuple[str, ...]:
    """Return the languages that a notice is written in, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in TEMPLATES_FOLDER.glob(f"{notice}/*/text.toml")))


def best_language(notice: str, wanted: str, fallback: str = "en") -> str:
    """Return the language to write in for a person who reads ``wanted`` (BCP 47, such as ``es-419``).

    Falls back to ``fallback`` where the notice is not written in that language: whoever hands it
    over then needs an interpreter, and the caller can see it from the difference.
    """
    primary = wanted.strip().lower().replace("_", "-").split("-")[0]
    return primary if primary in languages_of(notice) else fallback


@cache
def load_template(notice: str, language: str) -> NoticeTemplate:
    """Return the notice in that language.

    Raises ``UsageError`` ``unknown-notice`` where there is no such folder, ``FaultError``
    ``template-invalid`` where its words do not fit its demands.
    """
    if notice not in notices() or language not in languages_of(notice):
        raise UsageError(
            "unknown-notice",
            "there is no such notice in that language",
            hint=f"Notices: {', '.join(notices())}. Add a folder with text.toml for another language.",
        )
    return read_template(TEMPLATES_FOLDER / notice, language)


def read_template(folder: Path, language: str) -> NoticeTemplate:
    """Read and prove the notice in ``folder``; raise ``FaultError`` ``template-invalid`` naming every flaw."""
    demands = tomllib.loads((folder / "notice.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((folder / language / "text.toml").read_text(encoding="utf-8"))
    template = NoticeTemplate(
        notice=folder.name,
        language=language,
        audience=demands["audience"],
        receipt=demands["receipt"],
        compact=demands.get("compact", False),
        elements={name: frozenset(fields) for name, fields in demands["elements"].items()},
        optional=frozenset(demands["optional"]),
        forbidden=frozenset(demands["forbidden"]),
        subject=words["subject"],
        greeting=words["greeting"],
        opening=tuple(_read_block(raw, folder) for raw in words["opening"]),
        sections=tuple(
            Section(
                raw["element"], raw["heading"], tuple(_read_block(block, folder) for block in raw["blocks"])
            )
            for raw in words["sections"]
        ),
        farewell=words["farewell"],
    )
    flaws = list(flaws_of(template))
    if flaws:
        raise _invalid("; ".join(flaws), folder, language)
    return template


def flaws_of(template: NoticeTemplate) -> Iterator[str]:
    """Yield what is wrong with the words of a notice, in words."""
    if "addressee" not in PLACEHOLDER.findall(template.greeting):
        yield "the greeting does not name the addressee"
    present = [section.element for section in template.sections]
    for element in sorted(set(template.elements) - set(present)):
        yield f"the element {element} is missing"
    for element in sorted(set(present) - set(template.elements)):
        yield f"the element {element} is not one that the notice knows"
    for element in sorted({name for name in present if present.count(name) > 1}):
        yield f"the element {element} stands there twice"
    for section in template.sections:
        for field in sorted(template.elements.get(section.element, frozenset()) - section.fields()):
            yield f"the element {section.element} does not use {field}"
    known = PLACEHOLDERS | LISTS | CONDITIONS | {"contact"}
    for field in sorted(template.fields() - known):
        yield f"the placeholder {field} is not known"
    for field in sorted(template.fields() & template.forbidden):
        yield f"the field {field} is forbidden in this notice"
    stray = PLACEHOLDER.sub("", _all_text(template))
    if "{" in stray or "}" in stray:
        yield "a brace belongs to no placeholder"


def _read_block(raw: dict[str, Any], folder: Path) -> Block:
    only_if, unless = raw.get("only_if", ""), raw.get("unless", "")
    style = raw.get("style", "paragraph")
    shape = raw.keys() - {"only_if", "unless", "style"}
    if shape not in _BLOCK_KEYS or style not in STYLES:
        raise _invalid("a block is of no known kind or style", folder, "")
    if "text" in raw:
        return Block(style, (raw["text"],), only_if, unless)
    if "items" in raw:
        return Block("items", tuple(raw["items"]), only_if, unless)
    if "list" in raw:
        return Block("list", (raw["list"],), only_if, unless)
    return Block("contact", (), only_if, unless)


def _all_text(template: NoticeTemplate) -> str:
    blocks = [*template.opening, *(block for section in template.sections for block in section.blocks)]
    texts = [text for block in blocks for text in block.texts]
    headings = [section.heading for section in template.sections]
    return "\n".join([template.subject, template.greeting, template.farewell, *headings, *texts])


def _invalid(flaw: str, folder: Path, language: str) -> FaultError:
    return FaultError(
        "template-invalid",
        f"a notice template is not fit to print: {flaw}",
        hint="Mend text.toml or notice.toml; tests/contracts/templates checks every folder.",
        where=f"{folder.name}/{language}",
    )
