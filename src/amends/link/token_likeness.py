"""How alike two name tokens are: equal, one slip away, same sound, merely alike, or not at all.

The costly string distances are taken once per distinct pair of tokens, and only where letters and length
leave room for likeness.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from amends.link.vocabulary_of_names import TokenTable

NOT_ALIKE: Final = 0
EQUAL: Final = 1
SLIP: Final = 2
"""One letter wrong, missing, added, or two neighbours exchanged; two slips in words of eight letters or
more."""
SOUND: Final = 3
"""Same consonant skeleton: another romanisation of the same name, or its short form."""
ALIKE: Final = 4
"""Jaro-Winkler similarity of at least 0.88 between words of four letters or more."""

_SHORTEST: Final = 3
_LONG: Final = 8
_MOST_BITS: Final = 4
_MOST_LENGTH: Final = 2
_ALIKE_FROM: Final = 0.88
_SOUND_FROM: Final = 0.65
_SHORT_FORM: Final = 4


def likeness(own: NDArray[np.int32], their: NDArray[np.int32], tokens: TokenTable) -> NDArray[np.int8]:
    """Return the level of every token of ``own`` (pairs, L) against every token of ``their`` (pairs, R).

    Both are padded with -1. Shape of the result: (pairs, L, R).
    """
    left, right = own[:, :, None], their[:, None, :]
    levels = np.zeros(np.broadcast_shapes(left.shape, right.shape), dtype=np.int8)
    equal = (left == right) & (left >= 0)
    levels[equal] = EQUAL
    open_left = (own >= 0) & ~equal.any(axis=2)
    open_right = (their >= 0) & ~equal.any(axis=1)
    where = np.nonzero(open_left[:, :, None] & open_right[:, None, :])
    one, other = own[where[0], where[1]], their[where[0], where[2]]
    possible = _possible(one, other, tokens)
    where = tuple(axis[possible] for axis in where)
    packed = (one[possible].astype(np.int64) << 32) | other[possible]
    distinct, positions = np.unique(packed, return_inverse=True)
    known = token_levels((distinct >> 32).astype(np.int32), (distinct & 0xFFFFFFFF).astype(np.int32), tokens)
    levels[where] = known[positions]
    return levels


def _possible(one: NDArray[np.int32], other: NDArray[np.int32], tokens: TokenTable) -> NDArray[np.bool_]:
    same_sound = tokens.sounds[one] == tokens.sounds[other]
    lengths = tokens.lengths[one], tokens.lengths[other]
    near_length = np.abs(lengths[0] - lengths[1]) <= _MOST_LENGTH
    near_letters = np.bitwise_count(tokens.letters[one] ^ tokens.letters[other]) <= _MOST_BITS
    long_enough = np.minimum(*lengths) >= _SHORTEST
    same_start = (tokens.initials[one] == tokens.initials[other]) & (np.minimum(*lengths) >= _SHORT_FORM)
    possible: NDArray[np.bool_] = same_sound | (long_enough & near_letters & near_length) | same_start
    return possible


def token_levels(one: NDArray[np.int32], other: NDArray[np.int32], tokens: TokenTable) -> NDArray[np.int8]:
    """Return the level of each pair of distinct, unequal tokens."""
    if not len(one):
        return np.empty(0, dtype=np.int8)
    left, right = tokens.texts[one], tokens.texts[other]
    edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=-1)
    alike = cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float32, workers=-1)
    shorter = np.minimum(tokens.lengths[one], tokens.lengths[other])
    same_sound = tokens.sounds[one] == tokens.sounds[other]
    result = np.zeros(len(one), dtype=np.int8)
    result[(alike >= _ALIKE_FROM) & (shorter >= _SHORT_FORM)] = ALIKE
    short_form = tokens.short_forms[one] | tokens.short_forms[other]
    result[same_sound & ((alike >= _SOUND_FROM) | short_form)] = SOUND
    result[((edits <= 1) & (shorter >= _SHORTEST)) | ((edits <= 2) & (shorter >= _LONG))] = SLIP  # noqa: PLR2004
    return result
