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
_EXACT_DIGITS: Final = 15


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
    """Some bytes, and the words that begin at any of them."""

    __slots__ = ("_aligned", "_padded", "bytes", "content")

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._padded = content + bytes(_BEHIND - len(content) % WORD)
        self.bytes = np.frombuffer(self._padded, np.uint8)
        self._aligned: Words = np.frombuffer(self._padded, "<u8")

    def words(self, places: Places) -> Words:
        """Return the word that begins at each place."""
        return self.successive_words(places, 1)[0]

    def successive_words(self, places: Places, count: int) -> list[Words]:
        """Return the ``count`` words that follow one another from each place on."""
        # Two aligned reads and two shifts are twice as fast as one read that is not aligned.
        at = places >> 3
        up = (places.view(np.uint64) & np.uint64(WORD - 1)) << np.uint64(3)
        down = np.uint64(64) - up  # by 64, which leaves nothing, where a word is aligned
        low = self._aligned.take(at)
        found = []
        for _ in range(count):
            at += 1
            high = self._aligned.take(at)
            low >>= up
            low |= high << down
            found.append(low)
            low = high
        return found

    def records(self, places: Places, length: int) -> bytes:
        """Return the ``length`` bytes that begin at each place, one after the other."""
        at_each: npt.NDArray[np.void] = np.ndarray(
            (len(self._padded) - length + 1,), f"V{length}", self._padded, 0, (1,)
        )
        return at_each[places].tobytes()


def length_to_quote(words: Words) -> Places:
    """Return how many bytes of each word stand before its first double quote; 8 where it has none."""
    other = words ^ np.uint64(_QUOTES)
    found = (other - np.uint64(_ONES)) & ~other & np.uint64(_HIGHS)
    return bytes_before(found)


def bytes_before(marks: Words) -> Places:
    """Return how many bytes of each word stand before its lowest one that is not zero; 8 where there is none."""
    lowest = marks & (~marks + np.uint64(1))
    return (np.bitwise_count(lowest - np.uint64(1)) >> 3).astype(np.int64)


def not_digits(words: Words) -> Words:
    """Return of each word something other than 0 where any of its bytes is no digit."""
    wrong = words + np.uint64(_ABOVE_NINE)
    wrong |= words - np.uint64(_ZEROS)
    wrong |= words
    wrong &= np.uint64(_HIGHS)
    return wrong


def digits(words: Words, lengths: Places) -> tuple[Words, Words]:
    """Return the whole numbers that the first 1 to 8 bytes of each word are, and where not 0, that they are none."""
    left = WORD - lengths
    values = words << (left << 3).view(np.uint64)
    values |= _NOUGHTS.take(left)
    wrong = not_digits(values)
    values &= np.uint64(0x0F0F0F0F0F0F0F0F)
    pairs = values >> np.uint64(8)
    values *= _TENS
    values += pairs
    low = values >> np.uint64(16)
    low &= _PAIRS
    low *= _THOUSANDS
    values &= _PAIRS
    values *= _MILLIONS
    values += low
    values >>= np.uint64(32)
    return values, wrong


def value_words(block: Block, starts: Places, lengths: Places) -> list[Words]:
    """Return values of 1 to `LONGEST_NUMBER` bytes as words with zeros behind them, at least one in the last word."""
    words = block.successive_words(starts, int(lengths.max()) // WORD + 1)
    for at in range(len(words)):
        words[at] &= FIRST[_within(lengths, at, len(words))]
    return words


def are_whole(words: list[Words], lengths: Places) -> Flags:
    """Say which values are whole numbers of at most 15 digits, written without a zero before them."""
    other = np.zeros(len(lengths), np.uint64)
    for at, some in enumerate(words):
        left = _within(lengths, at, len(words))
        other |= not_digits(some | (np.uint64(_ZEROS) & ~FIRST[left]))
    leading_zero = ((words[0] & np.uint64(0xFF)) == ord("0")) & (lengths > 1)
    return (other == 0) & ~leading_zero & (lengths <= _EXACT_DIGITS)


def raw_strings(words: list[Words], lengths: Places) -> list[str] | None:
    """Return values as strings; None where any of them holds blanks, controls, markup, or letters beyond ASCII."""
    taken = np.empty((len(lengths), len(words)), np.uint64)
    for at, some in enumerate(words):
        np.bitwise_or(some, _BLANKS[_within(lengths, at, len(words))], out=taken[:, at])
    flat = taken.view(np.uint8)
    blanks = flat.size - int(lengths.sum())
    if flat.min() < _BLANK or flat.max() > _LAST_ASCII or np.count_nonzero(flat == _BLANK) != blanks:
        return None
    if (flat == ord("&")).any() or (
        (flat & _BUT_BIT_1) == ord("<")
    ).any():  # the same bits but one make ``>``
        return None
    return taken.tobytes().decode("ascii").split()


def _within(lengths: Places, at: int, count: int) -> Places:
    """Return how many bytes of each value the word at this place of ``count`` holds."""
    return lengths if count == 1 else np.clip(lengths - at * WORD, 0, WORD)
