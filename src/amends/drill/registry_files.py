"""Writes the registry and its status history as Parquet, chunk by chunk: a million people need little memory.

The columns are the ones that the mapping names, plus a few that it does not, as real registries have.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends.drill.canary import CANARY
from amends.drill.circumstances import Circumstances
from amends.drill.cultures import name_book
from amends.drill.custody import STATUS_WORDS, Custody
from amends.drill.places import FACILITIES, FIRMS, STREETS, TOWNS
from amends.drill.population import NOBODY, Population, languages, nationalities

_CHUNK: Final = 1 << 17
_COMPRESSION: Final = "zstd"
_FEW_VALUES: Final = [
    "gender",
    "nationality",
    "language",
    "facility",
    "contact_channels",
    "representative_id",
]
FIRST_NAME_UNKNOWN: Final = "FNU"
"""What offices write as the given name of people with a single name."""

Text = Any
"""An Arrow array of strings; pyarrow carries no types."""


@dataclass(frozen=True, slots=True)
class People:
    """Everything known about the population, part by part; each part has one entry per person."""

    population: Population
    custody: Custody
    circumstances: Circumstances


def person_ids(places: npt.NDArray[Any]) -> Text:
    """Return the registry's number of each person: ``P`` and seven digits or more."""
    digits = pc.utf8_lpad(pc.cast(pa.array(places, pa.int64()), pa.string()), 7, "0")
    return pc.binary_join_element_wise("P", digits, "")


def write_registry(path: Path, people: People, registered: int) -> None:
    """Write the first ``registered`` people of the population."""
    writer: pq.ParquetWriter | None = None
    for first in range(0, registered, _CHUNK):
        table = _registry_chunk(people, np.arange(first, min(first + _CHUNK, registered)))
        if writer is None:
            writer = pq.ParquetWriter(
                path, table.schema, compression=_COMPRESSION, use_dictionary=_FEW_VALUES
            )
        writer.write_table(table)
    if writer is not None:
        writer.close()


def write_status(path: Path, custody: Custody, registered: int) -> None:
    """Write every state of the first ``registered`` people; ``valid_to`` is null while a state lasts."""
    known = custody.person < registered
    words = pa.array(STATUS_WORDS)
    table = pa.table(
        {
            "person_id": person_ids(custody.person[known]),
            "status": words.take(pa.array(custody.state[known])),
            "valid_from": _instants(custody.begins[known]),
            "valid_to": _instants(custody.ends[known]),
        }
    )
    pq.write_table(table, path, compression=_COMPRESSION, use_dictionary=["status"])


def official_names(people: Population) -> tuple[Text, Text]:
    """Return family names and given names in their official Latin spelling."""
    latin, _ = _spellings()
    family = _joined(_looked_up(latin, people.family_first), _looked_up(latin, people.family_second), " ")
    given = _joined(_looked_up(latin, people.given_first), _looked_up(latin, people.given_second), " ")
    return family, pc.if_else(pa.array(people.given_first == NOBODY), FIRST_NAME_UNKNOWN, given)


def _registry_chunk(people: People, places: npt.NDArray[np.int64]) -> pa.Table:
    population = people.population.take(places)
    around = people.circumstances
    family, given = official_names(population)
    held = people.custody.held_at_hold[places]
    offices = around.representative[places]
    represented = offices != NOBODY
    return pa.table(
        {
            "person_id": person_ids(places),
            "a_number": _written_numbers(population.number),
            "family_name": family,
            "given_name": given,
            "other_names": _other_names(population),
            "date_of_birth": pa.array(population.born, pa.int32()).view(pa.date32()),
            "gender": pc.if_else(pa.array(population.female), "F", "M"),
            "nationality": pa.array(nationalities()).take(pa.array(population.nationality)),
            "language": pa.array(languages()).take(pa.array(population.language)),
            "facility": pc.fill_null(_looked_up(pa.array(FACILITIES), around.facility[places]), ""),
            "address": _addresses(around, places, held),
            "contact_channels": pc.if_else(
                pa.array(around.no_contact[places]), "none", pc.if_else(pa.array(held), "hand", "post")
            ),
            "deceased": pa.array(around.deceased[places]),
            "representative_id": _of_representatives("R", offices, "", represented),
            "representative_name": _representative_names(offices, represented),
            "representative_address": _of_representatives(
                "Suite ", offices, f"|{CANARY} Midvale, ZE", represented
            ),
            "final_order": pa.array(around.final_order[places]),
        }
    )


