"""SipHash-2-4 over arrays: one keyed 64-bit fingerprint a line.

J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012. Without the 128-bit key the
fingerprints are random numbers. With it one core tries every nine-digit number in minutes: that is why the key lies
in a file of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

KEY_BYTES: Final = 16
Words = NDArray[np.uint64]

_MASK: Final = (1 << 64) - 1
_INITIAL: Final = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
"""The constants of the paper, section 2.1: "somepseudorandomlygeneratedbytes"."""
_COMPRESSION_ROUNDS: Final = 2
_FINALISATION_ROUNDS: Final = 4
_BLOCK: Final = 8
_LINES_AT_ONCE: Final = 1 << 13
"""So many lines of five arrays stay in the cache of the second level."""


class SipHash:
    """SipHash-2-4 under one key. Its repr does not show the key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key of SipHash has {KEY_BYTES} bytes")
        first, second = struct.unpack("<2Q", key)
        halves = (first, second, first, second)
        self._begun = tuple(half ^ constant for half, constant in zip(halves, _INITIAL, strict=True))

    def of_bytes(self, message: bytes) -> int:
        """Return the fingerprint of one message of any length."""
        state: list[int] = list(self._begun)
        for block in _padded_blocks(message):
            _absorb(state, block)
        state[2] ^= 0xFF
        for _ in range(_FINALISATION_ROUNDS):
            _round(state)
        result: int = state[0] ^ state[1] ^ state[2] ^ state[3]
        return result

    def of_words(self, label: int, parts: Sequence[Words | int]) -> Words:
        """Return one fingerprint a line of the message ``label``, then ``parts``, each as eight bytes (little-endian).

        At least one part is an array, arrays are equally long, and a part that is a number is the same for all lines.
        """
        lengths = {len(part) for part in parts if not isinstance(part, int)}
        (size,) = lengths
        begun = list(self._begun)
        _absorb(begun, label)
        result = np.empty(size, dtype=np.uint64)
        ending = ((len(parts) + 1) * _BLOCK & 0xFF) << 56
        lanes = _Lanes(min(size, _LINES_AT_ONCE))
        for first in range(0, size, _LINES_AT_ONCE):
            last = min(first + _LINES_AT_ONCE, size)
            lanes.begin(begun, last - first)
            for part in parts:
                lanes.absorb(np.uint64(part) if isinstance(part, int) else part[first:last])
            lanes.absorb(np.uint64(ending))
            result[first:last] = lanes.finished()
        return result

    def of_messages(self, messages: Sequence[bytes]) -> Words:
        """Return one fingerprint for each of many messages of any lengths."""
        result = np.empty(len(messages), dtype=np.uint64)
        lengths = np.fromiter(map(len, messages), dtype=np.int64, count=len(messages))
        blocks = lengths // _BLOCK + 1
        for count in np.unique(blocks).tolist():
            places = np.flatnonzero(blocks == count)
            width = count * _BLOCK
            joined = b"".join(messages[place].ljust(width, b"\0") for place in places.tolist())
            words = np.frombuffer(joined, dtype="<u8").reshape(len(places), count).astype(np.uint64)
            words[:, -1] |= (lengths[places].astype(np.uint64) & np.uint64(0xFF)) << np.uint64(56)
            result[places] = self._of_blocks(words)
        return result

    def _of_blocks(self, words: Words) -> Words:
        result = np.empty(len(words), dtype=np.uint64)
        lanes = _Lanes(min(len(words), _LINES_AT_ONCE))
        for first in range(0, len(words), _LINES_AT_ONCE):
            some = words[first : first + _LINES_AT_ONCE]
            lanes.begin(self._begun, len(some))
            for column in range(words.shape[1]):
                lanes.absorb(some[:, column])
            result[first : first + len(some)] = lanes.finished()
        return result


class _Lanes:
    """The state of SipHash for many lines at a time, with one array more to work in."""

    def __init__(self, size: int) -> None:
        self._all = np.empty((5, size), dtype=np.uint64)
        self._used = self._all

    def begin(self, state: Sequence[int], size: int) -> None:
        self._used = self._all[:, :size]
        for lane, value in zip(self._used[:4], state, strict=True):
            lane[:] = value

    def absorb(self, block: Words | np.uint64) -> None:
        lanes = self._used
        np.bitwise_xor(lanes[3], block, out=lanes[3])
        self._rounds(_COMPRESSION_ROUNDS)
        np.bitwise_xor(lanes[0], block, out=lanes[0])

    def finished(self) -> Words:
        lanes = self._used
        np.bitwise_xor(lanes[2], np.uint64(0xFF), out=lanes[2])
        self._rounds(_FINALISATION_ROUNDS)
        found: Words = np.bitwise_xor.reduce(lanes[:4], axis=0)
        return found

    def _rounds(self, count: int) -> None:
        zero, one, two, three, spare = self._used
        for _ in range(count):
            _half_round(zero, one, 13, spare)
            _rotate(zero, 32, spare)
            _half_round(two, three, 16, spare)
            _half_round(zero, three, 21, spare)
            _half_round(two, one, 17, spare)
            _rotate(two, 32, spare)


def _half_round(target: Words, source: Words, turn: int, spare: Words) -> None:
    np.add(target, source, out=target)
    _rotate(source, turn, spare)
    np.bitwise_xor(source, target, out=source)


def _rotate(lane: Words, turn: int, spare: Words) -> None:
    np.left_shift(lane, np.uint64(turn), out=spare)
    np.right_shift(lane, np.uint64(64 - turn), out=lane)
    np.bitwise_or(lane, spare, out=lane)


def _padded_blocks(message: bytes) -> tuple[int, ...]:
    padded = message.ljust((len(message) // _BLOCK + 1) * _BLOCK - 1, b"\0") + bytes((len(message) & 0xFF,))
    return struct.unpack(f"<{len(padded) // _BLOCK}Q", padded)


def _absorb(state: list[int], block: int) -> None:
    state[3] ^= block
    for _ in range(_COMPRESSION_ROUNDS):
        _round(state)
    state[0] ^= block


def _round(state: list[int]) -> None:
    zero, one, two, three = state
    zero = (zero + one) & _MASK
    one = _turned(one, 13) ^ zero
    zero = _turned(zero, 32)
    two = (two + three) & _MASK
    three = _turned(three, 16) ^ two
    zero = (zero + three) & _MASK
    three = _turned(three, 21) ^ zero
    two = (two + one) & _MASK
    one = _turned(one, 17) ^ two
    state[:] = zero, one, _turned(two, 32), three


def _turned(value: int, turn: int) -> int:
    return (value << turn | value >> (64 - turn)) & _MASK
