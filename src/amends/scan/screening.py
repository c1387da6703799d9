"""Screens a file before it is published: clear, findings, or incomplete; and only clear lets it pass.

A finding names a place and a kind, never a value. What is looked at: the cells of every table and every other
text, shown or hidden, and everything that somebody wrote and nobody sees. Pictures are opened and judged by no
rule yet: they make the answer incomplete. What is not looked at: names in running text. Whether people are the
organisation's own is known by the indexes given (`amends.scan.known`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amends.scan.columns import ColumnFinding, classify_columns
from amends.scan.detecting import TextFinding
from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.hidden.ordinary import is_ordinary
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.opening import open_file
from amends.scan.parts import Part
from amends.scan.reasons import reason_for
from amends.scan.tables import OpenedFile, Table
from amends.scan.text_screening import Severity, detectors, judge_cells, judge_texts, severity_of
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance

if TYPE_CHECKING:
    from amends.scan.known.index import CurrentIndex

_BELIEVED: Final = 0.5
"""A column counts from this confidence on."""
_NAME_KINDS: Final = frozenset({"full-name", "family-name", "given-name", "alias"})
_PARTS_OF_NAMES: Final = frozenset({"family-name", "given-name"})
_SINGLING_OUT: Final = 3
"""Columns that single out a person together, where none does alone (NIST SP 800-122, 3.2.2)."""
_WEAK_BY_THEMSELVES: Final = frozenset({"identification-number", *_NAME_KINDS})
"""Kinds that a list of things has as well; they need a second column that speaks of persons."""
_NOT_JUDGED: Final = frozenset(
    {"bmp", "emf", "gif", "heif", "ico", "jpg", "png", "svg", "tiff", "vcf", "webp", "wmf"}
)
"""Formats that show more than the texts read of them: pictures; and cards of persons, whose names are not judged."""
_MOST_PLACES: Final = 100
"""Places of one kind in one file that are named one by one."""
_MAIL: Final = frozenset({"eml", "mbox", "msg"})
_BOUNDARY: Final = re.compile(r"""boundary\s*=\s*("[^"]*"|[^;\s]+)""", re.IGNORECASE)
_SEVERITIES: Final = tuple(Severity)
_SAID_AGAIN: Final = frozenset(
    {"actual-text", "form-value", "other-version-of-body", "outline-title", "structure-text"}
)
"""Kinds of hiding that mostly repeat, for readers of another kind, what is shown."""
_SHORTEST: Final = 3
_MOST_ASKED: Final = 2_000
"""Beyond so many the rest counts as not shown: each is looked for in the whole text."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal or hidden data at a place in a file."""

    provenance: Provenance
    kind: str
    """``list-of-persons``, ``personal-column``, ``personal-text``, ``hidden-sheet``, ``hidden-rows``,
    ``hidden-columns``, ``wrong-name``, a kind of hiding (`amends.scan.hidden`), or one of
    `amends.scan.known.evidence`: ``known-people``, ``known-names``, ``known-identifiers``."""
    people: int
    """How many people are listed, hidden rows included; 0 where it is not about people."""
    hidden_people: int
    """How many of them stand in hidden rows or in a hidden sheet."""
    columns: tuple[ColumnFinding, ...]
    reason: str
    """In words, without any value."""
    context: str
    """What being listed means, where that is sensitive in itself."""
    confidence: float = 1.0
    """0 to 1; where there are columns or a text, theirs count."""
    index: str = ""
    """Of known people, the index in which they are."""
    text: TextFinding | None = None
    """What was found where the kind is ``personal-text``."""
    hidden: str = ""
    """Why nobody sees the text (`amends.scan.hidden`), or empty."""
    severity: Severity = Severity.ORDINARY
    """How bad it is for one person; what being listed means weighs more than how many there are."""


@dataclass(frozen=True, slots=True)
class Screening:
    """The answer to "may this be published"."""

    verdict: ScreeningVerdict
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]

    @property
    def severity(self) -> Severity:
        """That of the gravest finding."""
        return max(
            (finding.severity for finding in self.findings), key=_SEVERITIES.index, default=Severity.ORDINARY
        )


def screen(path: Path, *, limits: Limits = DEFAULT_LIMITS, known: Sequence[CurrentIndex] = ()) -> Screening:
    """Open a file and say whether it may be published.

    ``known``: indexes of people who must be found. Raises what `open_file` and `CurrentIndex.now` raise.
    """
    return screen_opened(open_file(path, limits=limits), known)


def screen_opened(
    opened: OpenedFile, known: Sequence[CurrentIndex] = (), *, recognise_names: bool = False
) -> Screening:
    """Screen a file that has been opened already.

    ``recognise_names``: ask the neural network too; raises `UsageError` ``ner-missing`` where it is not installed.

    Findings come before incompleteness in the verdict, because they say more; both block.
    """
    findings = tuple(finding for table in opened.tables for finding in _findings(table))
    findings += tuple(_personal_texts(opened, recognise_names))
    findings += tuple(_hidden_parts(opened)) + tuple(_wrong_names(opened))
    findings += tuple(_known_people(opened, known))
    skipped = opened.skipped + tuple(_not_judged(opened))
    if findings:
        verdict = ScreeningVerdict.FINDINGS
    elif not skipped:
        verdict = ScreeningVerdict.CLEAR
    else:
        verdict = ScreeningVerdict.INCOMPLETE
    return Screening(verdict, findings, skipped)


