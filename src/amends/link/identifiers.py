"""Identifiers as numbers: what is left of them when a spreadsheet has done its worst.

``A012345678``, ``012-345-678`` and ``12345678`` (a number cell that lost its zero) are one identifier. The
digits without leading zeros are its core; letters are kept aside, so that they can still contradict each
other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.link.dates import as_text
from amends.link.vocabulary_of_names import stable_hashes

MISSING: Final = np.int64(-1)
FEWEST_DIGITS: Final = 4
MOST_DIGITS: Final = 18
"""Largest number of digits that always fits a signed 64-bit integer."""


@dataclass(frozen=True, slots=True)
class IdentifierColumn:
    """One identifier per person."""

    cores: NDArray[np.int64]
    """Digits without leading zeros; where there are too few or too many digits, a negative stable hash of
    the whole identifier (compared for equality only); `MISSING` where there is none."""
    digits: NDArray[np.int8]
    """Number of digits as written, leading zeros included; 0 where the core is a hash."""
    letters: NDArray[np.uint64]
    """Stable hash of the letters; 0 where there are none."""


def read_identifiers(values: pa.Array) -> IdentifierColumn:
    """Return the identifiers of a column of text or numbers; spaces, dashes and dots do not count."""
    plain = pc.utf8_upper(pc.fill_null(as_text(values), ""))
    plain = pc.replace_substring_regex(plain, pattern=r"\.0$", replacement="")
    plain = pc.replace_substring_regex(plain, pattern=r"[^0-9A-Z]+", replacement="")
    digits = pc.replace_substring_regex(plain, pattern=r"[A-Z]+", replacement="")
    counts = pc.utf8_length(digits).to_numpy(zero_copy_only=False).astype(np.int16)
    present = pc.utf8_length(plain).to_numpy(zero_copy_only=False) > 0
    numeric = (counts >= FEWEST_DIGITS) & (counts <= MOST_DIGITS)
    castable = pc.if_else(pa.array(numeric), digits, "0")
    cores = pc.cast(castable, pa.int64()).to_numpy(zero_copy_only=False).copy()
    # All zeros is a filler, not an identifier: it would agree with every other filler.
    present &= ~(numeric & (cores == 0))
    hashed = present & ~numeric
    cores[~present] = MISSING
    cores[hashed] = _hashed(plain.filter(pa.array(hashed)))
    letters = _hash_of_letters(pc.replace_substring_regex(plain, pattern=r"[0-9]+", replacement=""))
    return IdentifierColumn(cores, np.where(numeric & present, counts, 0).astype(np.int8), letters)


def _hashed(texts: pa.Array) -> NDArray[np.int64]:
    encoded = texts.dictionary_encode()
    hashes = stable_hashes(encoded.dictionary.to_pylist()) >> np.uint64(2)
    numbers: NDArray[np.int64] = -hashes.astype(np.int64) - 2
    return numbers[_codes(encoded)]


def _hash_of_letters(texts: pa.Array) -> NDArray[np.uint64]:
    encoded = texts.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    hashes = stable_hashes(words)
    hashes[[index for index, word in enumerate(words) if not word]] = 0
    return hashes[_codes(encoded)]


def _codes(encoded: pa.DictionaryArray) -> NDArray[np.int32]:
    codes: NDArray[np.int32] = encoded.indices.to_numpy(zero_copy_only=False)
    return codes


def near_cores(cores: NDArray[np.int64], width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every core one slip away, with the index of the core that it came from.

    Slips: one digit replaced, two neighbours exchanged, one digit left out, one digit too many. ``width``
    is the number of digits of a full identifier, so that a slip in a leading zero is found too. Only the
    leaked side, which is small, is varied: 9 digits give 81 + 8 + 9 + 100 variants, and the registry needs
    one look-up each.
    """
    origins = np.flatnonzero(cores >= 0)
    base = cores[origins]
    variants = [*_replaced(base, width), *_exchanged(base, width), *_shortened(base, width)]
    variants += _lengthened(base, width)
    found = np.concatenate(variants) if variants else np.empty(0, dtype=np.int64)
    of = np.tile(origins, len(variants))
    different = (found != cores[of]) & (found > 0)
    return found[different], of[different]


def one_slip_apart(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two positive cores are one slip apart: the relation that `near_cores` lists."""
    result = np.zeros(len(left), dtype=np.bool_)
    width = len(str(int(max(left.max(initial=0), right.max(initial=0)))))
    for place in range(width):
        low = 10**place
        above = left // (low * 10) == right // (low * 10)
        below = left % low == right % low
        result |= above & below
        for longer, shorter in ((left, right), (right, left)):
            result |= longer // (low * 10) * low + longer % low == shorter
        if place + 1 < width:
            pair = left // low % 100, right // low % 100
            exchanged = pair[0] // 10 + pair[0] % 10 * 10 == pair[1]
            result |= exchanged & below & (left // (low * 100) == right // (low * 100))
    result &= left != right
    return result


def _replaced(base: NDArray[np.int64], width: int) -> list[NDArray[np.int64]]:
    powers = [10**place for place in range(width)]
    return [base + (digit - base // power % 10) * power for power in powers for digit in range(10)]


def _exchanged(base: NDArray[np.int64], width: int) -> list[NDArray[np.int64]]:
    result = []
    for place in range(width - 1):
        low = 10**place
        right, left = base // low % 10, base // (low * 10) % 10
        result.append(base + (left - right) * low + (right - left) * low * 10)
    return result


def _shortened(base: NDArray[np.int64], width: int) -> list[NDArray[np.int64]]:
    return [base // (10 ** (place + 1)) * 10**place + base % 10**place for place in range(width)]


def _lengthened(base: NDArray[np.int64], width: int) -> list[NDArray[np.int64]]:
    if width >= MOST_DIGITS:
        return []
    powers = [10**place for place in range(width)]
    return [(base // power * 10 + digit) * power + base % power for power in powers for digit in range(10)]
