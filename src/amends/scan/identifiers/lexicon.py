"""The words that say what a number beside them is, as both engines look for them.

In a phrase, the spaces stand for spaces, hyphens, underscores or line ends, all of one kind, so that ``date of birth``
is found in ``date_of_birth``. A word with a capital (``SIN``, ``A-Number``) counts only as it is written: in small
letters it is another word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from amends.scan.identifiers.text_rules import TextRule

JOINTS: Final = b" _-\n"
_FLAT: Final = bytes(0x20 if byte in JOINTS else byte for byte in range(256))
_ACCENTED: Final = b"\xc3"
"""First byte of the accented letters of Latin-1 in UTF-8."""


@dataclass(frozen=True, slots=True)
class Word:
    """One spelling of a word or phrase."""

    spelling: bytes
    """In UTF-8, spaces for joints."""
    as_written: bool
    """Whether capitals matter."""
    rules: tuple[int, ...]
    """Positions of the rules that it speaks for."""


WordHit = tuple[int, int, tuple[int, ...]]
"""A word that stands in a text: start, end, positions of its rules. A bare tuple, for there are many."""


def lexicon_of(rules: Sequence[TextRule]) -> tuple[Word, ...]:
    """Return every spelling of every word of the rules, in a stable order."""
    found: dict[tuple[bytes, bool], set[int]] = {}
    for position, rule in enumerate(rules):
        for listed in rule.words.values():
            for word in listed:
                for spelling in _spellings(word):
                    found.setdefault(spelling, set()).add(position)
    return tuple(Word(*spelling, tuple(sorted(found[spelling]))) for spelling in sorted(found))


def flattened(data: bytes) -> bytes:
    """Return a text of the same length with every joint as a space."""
    return data.translate(_FLAT)


def stands_alone(data: bytes, start: int, end: int) -> bool:
    """Say whether what stands there is a word, or its plural, and no piece of a longer one."""
    if start and (data[start - 1 : start].isalnum() or data[start - 2 : start - 1] == _ACCENTED):
        # What begins with a sign (``<<<``) has no border before it.
        return not (data[start : start + 1].isalnum() or data[start] >= 0x80)
    behind = data[end : end + 1]
    if behind in {b"s", b"S"}:
        behind = data[end + 1 : end + 2]
    return not (behind.isalnum() or behind == _ACCENTED) or not (
        data[end - 1 : end].isalnum() or data[end - 1] >= 0x80
    )


def one_joint(written: bytes) -> bool:
    """Say whether the joints of a phrase are all of one kind."""
    return sum(joint in written for joint in JOINTS) <= 1


def _spellings(word: str) -> Iterator[tuple[bytes, bool]]:
    spaced = word.replace("-", " ").replace("_", " ")
    as_written = spaced != spaced.lower()
    for text in {spaced, _plain(spaced)}:
        if as_written:
            if text == spaced:  # an acronym without its accents is another one
                yield text.encode(), True
        elif text.isascii():
            yield text.encode(), False
        else:  # bytes fold only ASCII letters, so both cases of an accented one are spelt out
            yield text.encode(), False
            yield _accents_raised(text).encode(), False


def _accents_raised(text: str) -> str:
    return "".join(letter if letter.isascii() else letter.upper() for letter in text)


def _plain(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
