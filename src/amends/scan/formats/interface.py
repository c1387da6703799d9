"""What a file format offers: to recognise its files by their content, and to yield the tables in them.

Plug-ins of this folder run inside the child process of `amends.scan.isolation` and nowhere else; what
they yield is untrusted until the parent has bounded and checked it. They judge nothing: whether a
table is personal data is asked later. They import the standard library and `isal` only, because every
import is paid for by each file that is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from amends.scan.limits import Limits


class UnreadableError(Exception):
    """A piece cannot be read: ``code`` is one of `amends.scan.reasons.REASONS`, ``amount`` how many things.

    It never carries a text from the file, since its text would cross to the trusting side.
    """

    def __init__(self, code: str, amount: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.amount = amount


class UntrustedUnread(NamedTuple):
    """A piece of the file that was not read, and the stable code of the reason."""

    where: str
    """Name of the sheet or of the part inside the package; empty for the whole file."""
    code: str
    amount: int = 0
    """How many things, where the reason counts any."""


class UntrustedRow(NamedTuple):
    """One row of cells, as text."""

    number: int
    """1-based, as a spreadsheet shows it."""
    hidden: bool
    columns: list[int] | None
    """0-based column of each text, ascending; None where the texts lie in columns 0, 1, 2 ..."""
    texts: list[str]


class UntrustedTable:
    """One sheet while it is read: consume ``rows`` first, the other fields are complete after that."""

    __slots__ = ("hidden", "hidden_columns", "header_row", "name", "rows", "unread_cells")

    def __init__(self, name: str, hidden: str, rows: Iterable[UntrustedRow]) -> None:
        self.name = name
        self.hidden = hidden
        """``""``, ``hidden sheet`` or ``very hidden sheet``."""
        self.rows = rows
        """Raises `UnreadableError` where the sheet turns out to be damaged."""
        self.hidden_columns: list[tuple[int, int]] = []
        """0-based first and last column of each hidden range."""
        self.header_row = 0
        """Row number of the header where the file itself says so (a filter's range), else 0."""
        self.unread_cells = 0
        """Cells that point at something that is not there."""


class Format(Protocol):
    """A plug-in of `amends.scan.formats`."""

    name: str
    """Stable, kebab-case."""
    extensions: tuple[str, ...]
    """Usual extensions, lower case, without the dot."""

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        """Say by the content whether the file is of this format.

        ``extension`` (lower case, no dot) may only break a tie that the content leaves open.
        """
        ...

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedTable | UntrustedUnread]:
        """Yield every table and every piece that could not be read.

        Raises `UnreadableError` where the whole file cannot be read.
        """
        ...