def _known_people(opened: OpenedFile, known: Sequence[CurrentIndex]) -> Iterator[Finding]:
    for index in known:
        from amends.scan.known.matching import known_people

        for found in known_people(opened, index.now(), index.fingerprinter):
            counts = (found.people, found.hidden_people)
            yield Finding(found.provenance, found.kind, *counts, (), found.reason, "", index=found.index)


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


def _wrong_names(opened: OpenedFile) -> Iterator[Finding]:
    """Yield every file whose name says that it is of another kind: whoever sees the name expects something else."""
    for found in opened.formats:
        if found.claimed:
            reason = (
                f"Its name says {found.claimed}, and it is {found.format}: it may hold more than its name promises. "
                "Look into it, then give it its right name or take it out."
            )
            yield Finding(found.provenance, "wrong-name", 0, 0, (), reason, "")


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


def _personal_texts(opened: OpenedFile, recognise_names: bool) -> Iterator[Finding]:
    """Yield what the texts hold, place by place; where one kind is in very many places, the rest in one."""
    files = {found.provenance for found in opened.formats}
    places: Counter[tuple[Provenance, str]] = Counter()
    rest: dict[tuple[Provenance, str], tuple[Finding, int]] = {}
    for found, severity in judge_texts(_texts_of(opened), detectors(recognise_names)):
        part = opened.parts[found.text]
        key = _file_of(part.provenance, files), found.kind
        places[key] += 1
        finding = Finding(
            provenance=part.provenance,
            kind="personal-text",
            people=0,
            hidden_people=0,
            columns=(),
            reason=f"{found.count:,} of this kind: {found.label_en}. {found.reason}",
            context=found.context,
            text=found,
            hidden=part.hidden,
            severity=severity,
        )
        if places[key] <= _MOST_PLACES:
            yield finding
        else:
            first, count = rest.get(key, (finding, 0))
            rest[key] = first, count + found.count
    for (provenance, kind), (first, count) in rest.items():
        more = places[provenance, kind] - _MOST_PLACES
        reason = f"{count:,} more of the kind in {more:,} more places: {first.text.label_en if first.text else kind}."
        yield replace(first, provenance=provenance, reason=reason)


def _texts_of(opened: OpenedFile) -> Sequence[Part]:
    """Return the parts as they are judged, in their order."""
    if any(found.format in _MAIL for found in opened.formats):
        return [_without_boundary(part) for part in opened.parts]
    return opened.parts


def _without_boundary(part: Part) -> Part:
    """Return a Content-Type without its boundary: in 3 % of messages its random number looks like a card's."""
    if part.provenance.steps[-1].casefold() != "header content-type":
        return part
    return replace(part, text=_BOUNDARY.sub("boundary", part.text))


def _not_judged(opened: OpenedFile) -> Iterator[Skipped]:
    """Yield what was opened and shows more than its texts. It is not clean for that."""
    for found in opened.formats:
        if found.format in _NOT_JUDGED:
            yield Skipped(found.provenance, "not-judged", reason_for("not-judged", 1))


def _findings(table: Table) -> list[Finding]:
    columns = tuple(column for column in classify_columns(table) if column.confidence >= _BELIEVED)
    found = _hidden_findings(table) + _remarks(table, columns)
    if _lists_persons(columns):
        found.insert(0, _list_of_persons(table, columns))
        return found
    for column in columns:
        if column.identifying == "direct" and column.kind not in _WEAK_BY_THEMSELVES:
            reason = f"The column '{column.column}' holds {column.non_empty:,} values: {column.label_en}."
            severity = Severity.GRAVE if column.context else Severity.SERIOUS
            found.append(
                Finding(
                    table.provenance,
                    "personal-column",
                    0,
                    0,
                    (column,),
                    reason,
                    column.context,
                    severity=severity,
                )
            )
    return found


def _remarks(table: Table, columns: Sequence[ColumnFinding]) -> list[Finding]:
    """Return what stands in cells of columns that are not of one kind: an e-mail address in a remark."""
    return [
        Finding(
            provenance=table.provenance / f"column '{column}'",
            kind="personal-text",
            people=0,
            hidden_people=0,
            columns=(),
            reason=f"{cells:,} cells of this kind: {found.label_en}. {found.reason}",
            context=found.context,
            text=found,
            hidden=table.hidden or table.hidden_columns.get(column, ""),
            severity=severity_of(found),
        )
        for column, found, cells in judge_cells(table, {column.column for column in columns})
    ]


def _lists_persons(columns: Sequence[ColumnFinding]) -> bool:
    kinds = {column.kind for column in columns}
    names = kinds & _NAME_KINDS
    others = kinds - _NAME_KINDS
    # Whether one word is a family name or a given one is often anybody's guess; two columns of them name people.
    if names and (others or sum(column.kind in _PARTS_OF_NAMES for column in columns) > 1):
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
        severity=Severity.GRAVE if contexts else Severity.SERIOUS,
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
    return [
        Finding(
            table.provenance,
            kind,
            0,
            0,
            (),
            reason,
            "",
            hidden=table.hidden if kind == "hidden-sheet" else "",
        )
        for kind, reason in found
    ]
