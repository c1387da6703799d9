"""What a file's reading comes to, one checked event after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

Steps = tuple[str, ...]
"""The way from the file that was given down to a place in it, outermost first; empty for the file itself."""


@dataclass(frozen=True, slots=True)
class Confined:
    """What the process that reads had given up before it read the first byte (`protocol.CONFINEMENTS`)."""

    how: str


@dataclass(frozen=True, slots=True)
class FormatFound:
    """Which format recognised the file, or the file inside it at ``where``."""

    where: Steps
    name: str


@dataclass(frozen=True, slots=True)
class TextFound:
    """One piece of text (`amends.scan.formats.interface.UntrustedPart`, checked)."""

    where: Steps
    kind: str
    hidden: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GridBegun:
    """A table begins."""

    where: Steps
    name: str
    hidden: str


HiddenColumns = tuple[tuple[int, int, str], ...]
"""First and last column, 0-based, and why they are not seen."""


@dataclass(frozen=True, slots=True)
class ColumnsHidden:
    """Hidden columns of the open table, all that are known so far."""

    ranges: HiddenColumns


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a grid, checked."""

    number: int
    hidden: str
    columns: list[int] | None
    """0-based, ascending; None for 0, 1, 2 ..."""
    texts: list[str] = field(repr=False)
    marks: tuple[tuple[int, str], ...] = ()
    """Cells that are hidden on their own: column and why."""


@dataclass(frozen=True, slots=True)
class RowsFound:
    """Rows of the open table, in the order of the file."""

    rows: list[GridRow] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GridEnded:
    """The open table is complete."""

    hidden_columns: HiddenColumns
    header_row: int


@dataclass(frozen=True, slots=True)
class GridDropped:
    """The open table could not be read to its end: what came of it is a part of it."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece that was not read: where it is, a listed code, how many things."""

    where: Steps
    code: str
    count: int


@dataclass(frozen=True, slots=True)
class PictureDrawn:
    """One page as it is shown: width times height times three bytes, red, green, blue, from the top."""

    width: int
    height: int
    pixels: bytes = field(repr=False)
    where: Steps = ()
    """The way from the file that was given down to the picture; empty where the file itself was drawn."""
    hidden: str = ""


Event = (
    Confined
    | FormatFound
    | TextFound
    | GridBegun
    | ColumnsHidden
    | RowsFound
    | GridEnded
    | GridDropped
    | Unread
    | PictureDrawn
)
