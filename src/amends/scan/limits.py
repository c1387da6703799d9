"""How much of a hostile file is read before reading stops.

Every bound exists because some real or malicious file goes past it: a part that inflates a thousand
times, one cell at XFD1048576, a sheet of a billion blanks. What stops at a bound is reported as
`Skipped`; it is never cut in silence. A ``NamedTuple``, because the child process that reads the file
must start in a few hundredths of a second and pays for every import.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_MIB: Final = 1 << 20
_GIB: Final = 1 << 30


class Limits(NamedTuple):
    """Bounds on what one file may cost."""

    file_bytes: int = 1 * _GIB
    """Size of the file on disk."""
    part_bytes: int = 2 * _GIB
    """Inflated size of one part of a package; parts are streamed, so this bounds time, not memory."""
    package_bytes: int = 4 * _GIB
    """Inflated size of all parts that are read, together."""
    tables: int = 1_000
    rows: int = 2_000_000
    """Rows of one table."""
    columns: int = 16_384
    """Columns of one table that hold anything; empty columns in between do not count."""
    cells: int = 25_000_000
    """Cells of one file, counted as they lie in the finished tables (rows times used columns)."""
    cell_characters: int = 131_072
    """Characters of one cell; a spreadsheet's own bound is 32,767."""
    parts: int = 5_000_000
    """Pieces of text beside the tables' cells."""
    characters: int = 1 * _GIB
    """Characters of all these pieces together."""
    depth: int = 16
    """Files inside files inside files."""
    files: int = 100_000
    """Files inside the file, at any depth."""
    pixels: int = 40_000_000
    """Pixels of one page or picture that is drawn."""
    pages: int = 2_000
    """Pages or pictures of one file that are drawn."""
    memory_bytes: int = 1 * _GIB
    """Address space that the child process may take beyond what its libraries have mapped."""
    cpu_seconds: int = 120
    wall_seconds: int = 180


DEFAULT_LIMITS: Final = Limits()
"""Wide enough for a million rows of twenty columns."""
