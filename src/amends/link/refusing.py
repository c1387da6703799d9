"""Rows that are not a person's row at all: empty ones, totals, repeated headers."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.link.dates import as_text
from amends.link.mapping import LeakedColumns
from amends.link.people import People

_TOTALS: Final = r"^(grand |sub[- ]?)?(total|totals|sum|count|gesamt|summe|suma|totaux|somme|itog[oi]?)\b"
EMPTY: Final = "row is empty in every mapped column"
TOTAL: Final = "row is a total, not a person"
HEADER: Final = "row repeats the header"


def refusals(table: pa.Table, columns: LeakedColumns, people: People) -> NDArray[np.object_]:
    """Return for every row why it is no person's row, or the empty text.

    A row is a total only where it has neither a date of birth nor more than one name token, so that a
    person whose name happens to be Sum stays a person.
    """
    texts = [
        pc.utf8_trim_whitespace(pc.fill_null(as_text(table.column(name)), "")) for name in columns.mapped
    ]
    filled = sum(pc.not_equal(text, "").to_numpy(zero_copy_only=False).astype(np.int16) for text in texts)
    is_header = sum(
        pc.equal(pc.utf8_lower(text), name.strip().lower()).to_numpy(zero_copy_only=False).astype(np.int16)
        for text, name in zip(texts, columns.mapped, strict=True)
    )
    is_total = np.zeros(len(people), dtype=np.bool_)
    for text in texts:
        is_total |= pc.match_substring_regex(text, _TOTALS, ignore_case=True).to_numpy(zero_copy_only=False)
    undated = people.dates.years == 0
    unidentified = np.ones(len(people), dtype=np.bool_)
    for column in people.identifiers:
        unidentified &= column.cores == -1
    few_words = people.tokens.lengths <= 2  # noqa: PLR2004 - "Grand Total"
    reasons = np.full(len(people), "", dtype=np.object_)
    reasons[is_total & undated & few_words & (unidentified | (filled <= 2))] = TOTAL  # noqa: PLR2004
    reasons[(is_header > 0) & (is_header >= filled / 2) & undated] = HEADER
    reasons[filled == 0] = EMPTY
    return reasons
