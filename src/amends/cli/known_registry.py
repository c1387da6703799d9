"""A registry as the index of known people takes it: read by the mapping that the rest of an incident uses too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amends.vocabulary.errors import RefusalError

if TYPE_CHECKING:
    from amends.link.mapping import RegistryColumns
    from amends.link.registry_file import TableFile
    from amends.scan.known.persons import RegistryBatch


class KnownRegistry:
    """One file of the registry, and the columns of it that say who a person is."""

    def __init__(self, path: Path, mapping: Path) -> None:
        """Open the registry at ``path``.

        Raises what `load_registry_columns`, `TableFile` and `check_person_columns` raise, before anything is read.
        """
        from amends.link.mapping import check_person_columns, load_registry_columns
        from amends.link.registry_file import TableFile

        self._columns: RegistryColumns = load_registry_columns(mapping)
        self._path = path
        self._file: TableFile = TableFile(path, "registry")
        check_person_columns(mapping.name, self._columns, self._file.columns)
        self._begun = _state(path)

    def batches(self) -> Iterator[RegistryBatch]:
        """Yield the people, some ten thousand lines at a time."""
        for batch in self._batches(()):
            yield self._as_batch(batch)

    def named_batches(self) -> Iterator[tuple[RegistryBatch, list[str]]]:
        """Yield the people with the person id of each line."""
        from amends.link.dates import as_text

        for batch in self._batches((self._columns.person_id,)):
            ids = as_text(batch.column(self._columns.person_id)).to_pylist()
            yield self._as_batch(batch), [str(person) for person in ids]

    def check_unchanged(self) -> None:
        """Raise `RefusalError` ``registry-changed`` where the file is not the one that was opened."""
        if _state(self._path) != self._begun:
            raise RefusalError(
                "registry-changed",
                "The registry changed while it was read: an index of half of each would miss people.",
                hint="Export it to a file that nobody writes to, and start again.",
                where=self._path.name,
            )

    def _batches(self, besides: tuple[str, ...]) -> Iterator[Any]:
        own = self._columns
        single = (own.family_name, own.given_name, own.full_name, own.other_names, own.date_of_birth)
        wanted = (*besides, *own.identifiers, *(column for column in single if column))
        return self._file.batches(wanted)

    def _as_batch(self, batch: Any) -> RegistryBatch:
        from amends.scan.known.persons import RegistryBatch

        own = self._columns
        column: Callable[[str], Any] = lambda name: batch.column(name) if name else None  # noqa: E731
        return RegistryBatch(
            lines=batch.num_rows,
            identifiers=tuple(map(column, own.identifiers)),
            family=column(own.family_name),
            given=column(own.given_name),
            full=column(own.full_name),
            others=column(own.other_names),
            born=column(own.date_of_birth),
        )


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
