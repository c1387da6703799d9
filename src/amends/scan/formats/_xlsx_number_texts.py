"""Texts of the numbers of one style, many at a time, each made once as long as it is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from amends.scan.formats._xlsx_numbers import DateRenderer, Renderer, number_text
from amends.scan.formats._xlsx_words import (
    WORD,
    Block,
    Objects,
    Places,
    are_whole,
    digits,
    raw_strings,
    value_words,
)

_SMALL: Final = 1 << 17
"""Whole numbers below have a place of their own: as days they reach into the year 2258."""
_MOST_REMEMBERED: Final = 50_000


class OddValueError(Exception):
    """Some values are none that are known here: ``cells`` says which."""

    def __init__(self, cells: Places) -> None:
        super().__init__("odd values")
        self.cells = cells


class NumberTexts:
    """What has been read of one style."""

    def __init__(self, renderer: Renderer | None) -> None:
        self._plain = renderer is None
        self._others = _Remembered(renderer or number_text)
        self._of_whole: Callable[[int], str] = str
        if isinstance(renderer, DateRenderer):
            self._of_whole = renderer.of_day
        elif renderer is not None:
            self._of_whole = lambda number: renderer(str(number))
        self._small: Objects = np.empty(_SMALL, object)
        self._small_known = np.zeros(_SMALL, np.bool_)

    def of(self, block: Block, starts: Places, lengths: Places) -> Objects:
        """Return the text of each value of 1 to `LONGEST_NUMBER` bytes. Raises `OddValueError`."""
        if lengths.max() > WORD:
            return self._of_any(block, starts, lengths)
        values, wrong = digits(block.words(starts), lengths)
        small = (wrong == 0) & (values < _SMALL)
        if small.all():
            return self._of_small(values.view(np.int64))
        if not small.any():
            return self._of_any(block, starts, lengths)
        texts: Objects = np.empty(len(lengths), object)
        cells = np.flatnonzero(small)
        texts[cells] = self._of_small(values.view(np.int64)[cells])
        cells = np.flatnonzero(~small)
        try:
            texts[cells] = self._of_any(block, starts[cells], lengths[cells])
        except OddValueError as some:
            raise OddValueError(cells[some.cells]) from None
        return texts

    def _of_small(self, numbers: Places) -> Objects:
        known = self._small_known[numbers]
        if not known.all():
            new = np.unique(numbers[~known])
            self._small[new] = as_objects(list(map(self._of_whole, new.tolist())))
            self._small_known[new] = True
        return self._small.take(numbers)

    def _of_any(self, block: Block, starts: Places, lengths: Places) -> Objects:
        words = value_words(block, starts, lengths)
        raws = raw_strings(words, lengths)
        if raws is None:
            raise OddValueError(
                np.flatnonzero(
                    [
                        raw_strings([some[at : at + 1] for some in words], lengths[at : at + 1]) is None
                        for at in range(len(lengths))
                    ]
                )
            )
        others = np.flatnonzero(~are_whole(words, lengths)) if self._plain else range(len(raws))
        if len(others) == len(raws):
            return as_objects(list(map(self._others.__getitem__, raws)))
        texts = as_objects(raws)
        if len(others):
            texts[others] = as_objects(list(map(self._others.__getitem__, texts[others].tolist())))
        return texts


class _Remembered(dict[str, str]):
    """Raw number → its text, as far as remembered."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__()
        self._renderer = renderer

    def __missing__(self, raw: str) -> str:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        text = self[raw] = self._renderer(raw)
        return text


def as_objects(texts: list[str]) -> Objects:
    """Return the texts as an array of references to them."""
    return np.fromiter(texts, object, len(texts))
