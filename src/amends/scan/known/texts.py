"""People of an index in running text: what stands near a name or a number is taken to speak of the same person."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.birthdays import DATES_IN_TEXT, date_readings
from amends.scan.known.cells import numbered_places
from amends.scan.known.evidence import KnownPeople, is_list_of_names, more_than_chance
from amends.scan.known.keys import FEWEST_PARTS
from amends.scan.known.lists import Integers
from amends.scan.known.lookups import Lookups
from amends.scan.known.rows import PART_AGREES
from amends.scan.known.siphash import Words
from amends.vocabulary.provenance import Provenance

NEAR: Final = 200
"""Characters between two things that may speak of one person: a line or two."""
_LONGEST_NAME: Final = 5
_MOST_NEAR: Final = 64
"""Things near one number or name that are tried; a column of numbers read as text has hundreds."""
_LIKELY: Final = 1e-3
_WORD: Final = re.compile(r"[^\x00-&(-/:-@\[-_{-\x7f]+")
_WITHIN_A_NAME: Final = re.compile(r"[ \t,.\-\u00a0]{1,4}|[ \t,.]{0,3}\r?\n[ \t]{0,8}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, and whether somebody who looks at the file sees it."""

    text: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Parts:
    """The known parts of names in the text, in order."""

    begins: Integers
    atoms: Words
    runs: Integers
    """Parts of one run stand next to each other and may be one name."""
    lines: Integers
    """The line of each part: a name may run on to the next."""
    capital: NDArray[np.bool_]
    """Whether the word could be written so as a name: not in lower case among words with capitals."""
    runs_seen: int
    """How many runs of two parts or more there are: so many names may stand in the text."""


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
        self._parts = _parts_of(text, lookups)
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
        strong = max(numbers, dated, key=lambda found: len(set(found.values())))
        name = self._lookups.index.name
        if strong:
            people = len(set(strong.values()))
            unseen = len({mark for at, mark in strong.items() if self._is_hidden(at)})
            reason = f"At least {people:,} people of the index '{name}' are named in the text"
            reason += f", {unseen:,} of them where nobody sees them." if unseen else "."
            marks = frozenset((*numbers.values(), *dated.values()))
            yield KnownPeople(place, name, "known-people", people, unseen, reason, marks)
            return
        yield from self._list_of_names(place, names)

    def _list_of_names(self, place: Provenance, names: list[tuple[int, int, int]]) -> Iterator[KnownPeople]:
        name, chance = self._lookups.index.name, self._lookups.chance.common_names
        distinct = {(total, count): begin for begin, total, count in names}
        trials = max(self._parts.runs_seen, len(distinct))
        if not is_list_of_names(len(distinct), trials, chance):
            return
        by_chance = chance * trials
        unseen = sum(self._is_hidden(begin) for begin in distinct.values())
        people = max(1, int(len(distinct) - by_chance))
        reason = (
            f"{len(distinct):,} of {trials:,} names in the text are names of people of the index '{name}'; "
            f"about {by_chance:,.0f} would be by chance."
        )
        sums = np.array([total for total, _ in distinct], dtype=np.uint64)
        counts = np.array([count for _, count in distinct], dtype=np.uint64)
        marks = frozenset(self._lookups.make.names(sums, counts).tolist())
        yield KnownPeople(place, name, "known-names", people, min(people, unseen), reason, marks)

    def _by_identifier(self) -> dict[int, int]:
        """Return where an identifier stands that something near it corroborates, with its fingerprint."""
        places = numbered_places(self._text)
        normal = list(dict.fromkeys(text for _, _, text in places))
        if not normal:
            return {}
        words = self._lookups.make.identifier_words(normal)
        fingerprints = self._lookups.make.identifiers(words)
        known = self._lookups.contains(fingerprints)
        of = {text: number for number, text in enumerate(normal) if known[number]}
        hits = [(begin, of[text]) for begin, _, text in places if text in of]
        agreeing = self._agreeing(hits, words)
        single = [hit for hit, agrees in zip(hits, agreeing, strict=True) if agrees == 1]
        chances = [self._lookups.chance.of_identifier(len(normal[number])) for _, number in hits]
        chance = max(chances, default=0.0) * PART_AGREES
        believed = more_than_chance(len(single), len(normal), chance, limit=_LIKELY)
        fewest = 1 if believed else FEWEST_PARTS
        return {
            begin: int(fingerprints[number])
            for (begin, number), agrees in zip(hits, agreeing, strict=True)
            if agrees >= fewest
        }

    def _agreeing(self, hits: Sequence[tuple[int, int]], words: Words) -> list[int]:
        """Return for each known identifier how many names near it are its person's; a birthday counts as two."""
        agreeing = []
        for begin, number in hits:
            word = words[number : number + 1]
            atoms = np.unique(self._parts.atoms[self._near(self._parts.begins, begin)])
            days = np.array(self._days_near(begin), dtype=np.uint64)
            pairs = self._lookups.make.identifiers_with_parts(np.repeat(word, len(atoms)), atoms)
            parts = int(self._lookups.contains(pairs).sum()) if len(atoms) else 0
            births = self._lookups.make.identifiers_with_births(np.repeat(word, len(days)), days)
            born = len(days) and bool(self._lookups.contains(births).any())
            agreeing.append(parts + FEWEST_PARTS * bool(born))
        return agreeing

    def _names(self) -> list[tuple[int, int, int]]:
        """Return begin, sum and count of the known names, none overlapping another."""
        parts = self._parts
        running = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(parts.atoms, dtype=np.uint64)))
        capitals: Integers = np.concatenate(
            (np.zeros(1, dtype=np.int64), np.cumsum(parts.capital, dtype=np.int64))
        )
        found: list[tuple[bool, int, int, int]] = []
        for count in range(FEWEST_PARTS, _LONGEST_NAME + 1):
            size = len(parts.atoms) - count + 1
            if size <= 0:
                break
            together = parts.runs[:size] == parts.runs[count - 1 :]
            together &= capitals[count:] - capitals[:-count] == count
            places = np.flatnonzero(together)
            sums = running[places + count] - running[places]
            inside = self._lookups.contains(
                self._lookups.make.names(sums, np.full(len(places), count, dtype=np.uint64))
            )
            across = parts.lines[places] != parts.lines[places + count - 1]
            columns = (across[inside], places[inside], sums[inside])
            found += [(*hit, count) for hit in zip(*(c.tolist() for c in columns), strict=True)]
        return self._not_overlapping(found)

    def _not_overlapping(self, found: list[tuple[bool, int, int, int]]) -> list[tuple[int, int, int]]:
        """Choose the longest names, those on one line first: a list has one name a line."""
        taken: set[int] = set()
        names = []
        for _, at, total, count in sorted(found, key=lambda hit: (hit[0], -hit[3], hit[1])):
            places = range(at, at + count)
            if taken.isdisjoint(places):
                taken.update(places)
                names.append((int(self._parts.begins[at]), total, count))
        return names

    def _with_births(self, names: list[tuple[int, int, int]]) -> dict[int, int]:
        """Return where a name stands whose person was born on a date near it, with the fingerprint of both."""
        pairs = [
            (begin, total, count, day) for begin, total, count in names for day in self._days_near(begin)
        ]
        if not pairs:
            return {}
        begins, totals, counts, days = (
            np.array(column, dtype=np.uint64) for column in zip(*pairs, strict=True)
        )
        fingerprints = self._lookups.make.names_with_births(totals, counts, days)
        inside = self._lookups.contains(fingerprints)
        return dict(zip(begins[inside].tolist(), fingerprints[inside].tolist(), strict=True))

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


