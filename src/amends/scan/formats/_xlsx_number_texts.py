"""Texts of the numbers of one style, many at a time, each made once where it can be remembered."""

from __future__ import annotations

from typing import Final

import numpy as np

from amends.scan.formats._xlsx_numbers import Renderer, number_text
from amends.scan.formats._xlsx_words import (
    WORD,
    Block,
    Objects,
    Places,
    Words,
    are_whole,
    digits,
    raw_strings,
    value_words,
)

_SMALL: Final = 1 << 17
"""Whole numbers below have a place of their own: as days they reach into the year 2258."""
_SLOT_BITS: Final = 15
_MOST_WORDS: Final = 3
_MULTIPLIERS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
"""Odd and without a pattern, so that the highest bits of a product depend on all of its factors'."""


class OddValueError(Exception):
    """Some values are none that are known here: ``cells`` says which."""

    def __init__(self, cells: Places) -> None:
        super().__init__("odd values")
        self.cells = cells


class NumberTexts:
    """What has been read of one style: texts of small whole numbers, and of what else came last into its slot."""

    def __init__(self, renderer: Renderer | None) -> None:
        self._plain = renderer is None
        self._renderer = renderer or number_text
        self._small: Objects = np.empty(_SMALL, object)
        self._small_known = np.zeros(_SMALL, np.bool_)
        self._slots: Objects = np.empty(1 << _SLOT_BITS, object)
        self._keys = np.zeros((_MOST_WORDS, 1 << _SLOT_BITS), np.uint64)

    def of(self, block: Block, starts: Places, lengths: Places) -> Objects:
        """Return the text of each value of 1 to `LONGEST_NUMBER` bytes. Raises `OddValueError`."""
        short = lengths < WORD
        if short.all():
            return self._of_short(value_words(block, starts, lengths), lengths)
        if not short.any():
            return self._of_any(value_words(block, starts, lengths), lengths)
        texts: Objects = np.empty(len(starts), object)
        for are_short, of_these in ((short, self._of_short), (~short, self._of_any)):
            cells = np.flatnonzero(are_short)
            try:
                texts[cells] = of_these(value_words(block, starts[cells], lengths[cells]), lengths[cells])
            except OddValueError as some:
                raise OddValueError(cells[some.cells]) from None
        return texts

    def _of_short(self, words: list[Words], lengths: Places) -> Objects:
        values, wrong = digits(words[0], lengths)
        small = (wrong == 0) & (values < _SMALL)
        if small.all():
            return self._of_small(values.view(np.int64))
        cells = np.flatnonzero(~small)
        try:
            others = self._of_any([words[0][cells]], lengths[cells])
        except OddValueError as some:
            raise OddValueError(cells[some.cells]) from None
        texts: Objects = np.empty(len(lengths), object)
        texts[cells] = others
        cells = np.flatnonzero(small)
        texts[cells] = self._of_small(values.view(np.int64)[cells])
        return texts

    def _of_small(self, numbers: Places) -> Objects:
        known = self._small_known[numbers]
        if not known.all():
            new = sorted(set(numbers[~known].tolist()))
            self._small[new] = (
                list(map(str, new)) if self._plain else [self._renderer(str(one)) for one in new]
            )
            self._small_known[new] = True
        return self._small.take(numbers)

    def _of_any(self, words: list[Words], lengths: Places) -> Objects:
        if not self._plain:
            return self._from_slots(words, lengths)
        whole = are_whole(words, lengths)
        if whole.all():
            return _strings(words, lengths)
        if not whole.any():
            return self._from_slots(words, lengths)
        texts: Objects = np.empty(len(lengths), object)
        for which, of_these in ((whole, _strings), (~whole, self._from_slots)):
            cells = np.flatnonzero(which)
            try:
                texts[cells] = of_these([some[cells] for some in words], lengths[cells])
            except OddValueError as found:
                raise OddValueError(cells[found.cells]) from None
        return texts

    def _from_slots(self, words: list[Words], lengths: Places) -> Objects:
        # The length stands in the last byte, which no value reaches: a key is never zero, as an empty slot's is.
        key = [*words, *(np.zeros_like(words[0]) for _ in range(_MOST_WORDS - len(words)))]
        key[-1] = key[-1] | (lengths.view(np.uint64) << np.uint64(56))
        mixed = np.zeros_like(words[0])
        for some, multiplier in zip(key, _MULTIPLIERS, strict=True):
            mixed += some * np.uint64(multiplier)
        slots = (mixed >> np.uint64(64 - _SLOT_BITS)).view(np.int64)
        known = self._keys[0].take(slots) == key[0]
        for at in range(1, _MOST_WORDS):
            known &= self._keys[at].take(slots) == key[at]
        texts: Objects = self._slots.take(slots)
        new = np.flatnonzero(~known)
        if len(new):
            raws = _strings_at(words, lengths, new)
            texts[new] = made = list(map(self._renderer, raws))
            self._slots[slots[new]] = made
            for at in range(_MOST_WORDS):
                self._keys[at][slots[new]] = key[at][new]
        return texts


def as_objects(texts: list[str]) -> Objects:
    """Return the texts as an array of references to them."""
    return np.fromiter(texts, object, len(texts))


def _strings(words: list[Words], lengths: Places) -> Objects:
    return as_objects(_strings_at(words, lengths, np.arange(len(lengths))))


def _strings_at(words: list[Words], lengths: Places, cells: Places) -> list[str]:
    chosen = words if len(cells) == len(lengths) else [some[cells] for some in words]
    sizes = lengths if len(cells) == len(lengths) else lengths[cells]
    strings = raw_strings(chosen, sizes)
    if strings is not None:
        return strings
    odd = [
        raw_strings([some[at : at + 1] for some in chosen], sizes[at : at + 1]) is None
        for at in range(len(cells))
    ]
    raise OddValueError(cells[np.flatnonzero(odd)])
