"""A judgement's reason in words: which fields agree and how, never what they hold."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.link import comparing_fields as fields
from amends.link import comparing_names as names
from amends.link.weighed_pairs import WeighedPairs

_IDENTIFIER: Final = {
    fields.ID_ABSENT: "identifier missing",
    fields.ID_EQUAL: "identifier equal",
    fields.ID_ZEROS_LOST: "identifier equal but for leading zeros or prefix",
    fields.ID_SLIP: "identifier one slip away",
    fields.ID_DIFFERS: "identifier differs",
}
_DATE: Final = {
    fields.DATE_ABSENT: "date of birth missing",
    fields.DATE_EQUAL: "date of birth equal",
    fields.DATE_SWAPPED: "date of birth day and month swapped",
    fields.DATE_ONE_PART: "date of birth differs in one part",
    fields.DATE_YEAR: "date of birth agrees in the year only",
    fields.DATE_ONLY_YEAR: "year of birth equal, day not known",
    fields.DATE_DIFFERS: "date of birth differs",
}
_NATIONALITY: Final = {fields.WORD_EQUAL: "nationality equal", fields.WORD_DIFFERS: "nationality differs"}
_FACILITY: Final = {fields.WORD_EQUAL: "facility equal"}
_NAME_FLAGS: Final = (
    (names.NO_NAME, "name missing"),
    (names.NONE_AGREES, "no part of the name agrees"),
    (names.SLIPPED, "name spelt with a slip"),
    (names.SOUNDED, "name in another romanisation or short form"),
    (names.LOOSE, "part of the name only alike"),
    (names.CROSSED, "family and given name exchanged"),
    (names.REORDERED, "surnames reordered"),
    (names.ONE_SIDED, "part of the name on one side only"),
    (names.THIN, "no more than one part of the name agrees"),
    (names.REPLACED, "part of the name differs"),
    (names.OTHER_GIVEN, "given name differs"),
    (names.OTHER_FAMILY, "family name differs"),
)


def reasons_of(weighed: WeighedPairs, chosen: NDArray[np.integer]) -> NDArray[np.object_]:
    """Return the reason of each chosen pair; distinct patterns are put into words once."""
    columns = (weighed.identifiers, weighed.dates, weighed.names, weighed.nationalities, weighed.facilities)
    patterns = np.column_stack([column[chosen].astype(np.int32) for column in columns])
    distinct, positions = np.unique(patterns.reshape(-1, len(columns)), axis=0, return_inverse=True)
    words = np.empty(len(distinct), dtype=np.object_)
    words[:] = [_in_words(*pattern) for pattern in distinct.tolist()]
    return words[positions]


def _in_words(identifier: int, date: int, name: int, nationality: int, facility: int) -> str:
    said = [_IDENTIFIER[identifier], _DATE[date]]
    flags = [text for flag, text in _NAME_FLAGS if name & flag]
    said += flags or ["name equal"]
    said += [text for text in (_NATIONALITY.get(nationality), _FACILITY.get(facility)) if text]
    return "; ".join(said)
