"""People of an index in running text: what stands near a name or a number is taken to speak of the same person."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.birthdays import DATES_IN_TEXT, date_readings
from amends.scan.known.cells import numbered_places
from amends.scan.known.evidence import DistinctPeople, KnownPeople, is_list_of_names, more_than_chance
from amends.scan.known.keys import FEWEST_PARTS
from amends.scan.known.lists import Integers
from amends.scan.known.lookups import Lookups
from amends.scan.known.rows import PART_AGREES
from amends.scan.known.siphash import Words
from amends.scan.known.text_words import parts_of
from amends.vocabulary.provenance import Provenance

NEAR: Final = 120
"""Characters between two things that may speak of one person: a line or two."""
_LONGEST_NAME: Final = 7
_MOST_NEAR: Final = 256
"""Things near one number or name that are tried; a column of numbers read as text has hundreds."""
_LIKELY: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, and whether somebody who looks at the file sees it."""

    text: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Name:
    """A known name: at which part it begins, of how many parts, and their sum."""

    at: int
    count: int
    total: int
    across_lines: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """One person named at one place, and the fingerprints that say so."""

    begin: int
    marks: tuple[int, ...]
    form: int = 0
    """Of an identifier: how many characters it has. A person has one identifier of a form."""


def people_in_texts(place: Provenance, pieces: Sequence[Piece], lookups: Lookups) -> Iterator[KnownPeople]:
    """Yield what is found of the index's people in the texts of a file, shown and hidden ones joined in order."""
    text = "\n".join(piece.text for piece in pieces)
    if not text.strip():
        return
    ends = np.cumsum([len(piece.text) + 1 for piece in pieces])
    hidden = np.array([piece.hidden for piece in pieces])
    yield from _Reading(text, ends, hidden, lookups).findings(place)


