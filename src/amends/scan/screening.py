"""Screens a file before it is published: clear, findings, or incomplete; and only clear lets it pass.

A finding names a place and a kind, never a value. What is looked at: the cells of every table, shown or
hidden, and everything that somebody wrote and nobody sees. Text outside tables and pictures are opened and
judged by no rule yet: they make the answer incomplete. What is not looked at: what programs note about
authors among the properties of a document, and whether the people are the organisation's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.scan.columns import ColumnFinding, classify_columns
from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.hidden.ordinary import is_ordinary
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.opening import open_file
from amends.scan.reasons import reason_for
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance

_BELIEVED: Final = 0.5
"""A column counts from this confidence on."""
_NAME_KINDS: Final = frozenset({"full-name", "family-name", "given-name", "alias"})
_SINGLING_OUT: Final = 3
"""Columns that single out a person together, where none does alone (NIST SP 800-122, 3.2.2)."""
_WEAK_BY_THEMSELVES: Final = frozenset({"identification-number", *_NAME_KINDS})
"""Kinds that a list of things has as well; they need a second column that speaks of persons."""
_SAID_AGAIN: Final = frozenset(
    {"actual-text", "form-value", "other-version-of-body", "outline-title", "structure-text"}
)
"""Kinds of hiding that mostly repeat, for readers of another kind, what is shown."""
_SHORTEST: Final = 3
_MOST_ASKED: Final = 2_000
"""Beyond so many the rest counts as not shown: each is looked for in the whole text."""
_JUDGED_FORMATS: Final = frozenset({"delimited", "opendocument", "parquet", "xls", "xlsb", "xlsx"})
"""Formats whose tables are all that they show; text beside these is not judged yet, and therefore never clear."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal or hidden data at a place in a file."""

    provenance: Provenance
    kind: str
    """``list-of-persons``, ``personal-column``, ``hidden-sheet``, ``hidden-rows`` or ``hidden-columns``."""
    people: int
    """How many people are listed, hidden rows included; 0 where it is not about people."""
    hidden_people: int
    """How many of them stand in hidden rows or in a hidden sheet."""
    columns: tuple[ColumnFinding, ...]
    reason: str
    """In words, without any value."""
    context: str
    """What being listed means, where that is sensitive in itself."""


@dataclass(frozen=True, slots=True)
class Screening:
    """The answer to "may this be published"."""

    verdict: ScreeningVerdict
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]


