"""Who was in which status when (R16): a history of episodes, ``valid_from <= t < valid_to``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.link.dates import as_text
from amends.link.mapping import Mapping, StatusColumns
from amends.link.registry_file import TableFile
from amends.vocabulary.errors import UsageError

STATUS_NAMES: Final = ("unknown", "in_custody", "released", "removed", "other")
UNKNOWN: Final = 0
OPEN_END: Final = np.int64(np.iinfo(np.int64).max)
OPEN_BEGIN: Final = np.int64(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """Episodes of registry persons, ordered by person and begin. Times in microseconds since 1970, UTC."""

    size: int
    """Number of persons in the registry."""
    persons: NDArray[np.int32]
    statuses: NDArray[np.int8]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    source_sha256: str = ""
    """Of the file as it lies on disk; empty for a registry that keeps no history."""

    @classmethod
    def empty(cls, size: int) -> StatusHistory:
        """Return the history of a registry that keeps none: everybody's status is unknown."""
        none = np.empty(0, dtype=np.int64)
        return cls(size, none.astype(np.int32), none.astype(np.int8), none, none)

    @classmethod
    def open(cls, folder: Path, mapping: Mapping, person_ids: pa.Array) -> StatusHistory:
        """Read the history that ``mapping`` names; episodes of persons outside the registry are left out.

        Raises `UsageError` with ``status-history-missing``, ``status-history-unreadable``,
        ``mapping-column-missing``, or ``status-history-invalid`` (counts only) for instants that are no
        instants.
        """
        columns = mapping.status
        if columns is None:
            return cls.empty(len(person_ids))
        file = TableFile(folder / columns.file, "status history")
        mapping.check_status(file.columns)
        table = file.read((columns.person_id, columns.status, columns.valid_from, columns.valid_to))
        persons = pc.index_in(as_text(table.column(columns.person_id)), value_set=person_ids)
        known = pc.is_valid(persons)
        table = table.filter(known)
        index = persons.filter(known).to_numpy(zero_copy_only=False).astype(np.int32)
        begins = _instants(table.column(columns.valid_from), OPEN_BEGIN, columns.valid_from, file.path.name)
        ends = _instants(table.column(columns.valid_to), OPEN_END, columns.valid_to, file.path.name)
        order = np.lexsort((begins, index))
        codes = _status_codes(table.column(columns.status), columns)
        return cls(len(person_ids), index[order], codes[order], begins[order], ends[order], file.sha256())

    def at(self, instant: datetime) -> NDArray[np.int8]:
        """Return the status of every person at ``instant`` as an index into `STATUS_NAMES`.

        Where episodes overlap, the one that began last holds.
        """
        moment = microseconds(instant)
        holds = (self.begins <= moment) & (moment < self.ends)
        result = np.zeros(self.size, dtype=np.int8)
        result[self.persons[holds]] = self.statuses[holds]
        return result

    def of(self, wanted: NDArray[np.bool_]) -> StatusHistory:
        """Return the episodes of the persons for whom ``wanted`` is true."""
        chosen = wanted[self.persons]
        return replace(
            self,
            persons=self.persons[chosen],
            statuses=self.statuses[chosen],
            begins=self.begins[chosen],
            ends=self.ends[chosen],
        )

    def changes(
        self, status: str, begins: datetime, ends: datetime
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return persons and instants of transitions *into* ``status`` with ``begins <= at < ends``.

        An episode that carries the same status straight on is no transition.
        """
        code = STATUS_NAMES.index(status)
        same_person = np.concatenate(([False], self.persons[1:] == self.persons[:-1]))
        same_status = np.concatenate(([False], self.statuses[1:] == self.statuses[:-1]))
        touching = np.concatenate(([False], self.ends[:-1] >= self.begins[1:]))
        carried_on = same_person & same_status & touching
        inside = (self.begins >= microseconds(begins)) & (self.begins < microseconds(ends))
        chosen = (self.statuses == code) & inside & ~carried_on
        return self.persons[chosen], self.begins[chosen]


def microseconds(instant: datetime) -> int:
    """Return an instant with time zone as microseconds since 1970-01-01 UTC, exactly."""
    since = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _status_codes(values: pa.ChunkedArray, columns: StatusColumns) -> NDArray[np.int8]:
    folded = {theirs.strip().casefold(): ours for theirs, ours in columns.values.items()}
    encoded = as_text(values).dictionary_encode()
    words = [word.strip().casefold() for word in encoded.dictionary.to_pylist()]
    ours = [folded.get(word, "other" if word else "unknown") for word in words]
    lookup = np.array([*(STATUS_NAMES.index(word) for word in ours), UNKNOWN], dtype=np.int8)
    codes: NDArray[np.int8] = lookup[pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)]
    return codes


def _instants(values: pa.ChunkedArray, absent: np.int64, column: str, source: str) -> NDArray[np.int64]:
    plain = values.combine_chunks()
    if pa.types.is_temporal(plain.type):
        stamps = pc.cast(plain, pa.timestamp("us", getattr(plain.type, "tz", None)), safe=False)
    else:
        text = pc.utf8_trim_whitespace(as_text(plain))
        stamps = _from_text(pc.if_else(pc.equal(text, ""), None, text), column, source)
    filled = pc.fill_null(pc.cast(stamps, pa.int64()), int(absent))
    instants: NDArray[np.int64] = filled.to_numpy(zero_copy_only=False)
    return instants


def _from_text(text: pa.Array, column: str, source: str) -> pa.Array:
    # With an offset ("Z", "+02:00") the instant is exact; without one the mapping says it is UTC.
    has_offset = pc.match_substring_regex(text, r"(Z|[+-]\d{2}:?\d{2})$")
    has_time = pc.match_substring_regex(text, r"\d[T ]\d{2}:")
    zoned = pc.and_(has_offset, has_time)
    try:
        exact = pc.cast(pc.if_else(zoned, text, None), pa.timestamp("us", "UTC"))
        naive = pc.cast(pc.if_else(zoned, None, text), pa.timestamp("us"))
    except pa.ArrowInvalid:
        raise UsageError(
            "status-history-invalid",
            f'The column "{column}" holds a text that is not an instant.',
            hint="Write instants as ISO 8601 in UTC, such as 2022-11-28T14:45:00Z.",
            where=source,
        ) from None
    return pc.coalesce(pc.cast(exact, pa.int64()), pc.cast(naive, pa.int64()))
