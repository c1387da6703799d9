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
_MOST_WORDS: Final = 3
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
_TO_HIGH: Final = _filled(0x80 - 10)
_TENS: Final = np.uint64(10)
_PAIRS: Final = np.uint64(0x000000FF000000FF)
_MILLIONS: Final = np.uint64(100 + (1_000_000 << 32))
_THOUSANDS: Final = np.uint64(1 + (10_000 << 32))
FIRST: Final[Words] = np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], np.uint64)
"""By a count: the word whose first ``count`` bytes are all ones."""


def _behind(byte: int) -> list[Words]:
    """Return, by the place of a word and the length of a value, the word that is ``byte`` where the value is not."""
    tables = []
    for at in range(_MOST_WORDS):
        held = [min(max(length - at * WORD, 0), WORD) for length in range(LONGEST_NUMBER + 1)]
        tables.append(np.array([_filled(byte) & ~((1 << 8 * count) - 1) for count in held], np.uint64))
    return tables


_HELD: Final = [~words for words in _behind(0xFF)]
_BLANKS: Final = _behind(_BLANK)


def word(text: bytes) -> np.uint64:
    """Return up to eight bytes as a word."""
    return np.uint64(int.from_bytes(text, "little"))


class Block:
    """Some bytes, and the words that begin at any of them."""

    __slots__ = ("_at_each", "_padded", "bytes", "content")

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._padded = content + bytes(_BEHIND - len(content) % WORD)
        self.bytes = np.frombuffer(self._padded, np.uint8)
        self._at_each: dict[int, npt.NDArray[np.void]] = {}
        """By a length: the records of so many bytes that begin at each byte."""

    def words(self, places: Places) -> Words:
        """Return the word that begins at each place."""
        return self._records(places, WORD).view("<u8")

    def successive_words(self, places: Places, count: int) -> list[Words]:
        """Return the ``count`` words that follow one another from each place on."""
        if count == 1:
            return [self.words(places)]
        return list(self._records(places, count * WORD).view("<u8").reshape(-1, count).T.copy())

    def records(self, places: Places, length: int) -> bytes:
        """Return the ``length`` bytes that begin at each place, one after the other."""
        return self._records(places, length).tobytes()

    def _records(self, places: Places, length: int) -> npt.NDArray[np.void]:
        at_each = self._at_each.get(length)
        if at_each is None:
            at_each = np.ndarray((len(self._padded) - length + 1,), f"V{length}", self._padded, 0, (1,))
            self._at_each[length] = at_each
        return at_each[places]


def length_to_quote(words: Words) -> Places:
    """Return how many bytes of each word stand before its first double quote; 8 where it has none."""
    other = words ^ np.uint64(_QUOTES)
    found = (other - np.uint64(_ONES)) & ~other & np.uint64(_HIGHS)
    return bytes_before(found)


def bytes_before(marks: Words) -> Places:
    """Return how many bytes of each word stand before its lowest one that is not zero; 8 where there is none."""
    lowest = marks & (~marks + np.uint64(1))
    return (np.bitwise_count(lowest - np.uint64(1)) >> 3).astype(np.int64)


def digits(words: Words, lengths: Places) -> tuple[Words, Words]:
    """Return the whole numbers that the first 1 to 8 bytes of each word are, and where not 0, that they are none."""
    values = words ^ np.uint64(_ZEROS)
    # What is no byte of the value goes, and zeros come before it.
    values <<= ((WORD - lengths) << 3).view(np.uint64)
    wrong = _above_nine(values)
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


def _above_nine(words: Words) -> Words:
    """Return of each word something other than 0 where any of its bytes is above nine."""
    wrong = words + np.uint64(_TO_HIGH)
    wrong |= words
    wrong &= np.uint64(_HIGHS)
    return wrong


def value_words(block: Block, starts: Places, lengths: Places) -> list[Words]:
    """Return values of 1 to `LONGEST_NUMBER` bytes as words with zeros behind them, at least one in the last word."""
    words = block.successive_words(starts, int(lengths.max()) // WORD + 1)
    for at in range(len(words)):
        words[at] &= _HELD[at].take(lengths)
    return words


def are_whole(words: list[Words], lengths: Places) -> Flags:
    """Say which values are whole numbers of at most 15 digits, written without a zero before them."""
    other = np.zeros(len(lengths), np.uint64)
    for at, some in enumerate(words):
        other |= _above_nine((some ^ np.uint64(_ZEROS)) & _HELD[at].take(lengths))
    leading_zero = ((words[0] & np.uint64(0xFF)) == ord("0")) & (lengths > 1)
    whole: Flags = (other == 0) & ~leading_zero & (lengths <= _EXACT_DIGITS)
    return whole


def raw_strings(words: list[Words], lengths: Places) -> list[str] | None:
    """Return values as strings; None where any of them holds blanks, controls, markup, or letters beyond ASCII."""
    taken = np.empty((len(lengths), len(words)), np.uint64)
    for at, some in enumerate(words):
        np.bitwise_or(some, _BLANKS[at].take(lengths), out=taken[:, at])
    flat = taken.view(np.uint8)
    blanks = flat.size - int(lengths.sum())
    if flat.min() < _BLANK or flat.max() > _LAST_ASCII or np.count_nonzero(flat == _BLANK) != blanks:
        return None
    # The same bits but one make ``<`` and ``>``.
    if (flat == ord("&")).any() or ((flat & _BUT_BIT_1) == ord("<")).any():
        return None
    return taken.tobytes().decode("ascii").split()