def _parts_of(text: str, lookups: Lookups) -> _Parts:
    words = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
    lookups.learn_words(word for _, _, word in words)
    cased = any(word[0].isupper() for _, _, word in words)
    begins: list[int] = []
    atoms: list[int] = []
    runs: list[int] = []
    capital: list[bool] = []
    run, before = 0, -1
    for begin, end, word in words:
        parts = lookups.atoms_of(word)
        known = bool(parts) and all(map(lookups.is_known, parts))
        # What is no part of a name (de, al, an initial) may stand within one.
        if not known and parts:
            before = -1
            continue
        if before < 0 or not _WITHIN_A_NAME.fullmatch(text, before, begin):
            run += 1
        before = end
        for atom in parts:
            begins.append(begin)
            atoms.append(atom)
            runs.append(run)
            capital.append(not cased or not word[0].islower())
    names = np.array(runs, dtype=np.int64)
    ends = np.array([match.start() for match in re.finditer("\n", text)], dtype=np.int64)
    lines = np.searchsorted(ends, np.array(begins, dtype=np.int64))
    _, sizes = (
        np.unique(np.stack((names, lines)), axis=1, return_counts=True) if len(names) else ((), np.empty(0))
    )
    return _Parts(
        np.array(begins, dtype=np.int64),
        np.array(atoms, dtype=np.uint64),
        names,
        lines,
        np.array(capital, dtype=np.bool_),
        int((sizes >= FEWEST_PARTS).sum()),
    )
