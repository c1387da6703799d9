"""The words that say what a number beside them is, as both engines look for them.

In a word, a space stands for a space, a hyphen, an underscore or a line end, so that ``date of birth`` is found
in ``date_of_birth`` and across a wrapped line. A word in capitals (``SIN``) counts only in capitals: in small
letters it is a word of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from amends.scan.identifiers.text_rules import TextRule

_JOINTS: Final = b" _-\n"
_FLAT: Final = bytes(0x20 if byte in _JOINTS else byte for byte in range(256))
_LETTERS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_ACCENTED: Final = 0xC3
"""First byte of the accented letters of Latin-1 in UTF-8."""


@dataclass(frozen=True, slots=True)
class Word:
    """One spelling of a word or phrase."""

    spelling: bytes
    """In UTF-8, spaces for joints; in small letters where capitals do not matter."""
    as_written: bool
    """Whether only capitals count."""
    rules: tuple[int, ...]
    """Positions of the rules that it speaks for."""


@dataclass(frozen=True, slots=True)
class WordHit:
    """A word that stands in a text."""

    start: int
    end: int
    rules: tuple[int, ...] = field(repr=False)


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
    if start and (data[start - 1] in _LETTERS or (start > 1 and data[start - 2] == _ACCENTED)):
        return False
    if data[end : end + 1] in {b"s", b"S"}:
        end += 1
    behind = data[end : end + 1]
    return not behind or (behind[0] not in _LETTERS and behind[0] != _ACCENTED)


def _spellings(word: str) -> Iterator[tuple[bytes, bool]]:
    spaced = word.replace("-", " ").replace("_", " ")
    as_written = spaced.isupper()
    for text in {spaced, _plain(spaced)}:
        if text.isascii():
            yield (text if as_written else text.lower()).encode(), as_written
        else:  # bytes fold only ASCII letters, so both cases of an accented one are spelt out
            yield text.lower().encode(), False
            yield _accents_raised(text.lower()).encode(), False


def _accents_raised(text: str) -> str:
    return "".join(letter if letter.isascii() else letter.upper() for letter in text)


def _plain(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
