"""Opens one file and returns what is in it: tables, and whatever could not be read with its reason."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from amends.scan.headers import table_from_grid
from amends.scan.identifiers.words import is_header_word
from amends.scan.isolation.checking import Grid
from amends.scan.isolation.reading import Reading, read_in_child
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.reasons import reason_for
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.errors import UsageError
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import Provenance


def open_file(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> OpenedFile:
    """Return the tables of a file, read in a child process of its own.

    What the file holds never raises: damaged, encrypted, oversized and unknown files come back as
    `Skipped` with the codes of `amends.scan.reasons`, and then ``complete`` is false. Raises
    `UsageError` with ``file-missing`` or ``file-unreadable`` where there is no file to be read.
    """
    source = Provenance.of(path.name)
    with _regular_file(path) as stream:
        if os.fstat(stream.fileno()).st_size > limits.file_bytes:
            return OpenedFile((), (_skipped(source, "", "too-large", 0),))
        reading = read_in_child(stream, path.suffix.lstrip(".").lower(), limits)
    return _opened(path, source, reading, limits)


@contextmanager
def _regular_file(path: Path) -> Iterator[BinaryIO]:
    hint = "Give the path of a file that exists and that this user may read."
    try:
        # Without O_NONBLOCK, a named pipe with no writer would hold us for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise UsageError("file-missing", "There is no such file.", hint=hint, where=path.name) from None
    except (OSError, ValueError):
        raise UsageError("file-unreadable", "The file cannot be read.", hint=hint, where=path.name) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError("file-unreadable", "This is not a regular file.", hint=hint, where=path.name)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def _opened(path: Path, source: Provenance, reading: Reading, limits: Limits) -> OpenedFile:
    tables: list[Table] = []
    skipped = [_skipped(source, unread.where, unread.code, unread.count) for unread in reading.unread]
    cells = 0
    for grid in reading.grids:
        provenance = source / f"sheet '{grid.name}'" if grid.name else source
        if not _fits(grid, cells, limits):
            skipped.append(_skipped(source, grid.name, "too-large", 0))
            continue
        table = table_from_grid(_named(grid, path.stem), provenance, is_header_word)
        cells += len(table.rows) * len(table.columns)
        tables.append(table)
    return OpenedFile(tuple(tables), tuple(skipped))


def _fits(grid: Grid, cells: int, limits: Limits) -> bool:
    """A few far cells in many rows would grow into billions of empty ones."""
    used: set[int] = set()
    width = 0
    for row in grid.rows:
        if row.columns is None:
            width = max(width, len(row.texts))
        else:
            used.update(row.columns)
    columns = width + sum(column >= width for column in used)
    return columns <= limits.columns and cells + columns * len(grid.rows) <= limits.cells


def _named(grid: Grid, stem: str) -> Grid:
    if not grid.name:
        grid.name = stem
    return grid


def _skipped(source: Provenance, where: str, code: str, count: int) -> Skipped:
    return Skipped(source / where if where else source, code, reason_for(code, count))
