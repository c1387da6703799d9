"""A batch of the registry's people as fingerprints, with the line that each is made of.

Arrow is imported where it is needed: screening goes without it, and only building reads registries.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.columns import NameReader, as_strings, read_dates, read_identifiers
from amends.scan.known.keys import FEWEST_PARTS, Fingerprinter, Kind
from amends.scan.known.lists import Integers, Lists
from amends.scan.known.names import spelt_out
from amends.scan.known.siphash import Words

_UMLAUTS: Final = "[äöüåøÄÖÜÅØ\u0308\u030a]"
_ALIAS_SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class RegistryBatch:
    """Some lines of a registry: Arrow columns of equal length. ``None`` where a column is not mapped."""

    lines: int
    identifiers: tuple[Any, ...] = ()
    family: Any = None
    given: Any = None
    full: Any = None
    others: Any = None
    """Aliases and names in other scripts, separated by ``|``."""
    born: Any = None


@dataclass(frozen=True, slots=True)
class Keys:
    """Fingerprints of one kind, and the line of the batch that each comes from."""

    kind: Kind
    fingerprints: Words
    lines: Integers


@dataclass(frozen=True, slots=True)
class _Names:
    """Whole names: sum and count of the parts, and whose."""

    sums: Words
    counts: Integers
    lines: Integers

    def chosen(self, mask: NDArray[np.bool_]) -> _Names:
        return _Names(self.sums[mask], self.counts[mask], self.lines[mask])


class PersonKeys:
    """Makes the fingerprints of people, batch by batch, and counts what it had to leave out."""

    def __init__(self, fingerprinter: Fingerprinter) -> None:
        self._fingerprinter = fingerprinter
        self._reader = NameReader(fingerprinter)
        self.left_out: Counter[str] = Counter()

    def of(self, batch: RegistryBatch) -> list[Keys]:
        """Return the fingerprints of a batch, kind by kind; a kind may occur several times."""
        births = Lists.empty(batch.lines) if batch.born is None else read_dates(_one_array(batch.born))
        numbered = [
            read_identifiers(column, self._fingerprinter) for column in map(_one_array, batch.identifiers)
        ]
        self._count_left_out(batch, births, numbered)
        found = [keys for words, present in numbered for keys in self._by_identifier(words, present, births)]
        found += self._by_name(batch, births, numbered)
        umlauts = self._with_umlauts(batch)
        if umlauts is not None:
            lines, some = umlauts
            found += [replace(keys, lines=lines[keys.lines]) for keys in self._spelt_out(some)]
        return found

    def _by_identifier(self, words: Words, present: NDArray[np.bool_], births: Lists) -> list[Keys]:
        lines = np.flatnonzero(present)
        keys = [Keys(Kind.IDENTIFIER, self._fingerprinter.identifiers(words[lines]), lines)]
        dated = present[births.owners]
        owners, days = births.owners[dated], births.words[dated]
        found = self._fingerprinter.identifiers_with_births(words[owners], days)
        return [*keys, Keys(Kind.IDENTIFIER_BIRTH, found, owners)]

    def _by_name(
        self, batch: RegistryBatch, births: Lists, numbered: list[tuple[Words, NDArray[np.bool_]]]
    ) -> list[Keys]:
        make = self._fingerprinter
        columns, fresh = self._parts(batch)
        keys = [Keys(Kind.PART, make.parts(fresh), np.zeros(len(fresh), dtype=np.int64))]
        names = _whole_names(columns)
        long_enough = names.chosen(names.counts >= FEWEST_PARTS)
        counts = long_enough.counts.astype(np.uint64)
        keys.append(Keys(Kind.NAME, make.names(long_enough.sums, counts), long_enough.lines))
        keys += self._names_with_births(names, births)
        parts = [lists for lists in columns.values() if lists is not None]
        atoms = np.concatenate([lists.words for lists, _ in parts] or [np.empty(0, dtype=np.uint64)])
        owners = np.concatenate([lines[lists.owners] for lists, lines in parts] or [np.empty(0, np.int64)])
        for words, present in numbered:
            having = present[owners]
            of = owners[having]
            keys.append(Keys(Kind.IDENTIFIER_PART, make.identifiers_with_parts(words[of], atoms[having]), of))
        return keys

    def _names_with_births(self, names: _Names, births: Lists) -> list[Keys]:
        keys = []
        counts = births.counts
        for nth in range(int(counts.max(initial=0))):
            some = names.chosen(counts[names.lines] > nth)
            days = births.words[births.offsets[:-1][some.lines] + nth]
            found = self._fingerprinter.names_with_births(some.sums, some.counts.astype(np.uint64), days)
            keys.append(Keys(Kind.NAME_BIRTH, found, some.lines))
        return keys

    def _parts(self, batch: RegistryBatch) -> tuple[dict[str, tuple[Lists, Integers] | None], Words]:
        """Return the parts of the names by column, with the line of each list, and the parts not seen before."""
        import pyarrow.compute as pc

        found: dict[str, tuple[Lists, Integers] | None] = {}
        fresh: list[Words] = []
        every = np.arange(batch.lines)
        for name in ("family", "given", "full"):
            column = getattr(batch, name)
            found[name] = None
            if column is not None:
                lists, new = self._reader.read(as_strings(column))
                found[name] = (lists, every)
                fresh.append(new)
        found["others"] = None
        if batch.others is not None:
            several = pc.split_pattern(as_strings(batch.others), _ALIAS_SEPARATOR)
            lists, new = self._reader.read(several.flatten())
            owners = pc.list_parent_indices(several).to_numpy(zero_copy_only=False).astype(np.int64)
            found["others"] = (lists, owners)
            fresh.append(new)
        return found, np.concatenate(fresh) if fresh else np.empty(0, dtype=np.uint64)

    def _with_umlauts(self, batch: RegistryBatch) -> tuple[Integers, RegistryBatch] | None:
        import pyarrow as pa
        import pyarrow.compute as pc

        named = {name: getattr(batch, name) for name in ("family", "given", "full", "others")}
        texts = {name: as_strings(column) for name, column in named.items() if column is not None}
        having = np.zeros(batch.lines, dtype=np.bool_)
        for column in texts.values():
            having |= pc.match_substring_regex(column, _UMLAUTS).to_numpy(zero_copy_only=False)
        lines = np.flatnonzero(having)
        if not len(lines):
            return None
        chosen = pa.array(lines)
        spelt = {
            name: pa.array(list(map(spelt_out, column.take(chosen).to_pylist())), pa.string())
            for name, column in texts.items()
        }
        identifiers = tuple(_one_array(column).take(chosen) for column in batch.identifiers)
        born = None if batch.born is None else _one_array(batch.born).take(chosen)
        return lines, RegistryBatch(len(lines), identifiers, born=born, **spelt)

    def _spelt_out(self, batch: RegistryBatch) -> list[Keys]:
        births = Lists.empty(batch.lines) if batch.born is None else read_dates(batch.born)
        numbered = [read_identifiers(column, self._fingerprinter) for column in batch.identifiers]
        return self._by_name(batch, births, numbered)

    def _count_left_out(
        self, batch: RegistryBatch, births: Lists, numbered: list[tuple[Words, NDArray[np.bool_]]]
    ) -> None:
        import pyarrow.compute as pc

        for column, (_, present) in zip(batch.identifiers, numbered, strict=True):
            given = pc.not_equal(pc.utf8_trim_whitespace(as_strings(column)), "")
            written = given.to_numpy(zero_copy_only=False)
            self.left_out["identifiers too short or unreadable"] += int((written & ~present).sum())
        if batch.born is not None:
            filled = pc.not_equal(pc.utf8_trim_whitespace(as_strings(batch.born)), "")
            unread = filled.to_numpy(zero_copy_only=False) & (births.counts == 0)
            self.left_out["dates of birth that are no whole date"] += int(unread.sum())


def _whole_names(columns: dict[str, tuple[Lists, Integers] | None]) -> _Names:
    """Return every way in which a person's name may be written whole.

    All parts; the first family name with the first given name; all family names with the first given name; of a name
    in one column, its first and its last part; each alias.
    """
    found: list[_Names] = []
    family, given, full = columns["family"], columns["given"], columns["full"]
    if family is not None and given is not None:
        found += _of_two_columns(family[0], given[0])
    elif family is not None or given is not None:
        lists, lines = family or given  # type: ignore[misc]
        found.append(_Names(lists.sums, lists.counts, lines))
    if full is not None:
        lists, lines = full
        found.append(_Names(lists.sums, lists.counts, lines))
        longer = lists.counts > FEWEST_PARTS
        ends = _Names(lists.first() + lists.last(), np.full(len(lines), 2), lines)
        found.append(ends.chosen(longer))
    if columns["others"] is not None:
        lists, lines = columns["others"]
        found.append(_Names(lists.sums, lists.counts, lines))
    joined = _Names(
        np.concatenate([names.sums for names in found] or [np.empty(0, np.uint64)]),
        np.concatenate([names.counts for names in found] or [np.empty(0, np.int64)]),
        np.concatenate([names.lines for names in found] or [np.empty(0, np.int64)]),
    )
    return joined.chosen(joined.counts > 0)


def _of_two_columns(family: Lists, given: Lists) -> list[_Names]:
    lines = np.arange(len(family.counts))
    both = (family.counts > 0) & (given.counts > 0)
    whole = _Names(family.sums + given.sums, family.counts + given.counts, lines)
    shortest = _Names(family.first() + given.first(), np.full(len(lines), 2), lines)
    one_given = _Names(family.sums + given.first(), family.counts + 1, lines)
    return [
        whole,
        shortest.chosen(both & (whole.counts > FEWEST_PARTS)),
        one_given.chosen(both & (family.counts > 1) & (given.counts > 1)),
    ]


def _one_array(column: Any) -> Any:
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column
