"""Loads the phrases that imply membership, one file a language, and finds them in a sentence."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from amends.vocabulary.errors import FaultError

_FOLDER: Final = Path(__file__).with_name("phrases")
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")
_FIELDS: Final = frozenset({"name", "label", "says", "pattern", "examples", "counter_examples"})
_QUOTES: Final = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "\u00ad": ""}
)
_BLANKS: Final = re.compile(r"\s+")
_PAUSES: Final = re.compile(r"[,:()\[\]\"«»“”]+(?=\s|$)|(?<!\S)[(\[\"«“]+")
"""Marks between words. Between digits they are part of a number."""


class Says(StrEnum):
    """What a phrase says by itself."""

    MEMBERSHIP = "membership"
    """That somebody was in an incident; not who."""
    REFERENCE = "reference"
    """It points at particular people, or at a list of them."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say it."""

    name: str
    language: str
    """BCP 47 tag."""
    label: str
    """The phrase in its plainest form, which is shown in place of what the text said."""
    says: Says
    pattern: re.Pattern[str] = field(repr=False)
    """Over `folded` text."""
    examples: tuple[str, ...] = field(repr=False)
    counter_examples: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Language:
    """The phrases of one language."""

    tag: str
    anchors: tuple[str, ...]
    """Without one of these no text of this language speaks of an incident."""
    incident: re.Pattern[str]
    """A word for an incident; alone it says nothing of anybody."""
    phrases: tuple[Phrase, ...]


def folded(text: str) -> str:
    """Return text as phrases are matched: lower case, no accents, one blank between words, no commas or brackets.

    >>> folded("Información  (de\\n«ÉL»), 6,200")
    'informacion de el 6,200'
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_QUOTES))
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(
            _QUOTES
        )
    return _BLANKS.sub(" ", _PAUSES.sub("", text.casefold())).strip()


@cache
def languages() -> tuple[Language, ...]:
    """Return every language there are phrases for. Raises `FaultError` ``phrase-invalid``."""
    return tuple(_language(file) for file in sorted(_FOLDER.glob("*.toml")))


@cache
def anchors() -> tuple[str, ...]:
    """Return the anchors of all languages, without those in which another one stands."""
    every = dict.fromkeys(anchor for language in languages() for anchor in language.anchors)
    return tuple(one for one in every if not any(other != one and other in one for other in every))


def check_examples(language: Language) -> None:
    """Raise `FaultError` ``phrase-invalid`` where an example is not found, has no anchor, or a counter-example is."""
    for phrase in language.phrases:
        for example in phrase.examples:
            text = folded(example)
            if not phrase.pattern.search(text):
                raise _invalid(language.tag, f"'{phrase.name}' does not find its example '{example}'")
            written = unicodedata.normalize("NFKC", example).lower()
            if phrase.says is not Says.REFERENCE and not any(
                anchor in written for anchor in language.anchors
            ):
                raise _invalid(language.tag, f"no anchor is in the example '{example}' of '{phrase.name}'")
        for example in phrase.counter_examples:
            if phrase.pattern.search(folded(example)):
                raise _invalid(language.tag, f"'{phrase.name}' finds its counter-example '{example}'")


def _language(file: Path) -> Language:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    words: dict[str, str] = content["words"]
    phrases = tuple(_phrase(entry, file.stem, words) for entry in content["rule"])
    return Language(file.stem, tuple(content["anchors"]), _compiled("{incident}", words, file.stem), phrases)


def _phrase(entry: dict[str, Any], language: str, words: dict[str, str]) -> Phrase:
    if set(entry) != _FIELDS or not entry["examples"] or not entry["counter_examples"]:
        raise _invalid(language, f"a rule must say {', '.join(sorted(_FIELDS))}, and nothing else")
    if entry["says"] not in list(Says):
        raise _invalid(language, f"'{entry['name']}' must say one of {', '.join(Says)}")
    return Phrase(
        name=entry["name"],
        language=language,
        label=entry["label"],
        says=Says(entry["says"]),
        pattern=_compiled(entry["pattern"], words, language),
        examples=tuple(entry["examples"]),
        counter_examples=tuple(entry["counter_examples"]),
    )


def _compiled(pattern: str, words: dict[str, str], language: str) -> re.Pattern[str]:
    try:
        return re.compile(_SLOT.sub(lambda slot: words[slot[1]], pattern))
    except (re.error, KeyError):
        raise _invalid(
            language, "a pattern is no regular expression, or names a list of words there is not"
        ) from None


def _invalid(language: str, what: str) -> FaultError:
    return FaultError(
        "phrase-invalid",
        f"the phrases that imply membership cannot be used: {what}",
        hint="mend the rule; it is part of the program",
        where=f"scan/implied_membership/phrases/{language}.toml",
    )
