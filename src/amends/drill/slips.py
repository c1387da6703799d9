"""What goes wrong when somebody types, exports or merges a list: one function per slip.

A slip changes a row in place and says whether it could: nobody's second surname is dropped who has one
only. The truth records the slips that took place, by these names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np

from amends.drill.cultures import name_book
from amends.drill.plans import SlipRates

_SHORTEST_TYPO: Final = 4
_FALSE_FRIENDS: Final = (
    ("kh", "h"), ("ou", "u"), ("ee", "i"), ("sh", "ch"), ("ph", "f"), ("dj", "j"), ("tz", "z"),
    ("ks", "x"), ("y", "i"), ("z", "s"), ("k", "c"), ("v", "w"), ("q", "k"), ("w", "u"), ("j", "y"),
)  # fmt: skip
_NEIGHBOURS: Final = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxfrghjokklnmpowtdyibecux", strict=True))
"""The key beside each key."""


@dataclass(slots=True, repr=False)
class SheetPerson:
    """One person as the sheet will show them."""

    family: list[str]
    given: list[str]
    family_tokens: tuple[int, ...]
    given_tokens: tuple[int, ...]
    born: date | None
    born_as_text: bool
    identifier: str
    """Nine digits, or empty."""
    identifier_form: str
    """``letter`` (A012345678), ``dashed`` (012-345-678) or ``number`` (leading zeros lost)."""


Slip = Callable[[SheetPerson, np.random.Generator], bool]


def apply_slips(person: SheetPerson, due: Mapping[str, bool], rng: np.random.Generator) -> tuple[str, ...]:
    """Apply the slips that are due, in a fixed order, and return the names of those that took place."""
    return tuple(name for name, slip in SLIPS.items() if due[name] and slip(person, rng))


def draw_slips(rates: SlipRates, rows: int, rng: np.random.Generator) -> list[dict[str, bool]]:
    """Return, for each row, which slips are due."""
    names = [each.name for each in fields(rates)]
    chance = rng.random((rows, len(names))) < np.array([getattr(rates, name) for name in names])
    return [dict(zip(names, row, strict=True)) for row in chance.tolist()]


def _surnames_reversed(person: SheetPerson, rng: np.random.Generator) -> bool:
    if len(person.family) < 2 or person.family[0] == person.family[1]:  # two surnames
        return False
    person.family.reverse()
    person.family_tokens = person.family_tokens[::-1]
    return True


def _surname_dropped(person: SheetPerson, rng: np.random.Generator) -> bool:
    if len(person.family) < 2:  # two surnames
        return False
    kept = int(rng.random() < 0.25)  # mostly the second one is lost
    person.family = [person.family[kept]]
    person.family_tokens = (person.family_tokens[kept],)
    return True


def _second_given_dropped(person: SheetPerson, rng: np.random.Generator) -> bool:
    if len(person.given) < 2:  # two given names
        return False
    del person.given[1:]
    person.given_tokens = person.given_tokens[:1]
    return True


def _other_spelling(person: SheetPerson, rng: np.random.Generator) -> bool:
    """Write one name as another office would: by a curated spelling, else by a letter that sounds alike."""
    for names, tokens in ((person.given, person.given_tokens), (person.family, person.family_tokens)):
        for place, token in enumerate(tokens):
            siblings = name_book().siblings[token]
            if siblings:
                names[place] = name_book().latin[siblings[int(rng.integers(len(siblings)))]]
                return True
    for names in (person.family, person.given):
        for place, name in enumerate(names):
            for written, heard in _FALSE_FRIENDS:
                if written in name.lower()[1:]:
                    names[place] = name[0] + name[1:].replace(written, heard, 1)
                    return True
    return False


def _name_typo(person: SheetPerson, rng: np.random.Generator) -> bool:
    places = [
        (names, place)
        for names in (person.family, person.given)
        for place, name in enumerate(names)
        if len(name) >= _SHORTEST_TYPO
    ]
    if not places:
        return False
    names, place = places[int(rng.integers(len(places)))]
    name, at = names[place], 1 + int(rng.integers(len(names[place]) - 2))
    mistyped = (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + _NEIGHBOURS.get(name[at].lower(), "e") + name[at + 1 :],
    )[int(rng.integers(4))]
    names[place] = mistyped
    return mistyped != name


def _names_swapped(person: SheetPerson, rng: np.random.Generator) -> bool:
    if not person.given:
        return False
    person.family, person.given = person.given, person.family
    person.family_tokens, person.given_tokens = person.given_tokens, person.family_tokens
    return True


def _date_day_month_swapped(person: SheetPerson, rng: np.random.Generator) -> bool:
    born = person.born
    if born is None or born.day > 12 or born.day == born.month:  # there are twelve months
        return False
    person.born = date(born.year, born.day, born.month)
    return True


def _date_digit(person: SheetPerson, rng: np.random.Generator) -> bool:
    """Mistype one digit: of the year or of the day, staying within the calendar."""
    if person.born is None:
        return False
    year, day = person.born.year, person.born.day
    if rng.random() < 0.5:  # year or day
        year += (1, -1, 10, -10)[int(rng.integers(4))]
        day = min(day, 28)
    else:
        day = day + 1 if day % 10 not in (8, 9) and day < 28 else day - 1  # the shortest month
    changed = date(year, person.born.month, max(day, 1))
    took_place = changed != person.born
    person.born = changed
    return took_place


def _date_missing(person: SheetPerson, rng: np.random.Generator) -> bool:
    had_one = person.born is not None
    person.born = None
    return had_one


def _date_as_text(person: SheetPerson, rng: np.random.Generator) -> bool:
    person.born_as_text = person.born is not None
    return person.born_as_text


def _identifier_missing(person: SheetPerson, rng: np.random.Generator) -> bool:
    person.identifier = ""
    return True


def _identifier_digit(person: SheetPerson, rng: np.random.Generator) -> bool:
    if not person.identifier:
        return False
    at = int(rng.integers(len(person.identifier)))
    other = str((int(person.identifier[at]) + 1 + int(rng.integers(9))) % 10)
    person.identifier = person.identifier[:at] + other + person.identifier[at + 1 :]
    return True


def _identifier_transposed(person: SheetPerson, rng: np.random.Generator) -> bool:
    digits = person.identifier
    places = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    if not places:
        return False
    at = places[int(rng.integers(len(places)))]
    person.identifier = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return True


def _identifier_as_number(person: SheetPerson, rng: np.random.Generator) -> bool:
    """Only counts as a slip where a zero is lost; the form changes all the same."""
    if not person.identifier:
        return False
    person.identifier_form = "number"
    return person.identifier.startswith("0")


def _identifier_dashed(person: SheetPerson, rng: np.random.Generator) -> bool:
    if not person.identifier or person.identifier_form == "number":
        return False
    person.identifier_form = "dashed"
    return True


SLIPS: Final[Mapping[str, Slip]] = {
    "surnames_reversed": _surnames_reversed,
    "surname_dropped": _surname_dropped,
    "second_given_dropped": _second_given_dropped,
    "other_spelling": _other_spelling,
    "name_typo": _name_typo,
    "names_swapped": _names_swapped,
    "date_missing": _date_missing,
    "date_day_month_swapped": _date_day_month_swapped,
    "date_digit": _date_digit,
    "date_as_text": _date_as_text,
    "identifier_missing": _identifier_missing,
    "identifier_digit": _identifier_digit,
    "identifier_transposed": _identifier_transposed,
    "identifier_as_number": _identifier_as_number,
    "identifier_dashed": _identifier_dashed,
}
"""In the order in which they are applied; the keys are those of `SlipRates`."""