class _Reading:
    def __init__(self, text: str, ends: Integers, hidden: NDArray[np.bool_], lookups: Lookups) -> None:
        self._text = text
        self._ends = ends
        self._hidden = hidden
        self._lookups = lookups
        self._parts = parts_of(text, lookups)
        self._dates = [
            (match.start(), reading & 0xFFFFFFFFFFFFFFFF)
            for match in DATES_IN_TEXT.finditer(text)
            for reading in date_readings(match[0])
        ]
        self._date_places = [begin for begin, _ in self._dates]

    def findings(self, place: Provenance) -> Iterator[KnownPeople]:
        numbers = self._by_identifier()
        names = self._names()
        dated = self._with_births(names)
        # One person may be known by a number and by a birthday: the larger count is certain, their sum is not.
        groups = max(numbers, dated, key=lambda found: len(_people(found)))
        name = self._lookups.index.name
        if groups:
            people = len(_people(groups))
            unseen = len(_people([group for group in groups if self._is_hidden(group.begin)]))
            reason = f"At least {people:,} people of the index '{name}' are named in the text"
            reason += f", {unseen:,} of them where nobody sees them." if unseen else "."
            marks = frozenset(mark for group in (*numbers, *dated) for mark in group.marks)
            yield KnownPeople(place, name, "known-people", people, unseen, reason, marks)
            return
        yield from self._list_of_names(place, self._not_overlapping(names))

    def _list_of_names(self, place: Provenance, names: list[_Name]) -> Iterator[KnownPeople]:
        index, chance = self._lookups.index.name, self._lookups.chance.common_names
        distinct = {(name.total, name.count): self._begin(name) for name in names}
        trials = max(self._parts.runs_seen, len(distinct))
        if not is_list_of_names(len(distinct), trials, chance):
            return
        by_chance = chance * trials
        unseen = sum(self._is_hidden(begin) for begin in distinct.values())
        people = max(1, round(len(distinct) - by_chance))
        reason = (
            f"{len(distinct):,} of {trials:,} names in the text are names of people of the index '{index}'; "
            f"about {by_chance:,.0f} would be by chance."
        )
        sums = np.array([total for total, _ in distinct], dtype=np.uint64)
        counts = np.array([count for _, count in distinct], dtype=np.uint64)
        marks = frozenset(self._lookups.make.names(sums, counts).tolist())
        yield KnownPeople(place, index, "known-names", people, min(people, unseen), reason, marks)

    def _by_identifier(self) -> list[_Group]:
        """Return where an identifier stands that something near it corroborates, with its fingerprint."""
        places = numbered_places(self._text)
        normal = list(dict.fromkeys(text for _, _, text in places))
        if not normal:
            return []
        words = self._lookups.make.identifier_words(normal)
        fingerprints = self._lookups.make.identifiers(words)
        known = self._lookups.contains(fingerprints)
        of = {text: number for number, text in enumerate(normal) if known[number]}
        hits = [(begin, of[text]) for begin, _, text in places if text in of]
        if not hits:
            return []
        agreeing, tried = self._agreeing(hits, words)
        chances = np.array([self._lookups.chance.of_identifier(len(normal[number])) for _, number in hits])
        by_chance = min(1.0, float(chances.max()) * PART_AGREES * max(1.0, tried / FEWEST_PARTS))
        believed = more_than_chance(int((agreeing == 1).sum()), len(normal), by_chance, limit=_LIKELY)
        fewest = 1 if believed else FEWEST_PARTS
        return [
            _Group(hits[place][0], (int(fingerprints[hits[place][1]]),), len(normal[hits[place][1]]))
            for place in np.flatnonzero(agreeing >= fewest).tolist()
        ]

    def _agreeing(self, hits: Sequence[tuple[int, int]], words: Words) -> tuple[Integers, float]:
        """Return for each known identifier how many parts of one name near it are its person's; how many were tried.

        A birthday counts as two parts. Parts of different names do not count together: in a dense list some name
        near a number always has one of them.
        """
        begins = np.array([begin for begin, _ in hits])
        numbers = np.array([number for _, number in hits])
        parts = self._parts
        spans = [np.arange(*self._near(parts.begins, begin).indices(len(parts.begins))) for begin, _ in hits]
        owners = np.repeat(np.arange(len(hits)), [len(span) for span in spans])
        places = np.concatenate(spans).astype(np.int64)
        pairs = self._lookups.make.identifiers_with_parts(words[numbers[owners]], parts.atoms[places])
        inside = self._lookups.contains(pairs) if len(pairs) else np.zeros(0, dtype=np.bool_)
        names = np.stack(
            (owners[inside], parts.runs[places[inside]], parts.atoms[places[inside]].view(np.int64))
        )
        agreeing = np.zeros(len(hits), dtype=np.int64)
        if inside.any():
            each = np.unique(names, axis=1)[:2]
            of, counts = np.unique(each, axis=1, return_counts=True)
            np.maximum.at(agreeing, of[0], counts)
        near = [self._days_near(begin) for begin in begins.tolist()]
        dated = np.repeat(np.arange(len(hits)), [len(days) for days in near])
        days = np.array([day for several in near for day in several], dtype=np.uint64)
        births = self._lookups.make.identifiers_with_births(words[numbers[dated]], days)
        agreeing[dated[self._lookups.contains(births)]] += FEWEST_PARTS
        return agreeing, len(places) / len(hits)

    def _names(self) -> list[_Name]:
        """Return the known names, those too that are part of a longer one."""
        parts = self._parts
        running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(parts.atoms, dtype=np.uint64)))
        capitals: Integers = np.concatenate(
            (np.zeros(1, dtype=np.int64), np.cumsum(parts.capital, dtype=np.int64))
        )
        found: list[_Name] = []
        for count in range(FEWEST_PARTS, _LONGEST_NAME + 1):
            size = len(parts.atoms) - count + 1
            if size <= 0:
                break
            together = parts.runs[:size] == parts.runs[count - 1 :]
            together &= capitals[count:] - capitals[:-count] == count
            places = np.flatnonzero(together)
            sums = running[places + count] - running[places]
            counts = np.full(len(places), count, dtype=np.uint64)
            inside = self._lookups.contains(self._lookups.make.names(sums, counts))
            across = parts.lines[places] != parts.lines[places + count - 1]
            columns = (places[inside].tolist(), sums[inside].tolist(), across[inside].tolist())
            found += [_Name(at, count, total, over) for at, total, over in zip(*columns, strict=True)]
        return found

    def _not_overlapping(self, names: list[_Name]) -> list[_Name]:
        """Choose the longest names, those on one line first: a list has one name a line."""
        taken: set[int] = set()
        chosen = []
        for name in sorted(names, key=lambda name: (name.across_lines, -name.count, name.at)):
            places = range(name.at, name.at + name.count)
            if taken.isdisjoint(places):
                taken.update(places)
                chosen.append(name)
        return chosen

    def _with_births(self, names: list[_Name]) -> list[_Group]:
        """Return where names stand whose person was born on a date near them; what overlaps is one person."""
        pairs = [(name, day) for name in names for day in self._days_near(self._begin(name))]
        if not pairs:
            return []
        totals = np.array([name.total for name, _ in pairs], dtype=np.uint64)
        counts = np.array([name.count for name, _ in pairs], dtype=np.uint64)
        days = np.array([day for _, day in pairs], dtype=np.uint64)
        fingerprints = self._lookups.make.names_with_births(totals, counts, days)
        inside = self._lookups.contains(fingerprints)
        hits = sorted(
            ((pairs[place][0], int(fingerprints[place])) for place in np.flatnonzero(inside).tolist()),
            key=lambda hit: hit[0].at,
        )
        groups: list[_Group] = []
        reached = -1
        for name, mark in hits:
            if name.at < reached:
                groups[-1] = _Group(groups[-1].begin, (*groups[-1].marks, mark))
            else:
                groups.append(_Group(self._begin(name), (mark,)))
            reached = max(reached, name.at + name.count)
        return groups

    def _begin(self, name: _Name) -> int:
        return int(self._parts.begins[name.at])

    def _days_near(self, begin: int) -> list[int]:
        first = bisect_left(self._date_places, begin - NEAR)
        last = bisect_right(self._date_places, begin + NEAR)
        return [day for _, day in self._dates[first : min(last, first + _MOST_NEAR)]]

    def _near(self, begins: Integers, begin: int) -> slice:
        first = int(np.searchsorted(begins, begin - NEAR))
        last = int(np.searchsorted(begins, begin + NEAR, side="right"))
        return slice(first, min(last, first + _MOST_NEAR))

    def _is_hidden(self, begin: int) -> bool:
        return bool(self._hidden[int(np.searchsorted(self._ends, begin, side="right"))])


def _people(groups: Sequence[_Group]) -> DistinctPeople:
    """Return the people of the most frequent form of identifier: two forms may be two numbers of one person."""
    by_form: dict[int, DistinctPeople] = {}
    for group in groups:
        by_form.setdefault(group.form, DistinctPeople()).add(group.marks)
    return max(by_form.values(), key=len, default=DistinctPeople())
