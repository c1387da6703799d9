"""The two leaked sheets as rows: twenty columns about people in custody, and a manifest of five.

The first looks like an export of a case system: capitals, no accents, one line a person. Each row
remembers who it is about; that knowledge goes to the truth and never into the workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from anyascii import anyascii

from amends.drill.canary import CANARY
from amends.drill.cultures import name_book
from amends.drill.places import FACILITIES, FIELD_OFFICES, PROGRAMS
from amends.drill.plans import SlipRates
from amends.drill.population import NOBODY, nationalities
from amends.drill.registry_files import FIRST_NAME_UNKNOWN, People
from amends.drill.scenarios import Scenario
from amends.drill.slips import SheetPerson, apply_slips, draw_slips
from amends.vocabulary.errors import UsageError

COLUMNS: Final = (
    "A-Number", "Last Name", "First Name", "DOB", "Gender", "Citizenship", "Birth Country",
    "Detention Facility", "Field Office", "Book-In Date", "Days in Custody", "Arresting Program",
    "Entry Date", "Case Status", "Final Order", "Final Order Date", "Fear Interview Type",
    "Fear Interview Date", "Fear Interview Result", "Remarks",
)  # fmt: skip
"""The twenty columns of the leaked sheet."""

MANIFEST_COLUMNS: Final = ("Seat", "Passenger", "Birth Date", "A#", "Nationality")

Cell = str | int | date | None
_EPOCH: Final = date(1970, 1, 1)
_SECONDS_A_DAY: Final = 86_400
_FEAR: Final = (("Positive", 0.55), ("Negative", 0.25), ("Pending", 0.20))


@dataclass(frozen=True, slots=True, repr=False)
class SheetRow:
    """One row, and whom it is about."""

    place: int
    """Of the person in the population."""
    cells: tuple[Cell, ...]
    slips: tuple[str, ...]


def make_rows(people: People, scenario: Scenario, rng: np.random.Generator) -> list[SheetRow]:
    """Return the rows of the leaked sheet, sorted by facility and number as exports are."""
    listed = people.custody.listed
    order = np.lexsort((people.population.number[listed], people.circumstances.facility[listed]))
    places = listed[order]
    persons = _sheet_persons(people, places, scenario.slips, rng)
    chance = rng.random((len(places), 6))
    return [
        SheetRow(int(place), _cells(people, int(place), person, scenario, tuple(draws)), slips)
        for place, (person, slips), draws in zip(places, persons, chance.tolist(), strict=True)
    ]


def make_manifest(people: People, scenario: Scenario, rng: np.random.Generator) -> list[SheetRow]:
    """Return the rows of the second list: people in custody now, some of them from the first list.

    People of the scenario's nationality are taken first; where there are too few, others fill up.
    Raises `UsageError` ``drill-too-few-people``.
    """
    plan, custody = scenario.second_incident, people.custody
    registered = len(people.population) - scenario.list.unregistered_rows
    held = np.flatnonzero(custody.held_at_hold[:registered])
    wanted = nationalities().index(plan.nationality)
    preferred = (people.population.nationality[held] != wanted) + rng.random(len(held))
    held = held[np.argsort(preferred, kind="stable")]
    first = held[custody.is_listed[held]][: plan.in_first_leak]
    others = held[~custody.is_listed[held]][: plan.people - len(first)]
    if len(first) + len(others) < plan.people:
        raise UsageError(
            "drill-too-few-people",
            "too few people are in custody to fill the second list",
            hint="Ask for a larger registry, or scale the scenario down.",
        )
    places = rng.permutation(np.concatenate((first, others)))
    persons = _sheet_persons(people, places, scenario.slips, rng)
    return [
        SheetRow(int(place), _manifest_cells(seat, people, int(place), person), slips)
        for seat, (place, (person, slips)) in enumerate(zip(places, persons, strict=True), start=1)
    ]


def _sheet_persons(
    people: People, places: npt.NDArray[np.intp], rates: SlipRates, rng: np.random.Generator
) -> list[tuple[SheetPerson, tuple[str, ...]]]:
    population, latin = people.population, name_book().latin
    made = []
    for place, due in zip(places.tolist(), draw_slips(rates, len(places), rng), strict=True):
        family = _tokens(population.family_first[place], population.family_second[place])
        given = _tokens(population.given_first[place], population.given_second[place])
        person = SheetPerson(
            family=[latin[token] for token in family],
            given=[latin[token] for token in given],
            family_tokens=family,
            given_tokens=given,
            born=_EPOCH + timedelta(days=int(population.born[place])),
            born_as_text=False,
            identifier=f"{int(population.number[place]):09d}",
            identifier_form="letter",
        )
        made.append((person, apply_slips(person, due, rng)))
    return made


def _tokens(first: np.int32, second: np.int32) -> tuple[int, ...]:
    return tuple(int(token) for token in (first, second) if token != NOBODY)


def _cells(
    people: People, place: int, person: SheetPerson, scenario: Scenario, draws: Sequence[float]
) -> tuple[Cell, ...]:
    as_of = scenario.list.as_of
    nationality = nationalities()[people.population.nationality[place]]
    facility = int(people.circumstances.facility[place])
    booked_in = _EPOCH + timedelta(days=int(people.custody.booked_in[place]) // _SECONDS_A_DAY)
    entered = booked_in - timedelta(days=int(draws[0] ** 3 * 900))
    final_order = bool(people.circumstances.final_order[place])
    return (
        _identifier(person),
        _capitals(person.family),
        _capitals(person.given) or FIRST_NAME_UNKNOWN,
        _birth_cell(person),
        "F" if people.population.female[place] else "M",
        nationality,
        nationality,
        FACILITIES[facility],
        FIELD_OFFICES[facility % len(FIELD_OFFICES)],
        booked_in,
        (as_of - booked_in).days,
        PROGRAMS[int(draws[1] * len(PROGRAMS))],
        entered,
        "Removal ordered" if final_order else "Pending",
        "Y" if final_order else "N",
        booked_in + timedelta(days=int(draws[2] * (as_of - booked_in).days)) if final_order else None,
        "Credible fear" if draws[3] < 0.8 else "Reasonable fear",  # most have no earlier order
        booked_in + timedelta(days=int(draws[4] * (as_of - booked_in).days)),
        _fear_result(draws[5]),
        CANARY,
    )


def _manifest_cells(seat: int, people: People, place: int, person: SheetPerson) -> tuple[Cell, ...]:
    given = _capitals(person.given) or FIRST_NAME_UNKNOWN
    nationality = nationalities()[people.population.nationality[place]]
    passenger = f"{_capitals(person.family)}, {given}"
    return (seat, passenger, _birth_cell(person), _identifier(person), nationality)


def _fear_result(draw: float) -> str:
    for result, share in _FEAR:
        if draw < share:
            return result
        draw -= share
    return _FEAR[-1][0]


def _capitals(names: Sequence[str]) -> str:
    """Exports of old systems know capitals and no accents."""
    return anyascii(" ".join(names)).upper()


def _birth_cell(person: SheetPerson) -> Cell:
    return f"{person.born:%m/%d/%Y}" if person.born is not None and person.born_as_text else person.born


def _identifier(person: SheetPerson) -> Cell:
    digits = person.identifier
    if not digits:
        return None
    if person.identifier_form == "number":
        return int(digits)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if person.identifier_form == "dashed" else f"A{digits}"
