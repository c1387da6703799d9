"""What a file format offers: to recognise its files by their content, and to yield every piece of them.

Plug-ins of this folder run inside the child process of `amends.scan.isolation` and nowhere else; what
they yield is untrusted until the parent has bounded and checked it. They judge nothing: whether a
piece is personal data is asked later. Whether a reader of the file *sees* the piece is theirs to say,
because only they know the format: each piece names the kind of hiding, one of `amends.scan.hidden`.

A plug-in's module imports the standard library and `isal` only, because every import is paid for by
each file that is opened. What needs more stands in modules that begin with an underscore, is named in
`Format.needs`, and is imported by the plug-in when it reads.
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


class UntrustedPart(NamedTuple):
    """One piece of text, or one value as text."""

    where: tuple[str, ...]
    """The way from this file down to the piece, outermost first: ``("word/comments.xml", "comment 3")``. Steps name
    places and never repeat the text. Empty where the piece belongs to the file as a whole."""
    kind: str
    """What it is, kebab-case: ``paragraph``, ``cell``, ``comment``, ``property``, ``link``, ``name`` ..."""
    hidden: str
    """Why a reader of the file does not see it, a name out of `amends.scan.hidden`; empty where it is seen."""
    text: str
    """Joined as a reader would read it (runs, kerning), never empty; longer ones are cut into several when sent."""


class UntrustedFile(NamedTuple):
    """A whole file inside the file: an attachment, an embedded workbook, a member of an archive, a thumbnail.

    It is opened like any other, by its content. Where no format recognises it, it counts as not read.
    """

    where: tuple[str, ...]
    hidden: str
    """Applies to all that is in it, unless a piece has a reason of its own."""
    content: bytes
    """The stream's whole content; the reader keeps within ``limits.package_bytes`` for all of them."""
    extension: str = ""
    """As the name in the container says, lower case, without the dot; empty where it has no name."""


class UntrustedRow(NamedTuple):
    """One row of cells, as text."""

    number: int
    """1-based, as a spreadsheet shows it."""
    hidden: str
    """Why the whole row is not seen (``hidden-row``, ``filtered-row`` ...), or empty."""
    columns: list[int] | None
    """0-based column of each text, ascending; None where the texts lie in columns 0, 1, 2 ..."""
    texts: list[str]
    marks: list[tuple[int, str]] | None = None
    """Cells that are hidden on their own (``white-text`` ...): 0-based column and kind of hiding; None for none."""


class UntrustedTable:
    """One table while it is read: consume ``rows`` first, the other fields are complete after that.

    No other piece may be yielded between its rows.
    """

    __slots__ = ("hidden", "hidden_columns", "header_row", "name", "rows", "unread_cells", "where")

    def __init__(
        self, name: str, hidden: str, rows: Iterable[UntrustedRow], where: tuple[str, ...] | None = None
    ) -> None:
        self.name = name
        """What people call it; empty where it has no name."""
        self.hidden = hidden
        """Why the whole table is not seen (``hidden-sheet``, ``very-hidden-sheet``, ``pivot-cache`` ...), or empty."""
        self.rows = rows
        """Raises `UnreadableError` where the table turns out to be damaged."""
        self.where = where if where is not None else ((f"sheet '{name}'",) if name else ())
        """The way from this file down to the table."""
        self.hidden_columns: list[tuple[int, int, str]] = []
        """0-based first and last column of each hidden range, and why it is not seen. Known before the first row
        where the format says it there; complete after the last."""
        self.header_row = 0
        """Row number of the header where the file itself says so (a filter's range), else 0."""
        self.unread_cells = 0
        """Cells that point at something that is not there."""


UntrustedPiece = UntrustedPart | UntrustedTable | UntrustedFile | UntrustedUnread


class Format(Protocol):
    """A plug-in of `amends.scan.formats`."""

    name: str
    """Stable, kebab-case."""
    extensions: tuple[str, ...]
    """Usual extensions, lower case, without the dot."""
    needs: tuple[str, ...]
    """Modules that `read` imports beyond the standard library and `isal`: the process that reads can open no file any
    more, a module of the disk included, so they are imported before it gives that up."""
    rank: int
    """Formats are asked in the order of their ranks: 10 where a magic number says so, 50 where the structure must be
    looked at, 90 where nearly everything is of this format (plain text)."""

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        """Say by the content whether the file is of this format. Needs nothing of ``needs``.

        ``extension`` (lower case, no dot) may only break a tie that the content leaves open.
        """
        ...

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        """Yield every piece of the file, and every piece that could not be read.

        Raises `UnreadableError` where the whole file, or what is left of it, cannot be read. Any other exception is
        a fault of the reader: what it yielded before stands, the rest counts as not read.
        """
        ...
