"""Says of a few words whether they are a person's name, by the lists and by the order in which names stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from amends.scan.person_names.gazetteer import family_names, folded, given_names, listed, ordinary_words

WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
PARTICLES: Final = listed("particles")
"""Words within names that are none by themselves; most are written small."""
NOT_PERSONS: Final = listed("places")
"""Words beside which a name names a place, a body or a day."""
_MOST_WORDS: Final = 6


class Told(NamedTuple):
    """What some words are."""

    full: bool
    """A given name and a family name."""
    given: bool
    """All of them can be given names."""
    family: bool
    """All of them can be family names."""
    partly: bool
    """Several words, one of them a name; the others are in no list, of words neither."""
    strength: int
    """How many of the words are names and no ordinary words; 0 where it is no name."""


NOTHING: Final = Told(False, False, False, False, 0)


def told(text: str) -> Told:
    """Say what a whole value is: ``Lopez Garcia, Maria`` a full name, ``Nguyen`` a family name."""
    return told_of(tuple(WORD.findall(text)))


@lru_cache(maxsize=4096)
def told_of(words: tuple[str, ...]) -> Told:
    """Say what words are together, in whichever order a country writes them."""
    if not 1 <= len(words) <= _MOST_WORDS:
        return NOTHING
    plain = [folded(word) for word in words]
    if any(word in NOT_PERSONS for word in plain):
        return NOTHING
    named = [word for word in plain if len(word) > 1 and word not in PARTICLES]
    given = [word in given_names() for word in named]
    family = [word in family_names() for word in named]
    strength = sum(
        (is_given or is_family) and word not in ordinary_words()
        for word, is_given, is_family in zip(named, given, family, strict=True)
    )
    if not strength:
        return NOTHING
    several = len(named) > 1
    partly = several and all(word not in ordinary_words() for word in named)
    return Told(several and _in_order(given, family), all(given), all(family), partly, strength)


def _in_order(given: Sequence[bool], family: Sequence[bool]) -> bool:
    """A given name at one end and a family name at the other; what stands between may be either or neither."""
    return (given[0] and family[-1]) or (given[-1] and family[0])
