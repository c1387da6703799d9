"""What comes out of an opened file: tables of text with the rows and columns that nobody sees marked as such.

The trusting side of the house works on these values only. They have been bounded and checked by
`scan.isolation` on their way out of the child process.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or one delimited file, as text."""

    provenance: Provenance
    """``leaked.xlsx ! sheet 'Detained'``."""
    name: str
    """Name of the sheet; for a delimited file, the file's stem."""
    hidden: str
    """Why the whole table is hidden (``hidden sheet``, ``very hidden sheet``), or empty."""
    columns: tuple[str, ...]
    """Header texts, left to right. A column without a header is named ``column C``."""
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    """Data rows below the header, each exactly ``len(columns)`` long; dates as ISO 8601, numbers
    without trailing ``.0``; the empty string where a cell is empty. Rows wholly empty are left out."""
    row_numbers: tuple[int, ...] = field(repr=False)
    """For each row, its number as a spreadsheet shows it (1-based, so the header is usually 1)."""
    hidden_rows: frozenset[int] = field(default=frozenset(), repr=False)
    """Row numbers that are hidden, filtered out or of zero height."""
    hidden_columns: frozenset[str] = frozenset()
    """Header texts of columns that are hidden or of zero width."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """Everything that could be opened of one file, and everything that could not."""

    tables: tuple[Table, ...]
    skipped: tuple[Skipped, ...]

    @property
    def complete(self) -> bool:
        """Whether every piece was opened; anything skipped makes the file incomplete (R12)."""
        return not self.skipped
