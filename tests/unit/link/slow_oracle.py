"""The model spelled out one pair at a time, over all pairs: slow, plain, and written apart from the engine.

It shares with the engine only what both must agree on by definition: how a word is normalised, the parameters
of the model, and the decision. Blocking, padding, caps, vectorised comparisons are not in it.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import OSA, JaroWinkler

from amends.link import comparing_fields as fields
from amends.link import comparing_names as names
from amends.link.keys import Pairs
from amends.link.model import Model
from amends.link.phonetics import skeleton
from amends.link.short_forms import FORMAL
from amends.link.vocabulary_of_names import PARTICLES, latin_tokens
from amends.link.weighed_pairs import WeighedPairs


@dataclass(frozen=True)
class Plain:
    """One person as a reader would see them."""

    family: tuple[str, ...]
    given: tuple[str, ...]
    alias: tuple[str, ...]
    born: date | None
    number: str
    nationality: str

    @property
    def stated(self) -> set[str]:
        return {word for word in (*self.family, *self.given) if word not in PARTICLES}

    @property
    def every(self) -> set[str]:
        return {*self.family, *self.given, *self.alias}


def plain_people(table: pa.Table, columns: tuple[str, str, str, str, str, str]) -> list[Plain]:
    """Read people; columns: family, given, alias (may be empty), date, number, nationality."""
    family, given, alias, born, number, nationality = columns
    return [
        Plain(
            family=_words(line[family]),
            given=_words(line[given]),
            alias=_words(line.get(alias) or ""),
            born=date.fromisoformat(line[born]) if line[born] else None,
            number="".join(sign for sign in line[number] if sign.isdigit()),
            nationality=line[nationality].casefold(),
        )
        for line in table.to_pylist()
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(token for raw in text.split() for token in latin_tokens(raw))


class Oracle:
    """Weighs every row against every person."""

    def __init__(self, persons: list[Plain], model: Model) -> None:
        self.persons, self.model = persons, model
        self.tokens = Counter(word for person in persons for word in person.every)
        self.sounds: Counter[str] = Counter()
        for word, count in self.tokens.items():
            self.sounds[_sound(word)] += count
        self.days = Counter(person.born for person in persons if person.born)
        self.nations = Counter(person.nationality for person in persons if person.nationality)
        given = sorted(int(person.number) for person in persons if person.number)
        low, high = np.quantile(given, (0.05, 0.95))
        self.space = max(float(high - low), len(persons))

    def weigh(self, rows: list[Plain]) -> WeighedPairs:
        lines = [
            (row, index, *self._pair(rows[row], person))
            for row in range(len(rows))
            for index, person in enumerate(self.persons)
        ]
        row, person, bits, name, day, number, nation = zip(*lines, strict=True)
        zeros = np.zeros(len(lines), dtype=np.int8)
        return WeighedPairs(
            pairs=Pairs(np.array(row, dtype=np.int32), np.array(person, dtype=np.int32)),
            bits=np.array(bits),
            names=np.array(name, dtype=np.uint16),
            dates=np.array(day, dtype=np.int8),
            identifiers=np.array(number, dtype=np.int8),
            nationalities=np.array(nation, dtype=np.int8),
            facilities=zeros,
            crowded=np.empty(0, dtype=np.int32),
            oversized_keys=0,
        )

    def _pair(self, row: Plain, person: Plain) -> tuple[float, int, int, int, int]:
        name_bits, flags = self._names(row, person)
        day_bits, day = self._days(row, person)
        number_bits, number = self._numbers(row, person)
        nation_bits, nation = self._nations(row, person)
        return name_bits + day_bits + number_bits + nation_bits, flags, day, number, nation

    def _token(self, mine: str, theirs: str, open_mine: bool, open_theirs: bool) -> tuple[float, int]:
        size, model = len(self.persons), self.model
        prior = model.token_prior_persons

        def chance(count: int) -> float:
            return (max(count - 1, 0) + prior * model.token_prior_u) / (size + prior)

        share = chance(self.tokens[theirs])
        sounding = max(chance(self.sounds[_sound(theirs)]), share)
        least = 1 / max(size, 20_000)
        if mine == theirs:
            level, u = 1, max(share, least)
        elif not (open_mine and open_theirs):
            return 0.0, 0
        else:
            level = _likeness(mine, theirs)
            u = (0.0, 0.0, max(4 * share, model.token_slip_u), max(sounding, least), max(8 * share, 2e-3))[
                level
            ]
        return (max(math.log2(model.token.m[level - 1] / min(u, 1)), 0.1), level) if level else (0.0, 0)

    def _names(self, row: Plain, person: Plain) -> tuple[float, int]:
        if not row.every or not person.every:
            return 0.0, names.NO_NAME
        agreed = self._counterparts(row, person)
        hit = {theirs for theirs, _, _ in agreed.values()}
        mine_left = [word for word in row.stated if word not in agreed]
        their_left = [word for word in person.stated if word not in hit]
        replaced = min(len(mine_left), len(their_left))
        one_sided = max(len(mine_left), len(their_left)) - replaced
        crossed = any(_crossed(row, person, mine, theirs) for mine, (theirs, _, _) in agreed.items())
        ceiling = max(math.log2(len(self.persons)) + self.model.name_ceiling, self.model.name_ceiling_least)
        bits = min(sum(value for _, value, _ in agreed.values()), ceiling)
        bits += self.model.left_over_both * replaced + self.model.left_over_one * one_sided
        bits += self.model.crossed * crossed
        levels = [level for _, _, level in agreed.values()]
        mononym = 1 in levels and replaced + one_sided == 0
        flags = names.SLIPPED * (2 in levels) | names.SOUNDED * (3 in levels) | names.LOOSE * (4 in levels)
        flags |= names.REPLACED * (replaced > 0) | names.ONE_SIDED * (one_sided > 0)
        flags |= names.CROSSED * crossed | names.NONE_AGREES * (not agreed)
        flags |= names.THIN * (len(agreed) == 1 and not mononym)
        for flag, mine, theirs in (
            (names.OTHER_GIVEN, row.given, person.given),
            (names.OTHER_FAMILY, row.family, person.family),
        ):
            stated = bool(mine) and bool(theirs)
            flags |= flag * (stated and not (set(mine) & set(agreed)) and not (set(theirs) & hit))
        return bits, flags

    def _counterparts(self, row: Plain, person: Plain) -> dict[str, tuple[str, float, int]]:
        common = row.every & person.every
        best: dict[str, tuple[str, float, int]] = {}
        for mine in row.every:
            options = [
                (theirs, *self._token(mine, theirs, mine not in common, theirs not in common))
                for theirs in person.every
            ]
            theirs, value, level = max(options, key=lambda option: option[1])
            if level:
                best[mine] = (theirs, value, level)
        for theirs in {theirs for theirs, _, _ in best.values()}:
            claims = [mine for mine, (claimed, _, _) in best.items() if claimed == theirs]
            winner = max(claims, key=lambda mine: best[mine][1])
            for loser in claims:
                if loser != winner:
                    del best[loser]
        return best

    def _days(self, row: Plain, person: Plain) -> tuple[float, int]:
        model = self.model
        if row.born is None or person.born is None:
            return 0.0, fields.DATE_ABSENT
        equal, swapped, one_part, year, _, different = model.date.m
        smoothed = (self.days[person.born] - 0.9) / (sum(self.days.values()) + 1_500)
        chance = max(smoothed, 1 / 30_000)
        if row.born == person.born:
            return math.log2(equal / chance), fields.DATE_EQUAL
        mine = (row.born.year, row.born.month, row.born.day)
        theirs = (person.born.year, person.born.month, person.born.day)
        if mine == (theirs[0], theirs[2], theirs[1]):
            return math.log2(swapped / chance), fields.DATE_SWAPPED
        same = sum(one == other for one, other in zip(mine, theirs, strict=True))
        if same == 2:
            return math.log2(one_part / model.date_one_part_u), fields.DATE_ONE_PART
        if mine[0] == theirs[0]:
            return math.log2(year / model.date_year_u), fields.DATE_YEAR
        return math.log2(different), fields.DATE_DIFFERS

    def _numbers(self, row: Plain, person: Plain) -> tuple[float, int]:
        if not row.number or not person.number:
            return 0.0, fields.ID_ABSENT
        equal, slip, different = self.model.identifier.m
        strong = min(math.log2(equal * self.space), self.model.identifier_ceiling)
        mine, theirs = row.number.lstrip("0"), person.number.lstrip("0")
        if mine == theirs:
            return strong, fields.ID_EQUAL if row.number == person.number else fields.ID_ZEROS_LOST
        padded = mine.zfill(len(theirs)), theirs.zfill(len(mine))
        if min(OSA.distance(mine, theirs), OSA.distance(*padded)) == 1:
            weight = min(math.log2(slip * self.space / self.model.identifier_slips), strong)
            return max(weight, 0.0), fields.ID_SLIP
        return math.log2(different), fields.ID_DIFFERS

    def _nations(self, row: Plain, person: Plain) -> tuple[float, int]:
        if not row.nationality or not person.nationality:
            return 0.0, fields.WORD_ABSENT
        total, m = sum(self.nations.values()), self.model.nationality_m
        share = max(self.nations[person.nationality] / total, 1e-4)
        if row.nationality == person.nationality:
            return max(math.log2(m / share), 0.0), fields.WORD_EQUAL
        mine = max(self.nations[row.nationality] / total, 1e-4)
        return min(math.log2((1 - m) / max(1 - mine, 0.05)), 0.0), fields.WORD_DIFFERS


def _sound(word: str) -> str:
    return skeleton(FORMAL.get(word, word))


def _likeness(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    edits, alike = OSA.distance(one, other), JaroWinkler.similarity(one, other)
    if (edits <= 1 and shorter >= 3) or (edits <= 2 and shorter >= 8):
        return 2
    if _sound(one) == _sound(other) and (alike >= 0.65 or one in FORMAL or other in FORMAL):
        return 3
    return 4 if alike >= 0.88 and shorter >= 4 else 0


def _crossed(row: Plain, person: Plain, mine: str, theirs: str) -> bool:
    if theirs in person.alias:
        return False
    own = (mine in row.family, mine in row.given)
    their = (theirs in person.family, theirs in person.given)
    return not (own[0] and their[0]) and not (own[1] and their[1])
