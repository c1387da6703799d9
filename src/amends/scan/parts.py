"""Every piece of a file, one after the other: what it is, where it is, and why nobody sees it.

The trusting side of the house works on these values only. They have been bounded and checked by
`scan.isolation` on their way out of the child process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from amends.scan.headers import column_letters
from amends.scan.isolation.events import (
    ColumnsHidden,
    Confined,
    Event,
    FormatFound,
    GridBegun,
    GridDropped,
    GridEnded,
    GridRow,
    HiddenColumns,
    RowsFound,
    TextFound,
    Unread,
)
from amends.scan.reasons import reason_for
from amends.scan.recognition.recognising import PictureRecognised, TextRecognised
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.plugins import load_plugins
from amends.vocabulary.provenance import Provenance

_CLAIM_NOTHING: Final = frozenset({"bin", "dat", "db", "key", "ole", "pub", "tmp"})
"""Extensions that files of many kinds have."""
_TEXTS: Final = frozenset(
    {"delimited", "eml", "html", "ics", "json", "jsonl", "markdown", "mbox", "svg", "text", "vcf", "xml"}
)
_ENCRYPTED: Final = dict.fromkeys(
    ("xlsx", "xlsm", "xltx", "xlsb", "docx", "docm", "dotx", "pptx", "pptm", "ppsx", "potx"),
    frozenset({"ole"}),
)
"""Encrypted, they lie in an OLE file."""
_FAMILIES: Final = {
    **_ENCRYPTED,
    "txt": _TEXTS,
    "text": _TEXTS,
    "log": _TEXTS,
    "xml": frozenset({"html", "opendocument", "svg"}),
    "json": frozenset({"jsonl"}),
    "eml": frozenset({"mbox"}),
    "gz": frozenset({"tar"}),
    "md": frozenset({"html", "text"}),
    "xhtml": frozenset({"xml"}),
    "csv": frozenset({"text"}),
    "tsv": frozenset({"text"}),
}
"""Extension → formats of which it is no wrong name either."""


@dataclass(frozen=True, slots=True)
class Part:
    """One addressable piece of text or one value as text."""

    provenance: Provenance
    """``board.docx ! word/embeddings/book1.xlsx ! sheet 'raw' ! C17``."""
    kind: str
    """What it is, kebab-case: ``cell``, ``paragraph``, ``comment``, ``property`` ..."""
    hidden: str
    """Why nobody who looks at the file sees it, a name out of `amends.scan.hidden`; empty where it is seen."""
    text: str = field(repr=False)
    confidence: int | None = None
    """How sure the program is of a text that it recognised in a picture, in per cent; None for one that was read."""


@dataclass(frozen=True, slots=True)
class OpenedFormat:
    """Which format a file, or a file inside it, was opened as."""

    provenance: Provenance
    format: str
    claimed: str
    """The extension of its name where that belongs to another format, else empty: a wrong name is a finding."""


@dataclass(slots=True)
class TableCount:
    """How many rows a table has, the hidden ones included."""

    provenance: Provenance
    hidden: str
    rows: int = 0
    hidden_rows: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """A picture or page that was read by character recognition, which errs."""

    provenance: Provenance
    paragraphs: int
    confidence: int
    """In per cent, the lowest of its paragraphs; 0 where nothing was recognised."""


@dataclass(slots=True)
class Summary:
    """What a file's pieces came to; complete once all of them have been taken."""

    confined: str = ""
    """What the process that read had given up (`amends.scan.isolation.protocol.CONFINEMENTS`)."""
    formats: list[OpenedFormat] = field(default_factory=list)
    tables: list[TableCount] = field(default_factory=list)
    parts: Counter[str] = field(default_factory=Counter)
    """Kind → how many."""
    hidden: Counter[str] = field(default_factory=Counter)
    """Kind of hiding → how many parts."""
    skipped: list[Skipped] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    """Pictures and pages that count as read by character recognition, which errs."""

    @property
    def complete(self) -> bool:
        """Whether everything was opened."""
        return not self.skipped


