"""Bytes of a block read eight at a time, at many places at once: whole numbers, and raw values as strings.

A word is eight bytes as one number, the first byte lowest; the arithmetic on all bytes of a word at once is that of
H. S. Warren, "Hacker's Delight", chapter 6 ("find first 0-byte").
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Objects = npt.NDArray[Any]

WORD: Final = 8
LONGEST_NUMBER: Final = 23
"""Longer values are not read as numbers here: three words hold so many bytes and a blank behind them."""
_BEHIND: Final = 128
"""Zeros behind a block: a word that begins in it never ends beyond."""


_BLANK: Final = 0x20
_LAST_ASCII: Final = 0x7E
_BUT_BIT_1: Final = 0xFD


def _filled(byte: int) -> int:
    return int.from_bytes(bytes((byte,)) * WORD, "little")


_ZEROS: Final = _filled(0x30)
_QUOTES: Final = _filled(0x22)
_ONES: Final = _filled(1)
_HIGHS: Final = _filled(0x80)
_ABOVE_NINE: Final = _filled(0x80 - 0x3A)
_TENS: Final = np.uint64(10)
_PAIRS: Final = np.uint64(0x000000FF000000FF)
_MILLIONS: Final = np.uint64(100 + (1_000_000 << 32))
_THOUSANDS: Final = np.uint64(1 + (10_000 << 32))
FIRST: Final[Words] = np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], np.uint64)
"""By a count: the word whose first ``count`` bytes are all ones."""
_BLANKS: Final[Words] = np.array(
    [_filled(0x20) & ~((1 << 8 * count) - 1) for count in range(WORD + 1)], np.uint64
)
_NOUGHTS: Final[Words] = np.array([_ZEROS & ((1 << 8 * count) - 1) for count in range(WORD + 1)], np.uint64)
"""By a count: the word whose first ``count`` bytes are the digit 0."""


def word(text: bytes) -> np.uint64:
    """Return up to eight bytes as a word."""
    return np.uint64(int.from_bytes(text, "little"))


class Block:
    """Some bytes, and the word that begins at each of them."""

    __slots__ = ("bytes", "content", "words")

    def __init__(self, content: bytes) -> None:
        self.content = content
        padded = content + bytes(_BEHIND)
        self.bytes = np.frombuffer(padded, np.uint8)
        self.words: Words = np.ndarray((len(padded) - WORD + 1,), "<u8", padded, 0, (1,))


def length_to_quote(words: Words) -> Places:
    """Return how many bytes of each word stand before its first double quote; 8 where it has none."""
    other = words ^ np.uint64(_QUOTES)
    found = (other - np.uint64(_ONES)) & ~other & np.uint64(_HIGHS)
    return (np.bitwise_count((found & (~found + np.uint64(1))) - np.uint64(1)) >> 3).astype(np.int64)


def not_digits(words: Words) -> Words:
    """Return of each word something other than 0 where any of its bytes is no digit."""
    return ((words + np.uint64(_ABOVE_NINE)) | (words - np.uint64(_ZEROS)) | words) & np.uint64(_HIGHS)


def digits(words: Words, lengths: Places) -> tuple[Words, Words]:
    """Return the whole numbers that the first 1 to 8 bytes of each word are, and where not 0, that they are none."""
    aligned = (words << ((WORD - lengths) << 3).astype(np.uint64)) | _NOUGHTS[WORD - lengths]
    wrong = not_digits(aligned)
    values = aligned & np.uint64(0x0F0F0F0F0F0F0F0F)
    values = values * _TENS + (values >> np.uint64(8))
    high = (values & _PAIRS) * _MILLIONS
    low = ((values >> np.uint64(16)) & _PAIRS) * _THOUSANDS
    return (high + low) >> np.uint64(32), wrong


def raw_strings(block: Block, starts: Places, lengths: Places) -> tuple[list[str], Flags] | None:
    """Return values of 1 to `LONGEST_NUMBER` bytes as strings, and which of them are whole numbers as they are written.

    None where any of them holds blanks, controls, markup, or letters beyond ASCII.
    """
    count = int(lengths.max()) // WORD + 1
    taken = np.empty((len(starts), count), np.uint64)
    other = np.zeros(len(starts), np.uint64)
    for at in range(count):
        left = np.clip(lengths - at * WORD, 0, WORD) if at or count > 1 else lengths
        words = block.words[starts + at * WORD] & FIRST[left]
        other |= not_digits(words | (np.uint64(_ZEROS) & ~FIRST[left]))
        taken[:, at] = words | _BLANKS[left]
    flat = taken.view(np.uint8)
    blanks = flat.size - int(lengths.sum())
    if flat.min() < _BLANK or flat.max() > _LAST_ASCII or np.count_nonzero(flat == _BLANK) != blanks:
        return None
    if (flat == ord("&")).any() or (
        (flat & _BUT_BIT_1) == ord("<")
    ).any():  # the same bits but one make ``>``
        return None
    leading_zero = ((taken[:, 0] & np.uint64(0xFF)) == 0x30) & (lengths > 1)  # noqa: PLR2004
    return taken.tobytes().decode("ascii").split(), (other == 0) & ~leading_zero & (lengths < 16)  # noqa: PLR2004