def screen(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Screening:
    """Open a file and say whether it may be published. Raises what `open_file` raises."""
    return screen_opened(open_file(path, limits=limits))


def screen_opened(opened: OpenedFile) -> Screening:
    """Screen a file that has been opened already.

    Findings come before incompleteness in the verdict, because they say more; both block.
    """
    findings = tuple(finding for table in opened.tables for finding in _findings(table))
    findings += tuple(_hidden_parts(opened))
    skipped = opened.skipped + tuple(_not_judged(opened))
    if findings:
        verdict = ScreeningVerdict.FINDINGS
    elif not skipped:
        verdict = ScreeningVerdict.CLEAR
    else:
        verdict = ScreeningVerdict.INCOMPLETE
    return Screening(verdict, findings, skipped)


def _hidden_parts(opened: OpenedFile) -> Iterator[Finding]:
    """Yield what somebody wrote and nobody sees, by file and kind of hiding.

    Traces of programs block nothing, nor what every program writes, nor a second saying of what the file shows.
    """
    kinds = hidden_kinds()
    counts: Counter[tuple[Provenance, str]] = Counter()
    files = {found.provenance for found in opened.formats}
    shown = _ShownText(opened)
    for part in opened.parts:
        if (
            part.hidden
            and kinds[part.hidden].weight != "trace"
            and not is_ordinary(part.hidden, part.text)
            and not (part.hidden in _SAID_AGAIN and part.text in shown)
        ):
            counts[_file_of(part.provenance, files), part.hidden] += 1
    for (provenance, name), count in counts.items():
        reason = f"{count:,} hidden: {kinds[name].reason} {kinds[name].remedy}"
        yield Finding(provenance, name, 0, 0, (), reason, "")


class _ShownText:
    """What a file shows, one word after the other, and whether a text is in it."""

    def __init__(self, opened: OpenedFile) -> None:
        self._text = f" {' '.join(' '.join(part.text for part in opened.parts if not part.hidden).split())} "
        self._asked = 0

    def __contains__(self, text: str) -> bool:
        self._asked += 1
        words = " ".join(text.split())
        return self._asked <= _MOST_ASKED and len(words) >= _SHORTEST and f" {words} " in self._text


def _file_of(provenance: Provenance, files: Container[Provenance]) -> Provenance:
    """Return the innermost file that a part is in."""
    for length in range(len(provenance.steps), 1, -1):
        inner = Provenance(provenance.steps[:length])
        if inner in files:
            return inner
    return Provenance(provenance.steps[:1])


def _not_judged(opened: OpenedFile) -> Iterator[Skipped]:
    """Yield what was opened and is judged by no rule: text outside tables, and pictures. It is not clean for that."""
    texts = sum(not part.hidden for part in opened.parts)
    if texts:
        yield Skipped(opened.parts[0].provenance, "not-judged", reason_for("not-judged", texts))
    for found in opened.formats:
        if found.format not in _JUDGED_FORMATS:
            yield Skipped(found.provenance, "not-judged", reason_for("not-judged", 1))


def _findings(table: Table) -> list[Finding]:
    columns = tuple(column for column in classify_columns(table) if column.confidence >= _BELIEVED)
    found = _hidden_findings(table)
    if _lists_persons(columns):
        found.insert(0, _list_of_persons(table, columns))
        return found
    for column in columns:
        if column.identifying == "direct" and column.kind not in _WEAK_BY_THEMSELVES:
            reason = f"The column '{column.column}' holds {column.non_empty:,} values: {column.label_en}."
            found.append(
                Finding(table.provenance, "personal-column", 0, 0, (column,), reason, column.context)
            )
    return found


def _lists_persons(columns: Sequence[ColumnFinding]) -> bool:
    kinds = {column.kind for column in columns}
    names = kinds & _NAME_KINDS
    others = kinds - _NAME_KINDS
    if names and (others or {"family-name", "given-name"} <= names):
        return True
    if any(column.identifying == "direct" for column in columns) and len(kinds) > 1:
        return True
    return "date-of-birth" in kinds and len(kinds) >= _SINGLING_OUT


def _list_of_persons(table: Table, columns: tuple[ColumnFinding, ...]) -> Finding:
    people = _people(table, columns)
    unseen = people if table.hidden else _people(table, columns, only_hidden=True)
    contexts = dict.fromkeys(column.context for column in columns if column.context)
    reason = f"A list of {people:,} people"
    if unseen:
        reason += f", {unseen:,} of them hidden"
    labels = dict.fromkeys(column.label_en for column in columns)
    return Finding(
        provenance=table.provenance,
        kind="list-of-persons",
        people=people,
        hidden_people=unseen,
        columns=columns,
        reason=f"{reason}, with: {', '.join(labels)}.",
        context=" ".join(contexts),
    )


def _people(table: Table, columns: Sequence[ColumnFinding], *, only_hidden: bool = False) -> int:
    """Count the rows that say anything about a person; each such row is one person until linking."""
    telling = {column.column for column in columns if column.identifying == "direct"} or {
        column.column for column in columns
    }
    positions = [position for position, column in enumerate(table.columns) if column in telling]
    return sum(
        1
        for row, number in zip(table.rows, table.row_numbers, strict=True)
        if (not only_hidden or number in table.hidden_rows) and any(row[at].strip() for at in positions)
    )


def _hidden_findings(table: Table) -> list[Finding]:
    found: list[tuple[str, str]] = []
    if table.hidden and (table.rows or table.columns):
        found.append(
            ("hidden-sheet", f"A table that nobody sees ({table.hidden}) with {len(table.rows):,} rows.")
        )
    if table.hidden_rows:
        found.append(("hidden-rows", f"{len(table.hidden_rows):,} rows that nobody sees."))
    if table.hidden_columns:
        found.append(("hidden-columns", f"{len(table.hidden_columns):,} columns that nobody sees."))
    return [Finding(table.provenance, kind, 0, 0, (), reason, "") for kind, reason in found]
