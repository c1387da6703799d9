"""The organisation's system of record of persons, with status history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from amends.link.dates import as_text
from amends.link.mapping import Mapping
from amends.link.registry_details import read_details
from amends.link.registry_file import TableFile
from amends.link.status_history import OPEN_BEGIN, OPEN_END, STATUS_NAMES, StatusHistory
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class Registry:
    """An opened registry. Person ids stay in memory; other columns are read from the file when asked
    for."""

    source_sha256: str
    """Of the registry file as it lies on disk; the status history has its own."""
    person_ids: pa.Array = field(repr=False)
    """One text per person, in the order of the file; position = person number."""
    history: StatusHistory = field(repr=False)
    _file: TableFile = field(repr=False)
    _mapping: Mapping = field(repr=False)

    @classmethod
    def open(cls, path: Path, mapping: Mapping) -> Registry:
        """Open the registry at ``path`` (.csv or .parquet) and the status history beside it.

        Raises `UsageError`: ``registry-missing``, ``registry-unreadable``, ``registry-empty``,
        ``registry-person-id-missing`` and ``registry-person-id-duplicate`` (with counts only),
        ``mapping-column-missing``, and what `StatusHistory.open` raises.
        """
        file = TableFile(path, "registry")
        mapping.check_registry(file.columns)
        person_ids = as_text(file.read((mapping.registry.person_id,)).column(0))
        _check_person_ids(person_ids, path.name)
        history = StatusHistory.open(path.parent, mapping, person_ids)
        return cls(file.sha256(), person_ids, history, file, mapping)

    @property
    def count(self) -> int:
        """Number of persons."""
        return len(self.person_ids)

    def columns(self, names: tuple[str, ...]) -> pa.Table:
        """Return these columns of every person as they stand in the file, in the order of `person_ids`."""
        return self._file.read(names)

    def details(self, person_ids: pa.Array) -> pa.Table:
        """Return what notices need to know of these persons, one row each, in the order asked for.

        Columns: person_id, family_name, given_name, full_name, native_name, date_of_birth, language,
        address, contact_channels (texts, empty where unknown), deceased (boolean), representative_id,
        representative_name, representative_address, and ``fact_<name>`` for every mapped fact. Persons whom
        the registry does not know are left out.
        """
        return read_details(self._file, self._mapping.registry, person_ids)

    def status_at(self, person_ids: pa.Array, instant: datetime) -> pa.Table:
        """Return person_id and status at ``instant``, in the order asked for.

        Status: in_custody, released, removed, other, or unknown (no episode, no history, or no such
        person).
        """
        asked = as_text(person_ids)
        index = self._index(asked)
        statuses = np.append(self.history.at(instant), np.int8(0))[index]
        names = pa.array(STATUS_NAMES).take(pa.array(statuses))
        return pa.table({"person_id": asked, "status": names})

    def status_changes(self, person_ids: pa.Array, status: str, begins: datetime, ends: datetime) -> pa.Table:
        """Return person_id and ``at`` (UTC) of transitions into ``status`` with ``begins <= at < ends``.

        Ordered by instant. Only the persons asked for; one line per transition.
        """
        persons, instants = self.history.changes(status, begins, ends)
        wanted = np.zeros(self.count, dtype=np.bool_)
        index = self._index(as_text(person_ids))
        wanted[index[index >= 0]] = True
        chosen = np.flatnonzero(wanted[persons])
        chosen = chosen[np.argsort(instants[chosen], kind="stable")]
        return pa.table(
            {
                "person_id": self.person_ids.take(pa.array(persons[chosen])),
                "at": pa.array(instants[chosen], pa.int64()).cast(pa.timestamp("us", "UTC")),
            }
        )

    def episodes(self, person_ids: pa.Array) -> pa.Table:
        """Return every episode of these persons: person_id, status, begins and ends (UTC; null where open).

        Ordered by person and begin. Persons without history have none.
        """
        wanted = np.zeros(self.count, dtype=np.bool_)
        index = self._index(as_text(person_ids))
        wanted[index[index >= 0]] = True
        found = self.history.of(wanted)
        return pa.table(
            {
                "person_id": self.person_ids.take(pa.array(found.persons)),
                "status": pa.array(STATUS_NAMES).take(pa.array(found.statuses)),
                "begins": _stamps(found.begins, OPEN_BEGIN),
                "ends": _stamps(found.ends, OPEN_END),
            }
        )

    def _index(self, person_ids: pa.Array) -> NDArray[np.int64]:
        found = pc.fill_null(pc.index_in(person_ids, value_set=self.person_ids), -1)
        index: NDArray[np.int64] = found.to_numpy(zero_copy_only=False).astype(np.int64)
        return index


def _stamps(instants: NDArray[np.int64], absent: np.int64) -> pa.Array:
    return pa.array(instants, pa.int64(), mask=instants == absent).cast(pa.timestamp("us", "UTC"))


def _check_person_ids(person_ids: pa.Array, source: str) -> None:
    if not len(person_ids):
        raise UsageError(
            "registry-empty",
            "The registry holds no person.",
            hint="Export it again; an empty registry would leave every row unmatched.",
            where=source,
        )
    missing = pc.sum(pc.or_(pc.is_null(person_ids), pc.equal(pc.fill_null(person_ids, ""), ""))).as_py()
    if missing:
        raise UsageError(
            "registry-person-id-missing",
            f"{missing} persons of the registry have no person id.",
            hint="Every person needs an id: holds and notices hang on it.",
            where=source,
        )
    surplus = len(person_ids) - pc.count_distinct(person_ids).as_py()
    if surplus:
        raise UsageError(
            "registry-person-id-duplicate",
            f"{surplus} lines of the registry repeat a person id.",
            hint="Export one line per person; put further names into the column of other names.",
            where=source,
        )