def parts_of(
    events: Iterable[Event | PictureRecognised], source: Provenance, summary: Summary
) -> Iterator[Part | Skipped]:
    """Yield every part, cells one by one, and what was not read; fill the summary on the way."""
    table = _OpenTable(source)
    for event in events:
        if isinstance(event, TextFound):
            part = text_part(event, _at(source, event.where))
            _count(summary, part)
            yield part
        elif isinstance(event, RowsFound):
            for row in event.rows:
                for part in table.cells(row):
                    _count(summary, part)
                    yield part
        elif isinstance(event, GridBegun):
            table = _OpenTable(_at(source, event.where), event.hidden)
            summary.tables.append(table.count)
        elif isinstance(event, ColumnsHidden):
            table.hide_columns(event.ranges)
        elif isinstance(event, GridEnded):
            table.count.complete = True
        elif isinstance(event, Confined):
            summary.confined = event.how
        elif isinstance(event, FormatFound):
            summary.formats.append(_opened_format(event, source))
        elif isinstance(event, PictureRecognised):
            summary.recognised.append(recognised_picture(event, _at(source, event.where)))
        elif isinstance(event, GridDropped | Unread):
            skipped = _skipped(event, source, table)
            summary.skipped.append(skipped)
            yield skipped


class _OpenTable:
    def __init__(self, provenance: Provenance, hidden: str = "") -> None:
        self.count = TableCount(provenance, hidden)
        self._columns: dict[int, str] = {}
        self._letters: dict[int, str] = {}

    def hide_columns(self, ranges: HiddenColumns) -> None:
        self._columns = {column: why for first, last, why in ranges for column in range(first, last + 1)}

    def cells(self, row: GridRow) -> Iterator[Part]:
        count = self.count
        count.rows += 1
        count.hidden_rows += bool(row.hidden)
        of_all = count.hidden or row.hidden
        marks = dict(row.marks)
        columns = range(len(row.texts)) if row.columns is None else row.columns
        steps, known, number = count.provenance.steps, self._letters, row.number
        for column, text in zip(columns, row.texts, strict=True):
            if text:
                hidden = of_all or self._columns.get(column, "") or marks.get(column, "")
                letters = known.get(column) or known.setdefault(column, column_letters(column))
                yield Part(Provenance((*steps, f"{letters}{number}")), "cell", hidden, text)


def text_part(event: TextFound, provenance: Provenance) -> Part:
    """Return a piece of text as the part that it is."""
    confidence = event.confidence if isinstance(event, TextRecognised) else None
    return Part(provenance, event.kind, event.hidden, event.text, confidence)


def recognised_picture(event: PictureRecognised, provenance: Provenance) -> Recognised:
    """Return a picture that was read by character recognition."""
    return Recognised(provenance, event.paragraphs, event.confidence)


def opened_format(name: str, provenance: Provenance) -> OpenedFormat:
    """Return what a file was opened as, and whether its name says something else."""
    extension = provenance.steps[-1].rpartition(".")[2].lower() if "." in provenance.steps[-1] else ""
    formats = load_plugins("amends.scan.formats")
    reader = formats.get(name.replace("-", "_"))
    known = extension not in _CLAIM_NOTHING and any(extension in one.extensions for one in formats.values())
    wrong = known and reader is not None and extension not in reader.extensions
    # A name of a family claims no more than the family.
    wrong = wrong and name not in _FAMILIES.get(extension, ())
    return OpenedFormat(provenance, name, extension if wrong else "")


def skipped_piece(provenance: Provenance, code: str, count: int) -> Skipped:
    """Return a piece that was not read, with the sentence for its code."""
    return Skipped(provenance, code, reason_for(code, count))


def _opened_format(event: FormatFound, source: Provenance) -> OpenedFormat:
    return opened_format(event.name, _at(source, event.where))


def _skipped(event: GridDropped | Unread, source: Provenance, table: _OpenTable) -> Skipped:
    where = table.count.provenance if isinstance(event, GridDropped) else _at(source, event.where)
    return skipped_piece(where, event.code, event.count)


def _at(source: Provenance, where: tuple[str, ...]) -> Provenance:
    return Provenance((*source.steps, *where)) if where else source


def _count(summary: Summary, part: Part) -> None:
    summary.parts[part.kind] += 1
    if part.hidden:
        summary.hidden[part.hidden] += 1
