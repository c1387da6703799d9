"""Columns of a registry as the words that fingerprints are made of, a hundred thousand lines at a time.

What costs time is done once for each distinct word of a name and once for each distinct date. Identifiers are read from
the bytes of the column at once; those that are not plain digits with separators go through
`amends.vocabulary.identifier`, which is the definition.

Arrow is imported where it is needed: screening goes without it, and only building reads registries.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.birthdays import date_readings
from amends.scan.known.keys import MOST_DIGITS, SHORTEST_IDENTIFIER, Fingerprinter
from amends.scan.known.lists import Integers, Lists
from amends.scan.known.names import MOST_PARTS, WORD_SEPARATORS, parts_of_word
from amends.scan.known.siphash import Words
from amends.vocabulary.identifier import normalised_identifier

_FEWEST_DIGITS: Final = 4
"""As in `amends.vocabulary.identifier`; a property test compares the two."""
_MOST_WORDS: Final = 1 << 19
_ZERO: Final = ord("0")


def as_strings(values: Any) -> Any:
    """Return a column as an Arrow array of text; nulls are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        values = pc.cast(values, pa.date32(), safe=False)
    return pc.fill_null(values if values.type == pa.string() else pc.cast(values, pa.string()), "")


class NameReader:
    """Reads columns of names; remembers the words that it has seen."""

    def __init__(self, fingerprinter: Fingerprinter) -> None:
        self._fingerprinter = fingerprinter
        self._known: dict[str, int] = {}
        self._counts = np.zeros(0, dtype=np.int64)
        self._begins = np.zeros(0, dtype=np.int64)
        self._atoms = np.zeros(0, dtype=np.uint64)

    def read(self, values: Any) -> tuple[Lists, Words]:
        """Return the parts of every name as words, and the words that were not seen before."""
        import pyarrow.compute as pc

        lists = pc.split_pattern_regex(values, WORD_SEPARATORS)
        flat = lists.flatten().dictionary_encode()
        offsets = lists.offsets.to_numpy().astype(np.int64)
        numbers, fresh = self._numbers(flat.dictionary.to_pylist())
        codes = numbers[flat.indices.to_numpy(zero_copy_only=False)]
        counts = self._counts[codes]
        ends = np.cumsum(counts)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
        words = self._atoms[np.repeat(self._begins[codes], counts) + within]
        new_offsets = np.concatenate((np.zeros(1, dtype=np.int64), ends))[offsets - offsets[0]]
        return _shortened(Lists(new_offsets, words)), fresh

    def _numbers(self, words: list[str]) -> tuple[Integers, Words]:
        if len(self._known) > _MOST_WORDS:
            self.__init__(self._fingerprinter)  # type: ignore[misc]
        new = [word for word in words if word not in self._known]
        fresh = np.empty(0, dtype=np.uint64)
        if new:
            parts = [parts_of_word(word) for word in new]
            flat = [part for several in parts for part in several]
            fresh = self._fingerprinter.atoms(flat)
            counts = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
            begins = len(self._atoms) + np.cumsum(counts) - counts
            self._known.update(zip(new, range(len(self._known), len(self._known) + len(new)), strict=True))
            self._counts = np.concatenate((self._counts, counts))
            self._begins = np.concatenate((self._begins, begins))
            self._atoms = np.concatenate((self._atoms, fresh))
        found = np.fromiter((self._known[word] for word in words), dtype=np.int64, count=len(words))
        return found, fresh


def read_dates(values: Any) -> Lists:
    """Return the readings of a column of dates, of whatever type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date32(values.type):
        present = pc.is_valid(values).to_numpy(zero_copy_only=False)
        days = pc.fill_null(pc.cast(values, pa.int32()), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(present)))
        return Lists(offsets, days[present].view(np.uint64))
    encoded = as_strings(values).dictionary_encode()
    readings = [date_readings(text) for text in encoded.dictionary.to_pylist()]
    counts = np.fromiter(map(len, readings), dtype=np.int64, count=len(readings))
    flat = np.array([day for days in readings for day in days], dtype=np.int64).view(np.uint64)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    return Lists(offsets, flat).take(encoded.indices.to_numpy(zero_copy_only=False))


def read_identifiers(values: Any, fingerprinter: Fingerprinter) -> tuple[Words, NDArray[np.bool_]]:
    """Return the word of each identifier, and whether there is one that can be looked for."""
    texts = as_strings(values)
    offsets, data = _bytes_of(texts)
    is_digit = (data - np.uint8(_ZERO)) < np.uint8(10)
    unusual = (data >= 0x80) | (data == ord(".")) | (data == ord("+"))
    digit_offsets, digits = (
        _offsets_of(is_digit, offsets),
        (data[is_digit] - np.uint8(_ZERO)).astype(np.uint64),
    )
    counts = np.diff(digit_offsets)
    slow = (counts < _FEWEST_DIGITS) | (counts > MOST_DIGITS) | (np.diff(_offsets_of(unusual, offsets)) > 0)
    words = _numbers(digit_offsets[:-1], np.where(slow, 0, counts), digits)
    present = words >= 10 ** (SHORTEST_IDENTIFIER - 1)
    places = np.flatnonzero(slow & (np.diff(offsets) > 0))
    if len(places):
        normal = [normalised_identifier(text) for text in texts.take(places).to_pylist()]
        long_enough = np.fromiter(
            (len(text) >= SHORTEST_IDENTIFIER for text in normal), np.bool_, len(normal)
        )
        chosen = places[long_enough]
        words[chosen] = fingerprinter.identifier_words(
            [text for text in normal if len(text) >= SHORTEST_IDENTIFIER]
        )
        present[chosen] = True
    return words, present


def _numbers(begins: Integers, counts: Integers, digits: Words) -> Words:
    """Return the number that each run of digits writes."""
    numbers = np.zeros(len(begins), dtype=np.uint64)
    for place in range(int(counts.max(initial=0))):
        longer = counts > place
        if longer.all():
            numbers = numbers * np.uint64(10) + digits[begins + place]
        else:
            which = np.flatnonzero(longer)
            numbers[which] = numbers[which] * np.uint64(10) + digits[begins[which] + place]
    return numbers


def _bytes_of(texts: Any) -> tuple[Integers, NDArray[np.uint8]]:
    """Return where the bytes of each text begin and end, and the bytes."""
    _, positions, content = texts.buffers()
    offsets = np.frombuffer(positions, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(content, dtype=np.uint8) if content is not None else np.empty(0, dtype=np.uint8)
    first, last = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    return offsets.astype(np.int64) - first, data[first:last]


def _offsets_of(chosen: NDArray[np.bool_], offsets: Integers) -> Integers:
    """Return where each text begins among the bytes that are chosen."""
    running = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(chosen, dtype=np.int64)))
    begins: Integers = running[offsets].astype(np.int64)
    return begins


def _shortened(lists: Lists) -> Lists:
    if not (lists.counts > MOST_PARTS).any():
        return lists
    within = np.arange(len(lists.words)) - np.repeat(lists.offsets[:-1], lists.counts)
    counts = np.minimum(lists.counts, MOST_PARTS)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    return Lists(offsets, lists.words[within < MOST_PARTS])
