"""What comes out of an opened file: tables of text with the rows and columns that nobody sees marked as such.

The trusting side of the house works on these values only. They have been bounded and checked by
`scan.isolation` on their way out of the child process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amends.scan.isolation.events import GridRow, HiddenColumns
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import Provenance

if TYPE_CHECKING:
    from amends.scan.parts import OpenedFormat, Part, Recognised


@dataclass(slots=True)
class Grid:
    """One table as the file lays it out, before anyone has said which row is the header."""

    name: str
    hidden: str
    rows: list[GridRow] = field(default_factory=list, repr=False)
    hidden_columns: HiddenColumns = ()
    header_row: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or one delimited file, as text."""

    provenance: Provenance
    """``leaked.xlsx ! sheet 'Detained'``."""
    name: str
    """Name of the sheet; for a delimited file, the file's stem."""
    hidden: str
    """Why the whole table is hidden (``hidden-sheet``, ``very-hidden-sheet`` ...), or empty."""
    columns: tuple[str, ...]
    """Header texts, left to right. A column without a header is named ``column C``."""
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    """Data rows below the header, each exactly ``len(columns)`` long; dates as ISO 8601, numbers
    without trailing ``.0``; the empty string where a cell is empty. Rows wholly empty are left out."""
    row_numbers: tuple[int, ...] = field(repr=False)
    """For each row, its number as a spreadsheet shows it (1-based, so the header is usually 1)."""
    hidden_rows: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Row number → why nobody sees the row (``hidden-row``, ``filtered-row`` ...)."""
    hidden_columns: Mapping[str, str] = field(default_factory=dict)
    """Header text → why nobody sees the column."""
    hidden_cells: Mapping[tuple[int, str], str] = field(default_factory=dict, repr=False)
    """Row number and header text of each cell that is hidden on its own (``white-text`` ...), and why."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """Everything that could be opened of one file, and everything that could not."""

    tables: tuple[Table, ...]
    skipped: tuple[Skipped, ...]
    parts: tuple[Part, ...] = field(default=(), repr=False)
    """Every piece beside the tables' cells, hidden or not."""
    formats: tuple[OpenedFormat, ...] = ()
    """Which format the file, and each file inside it, was opened as; the file itself first."""
    confined: str = ""
    """What the process that read had given up (`amends.scan.isolation.protocol.CONFINEMENTS`)."""
    recognised: tuple[Recognised, ...] = ()
    """Pictures and pages that count as read by character recognition, which errs."""

    @property
    def complete(self) -> bool:
        """Whether every piece was opened; anything skipped makes the file incomplete (R12)."""
        return not self.skipped
