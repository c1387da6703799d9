"""Finds names of persons in running text: by shape, lists, what stands before, and lines that hold little else.

One name in a text is nothing unusual: whoever publishes signs. So a name singles out by itself only in a list of
names; elsewhere it counts together with what else is said of the person (`amends.scan.text_screening`). Scripts
without capital letters (Arabic, Chinese, Hindi) are not searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from amends.scan.detecting import TextFinding
from amends.scan.person_names.gazetteer import folded, listed, ordinary_words
from amends.scan.person_names.telling import NOT_PERSONS, PARTICLES, WORD, told_of
from amends.vocabulary.personal import masked_sample

FEWEST_IN_A_LIST: Final = 5
"""Lines with hardly anything but a name; so many are a list of persons."""
_ORDERED: Final = 0.8
_TITLED: Final = 0.85
_STRONG: Final = 0.7
_GIVEN_FIRST: Final = 0.6
_PARTLY: Final = 0.55
_FEWEST_WORDS: Final = 2
_MOST_BESIDE: Final = 60
"""Characters that a line of a list may have beside the name."""
_UPPER: Final = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u0370-\u03ff\u0400-\u042f\u1e00-\u1eff"
_CAPITAL: Final = rf"[{_UPPER}](?:[^\W\d_]|['’-](?=[^\W\d_]))+"
_PARTICLE: Final = "(?:d[aeiou]s?|del|della|der|den|van|von|bin|ibn|ben|al|el|la|las|los|y|e)"
_CAPITALS: Final = re.compile(
    rf"[{_UPPER}](?:\.|(?:[^\W\d_]|['’-](?=[^\W\d_]))+)"
    rf"(?:,? {{1,2}}(?:{_PARTICLE} ){{0,2}}(?:{_CAPITAL}|[{_UPPER}]\.?(?![\w'’]))){{0,5}}(?![\w@/])"
)
"""Words with capitals one after the other, and what may stand between them in a name."""
_PIECE: Final = re.compile(r"[^\s,][^,]*")
_INSIDE: Final = frozenset("@.'’/-_")
_TITLES: Final = listed("titles")
_ANNOUNCEMENTS: Final = tuple(
    sorted(
        {
            *_TITLES,
            *(f"{title}." for title in _TITLES),
            "i'm",
            "dear",
            "hi",
            "hello",
            "called",
            "named",
            "name",
            "name:",
        }
        | {
            "my name is",
            "i am",
            "this is",
            "me llamo",
            "se llama",
            "nombre es",
            "ich bin",
            "je suis",
            "m'appelle",
        }
    )
)
_LONGEST_ANNOUNCEMENT: Final = 20
_FIRST_NO_NAME: Final = frozenset(
    {"san", "santa", "saint", "st", "los", "las", "el", "new", "the", "north", "south"}
)


class Named(NamedTuple):
    """A name in a text."""

    start: int
    end: int
    confidence: float
    why: str


class PersonNameDetector:
    """Finds names of persons in texts."""

    name = "person-names"

    def findings(self, texts: Sequence[str], *, apart: bool = False) -> Iterator[TextFinding]:
        """Yield one finding for each text that names somebody, ascending; none where they are ``apart``.

        The cells of a column are names together (`amends.scan.person_names.column`) or a name in a remark, which
        singles out nobody by itself.
        """
        if apart:
            return
        yield from of_names(texts, [(number, names_of(text)) for number, text in enumerate(texts)])


def of_names(texts: Sequence[str], named: Sequence[tuple[int, Sequence[Named]]]) -> Iterator[TextFinding]:
    """Yield a finding for each text in which names were found, ascending. ``named``: position of a text, its names."""
    listed = sum(_lines_of_names(texts[number], found) for number, found in named) >= FEWEST_IN_A_LIST
    for number, found in named:
        if not found:
            continue
        text = texts[number]
        surest = max(found, key=lambda one: one.confidence)
        in_list = listed and _lines_of_names(text, found) > 0
        yield TextFinding(
            text=number,
            kind="full-name",
            category="identity",
            identifying="direct" if in_list else "indirect",
            label_en="name",
            label_es="nombre completo",
            count=len(found),
            offset=found[0].start,
            confidence=surest.confidence,
            sample=masked_sample(text[found[0].start : found[0].end]),
            context="",
            reason="It is one of several lines that hold a name and little else." if in_list else surest.why,
        )


def names_of(text: str) -> list[Named]:
    """Return the names in a text, ascending, no two over one another."""
    found: list[Named] = []
    for match in _CAPITALS.finditer(text):
        start, end = match.span()
        before = text[start - 1 : start]
        if before in _INSIDE and before or before.isalnum():
            continue
        content = match[0]
        first, _, rest = content.partition(" ")
        titled = bool(rest) and first.lower() in _TITLES
        if titled:
            start, content = end - len(rest), rest
        titled = titled or _announced(text, start)
        found += _within(content, start, titled)
    return found


def _within(content: str, start: int, titled: bool) -> Iterator[Named]:
    """Yield the name that capitals are, or those between their commas: "Maria Lopez, Adams County"."""
    judged = _titled(content) if titled else None
    judged = judged or (_judged(content) if " " in content else None)
    if judged:
        yield Named(start, start + len(content), *judged)
        return
    for piece in _PIECE.finditer(content) if "," in content else ():
        judged = _judged(piece[0])
        if judged:
            yield Named(start + piece.start(), start + piece.end(), *judged)


def _announced(text: str, start: int) -> bool:
    """Say whether the words before a place announce a name: *Mrs*, *my name is*."""
    before = text[max(0, start - _LONGEST_ANNOUNCEMENT) : start]
    stripped = before.rstrip().lower()
    if len(stripped) == len(before) or not stripped.endswith(_ANNOUNCEMENTS):
        return False
    return any(
        stripped.endswith(words) and not stripped[: -len(words)][-1:].isalnum() for words in _ANNOUNCEMENTS
    )


def _titled(text: str) -> tuple[float, str] | None:
    words = tuple(WORD.findall(text))
    if not words or any(folded(word) in NOT_PERSONS for word in words) or not told_of(words).strength:
        return None
    return _TITLED, "What stands before it announces a name."


def _judged(text: str) -> tuple[float, str] | None:
    """Return how sure it is that words with capitals are a name, and why; None where they are none."""
    words = tuple(WORD.findall(text))
    if folded(words[0]) in _FIRST_NO_NAME:
        words = words[1:]
    whole = [word for word in words if len(word) > 1 and folded(word) not in PARTICLES]
    if len(words) < _FEWEST_WORDS or not whole or not _comma_fits(text):
        return None
    together, first = told_of(words), told_of(words[:1])
    if together.full:
        return (
            _ORDERED if together.strength > 1 else _STRONG
        ), "A given name and a family name stand together."
    if together.strength > 1 and (together.family or together.given):
        return _STRONG, "Several words that are names stand together."
    if len(whole) == 1 and together.family:
        return _STRONG, "An initial and a family name stand together."
    if together.partly:
        return _PARTLY, "One of the words is a name, and the others are no ordinary ones."
    if first.given and not any(map(_is_word, whole[1:])):
        return _GIVEN_FIRST, "A given name stands before a word that is no ordinary one."
    return None


def _comma_fits(text: str) -> bool:
    """Say whether there is no comma, or one between a family name and given names; others list firms or towns."""
    before, comma, after = text.partition(",")
    if not comma:
        return True
    return told_of(tuple(WORD.findall(after))).given and told_of(tuple(WORD.findall(before))).family


def _is_word(word: str) -> bool:
    plain = folded(word)
    return plain in ordinary_words() or plain in NOT_PERSONS


def _lines_of_names(text: str, found: Sequence[Named]) -> int:
    """Return how many lines hold a name and little else."""
    lines = 0
    for one in found:
        begin = text.rfind("\n", 0, one.start) + 1
        end = text.find("\n", one.end)
        end = len(text) if end < 0 else end
        before = text[begin : one.start].strip(" \t-*•·|\"'.)(0123456789#")
        lines += not before and end - one.end <= _MOST_BESIDE
    return lines