@cache
def _spellings() -> tuple[Text, Text]:
    book = name_book()
    return pa.array(book.latin), pa.array(book.native)


def _looked_up(words: Text, places: npt.NDArray[Any]) -> Text:
    """Return the word at each place; null where the place is `NOBODY`."""
    return words.take(pa.array(places, mask=places == NOBODY))


def _joined(first: Text, second: Text, separator: str) -> Text:
    """Return both with the separator between, or the one that there is, or nothing; null counts as nothing.

    Arrow's own ``null_handling="skip"`` loses the rows in which every part is null.
    """
    both = pc.and_(pc.is_valid(first), pc.is_valid(second))
    between = pc.if_else(both, separator, "")
    return pc.binary_join_element_wise(pc.fill_null(first, ""), between, pc.fill_null(second, ""), "")


def _other_names(people: Population) -> Text:
    """Return the name in its own script, and for people with two surnames now and then the short form."""
    latin, native = _spellings()
    family = _joined(_looked_up(native, people.family_first), _looked_up(native, people.family_second), " ")
    given = _joined(_looked_up(native, people.given_first), _looked_up(native, people.given_second), " ")
    chinese = [culture.key for culture in name_book().cultures].index("chinese")
    whole = pc.if_else(
        pa.array(people.culture == chinese),
        _joined(family, given, ""),
        pc.utf8_trim_whitespace(_joined(given, family, " ")),
    )
    short = _joined(_looked_up(latin, people.given_first), _looked_up(latin, people.family_first), " ")
    nothing = pa.scalar(None, pa.string())
    has_alias = (people.number % 11 == 0) & (people.family_second != NOBODY)
    return _joined(
        pc.if_else(pa.array(people.has_native), whole, nothing),
        pc.if_else(pa.array(has_alias), short, nothing),
        "|",
    )


def _written_numbers(numbers: npt.NDArray[np.int64]) -> Text:
    """Most read ``A012345678``; one in seven was typed in groups by an older system."""
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 9, "0")
    parts = [pc.utf8_slice_codeunits(digits, start, start + 3) for start in (0, 3, 6)]
    grouped = pc.binary_join_element_wise(*parts, "-")
    return pc.if_else(pa.array(numbers % 7 == 3), grouped, pc.binary_join_element_wise("A", digits, ""))


def _addresses(around: Circumstances, places: npt.NDArray[np.int64], held: npt.NDArray[np.bool_]) -> Text:
    """Return street and town, or for people in custody the facility; every address carries the canary."""
    house = around.house[places]
    street = pc.binary_join_element_wise(
        pc.cast(pa.array(1 + house % 1999), pa.string()),
        pa.array(STREETS).take(pa.array(house % len(STREETS))),
        " ",
    )
    town = pa.array(TOWNS).take(pa.array((house >> 8) % len(TOWNS)))
    facility = _looked_up(pa.array(FACILITIES), np.where(held, around.facility[places], NOBODY))
    first_line = pc.if_else(pa.array(held), facility, street)
    return pc.binary_join_element_wise(first_line, pc.binary_join_element_wise(CANARY, town, " "), "|")


def _of_representatives(
    before: str, offices: npt.NDArray[np.int32], after: str, represented: npt.NDArray[np.bool_]
) -> Text:
    numbers = pc.utf8_lpad(pc.cast(pa.array(np.maximum(offices, 0)), pa.string()), 5, "0")
    return pc.if_else(pa.array(represented), pc.binary_join_element_wise(before, numbers, after, ""), "")


def _representative_names(offices: npt.NDArray[np.int32], represented: npt.NDArray[np.bool_]) -> Text:
    book, (latin, _) = name_book(), _spellings()
    anglophone = next(culture for culture in book.cultures if culture.key == "anglophone")
    numbers = np.maximum(offices, 0)
    given = anglophone.given[1].tokens[numbers * 7 % len(anglophone.given[1].tokens)]
    family = anglophone.families[0].tokens[numbers * 13 % len(anglophone.families[0].tokens)]
    names = pc.binary_join_element_wise(latin.take(pa.array(given)), latin.take(pa.array(family)), " ")
    firms = pa.array(FIRMS).take(pa.array(numbers % len(FIRMS)))
    return pc.if_else(pa.array(represented), pc.binary_join_element_wise(names, firms, ", "), "")


def _instants(seconds: npt.NDArray[np.int64]) -> Text:
    """Return UTC instants; zero means that there is none."""
    return pa.array(seconds * 1_000_000, pa.int64(), mask=seconds == 0).view(pa.timestamp("us", tz="UTC"))
