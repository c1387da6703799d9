"""Cleans a file: writes what it shows into a new one, and gives that away only if nothing is hidden in it."""

from __future__ import annotations

import csv
import os
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from amends.scan.cleaning.pictures import write_picture_pdf, write_png
from amends.scan.cleaning.workbook import write_workbook
from amends.scan.isolation.events import PictureDrawn
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.opening import draw, open_file, read_parts
from amends.scan.parts import Summary
from amends.scan.reasons import reason_for
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.errors import IncompleteError, UsageError
from amends.vocabulary.outcomes import Skipped

_DRAWN: Final = {
    "pdf": ("pdf", (".pdf",)),
    **dict.fromkeys(("bmp", "gif", "heif", "ico", "jpg", "png", "tiff", "webp"), ("image", (".png", ".pdf"))),
}
"""Format → its renderer and what the replacement may be called."""
_TABLES: Final = frozenset({"xlsx", "xlsb", "xls", "opendocument", "delimited", "parquet"})
_CONTAINERS: Final = frozenset({"zip", "sevenzip", "tar", "gz", "bz2", "xz", "zst", "mbox", "ole"})
_HIDES_RUNS: Final = frozenset({"white-text", "tiny-text", "hidden-text", "background-coloured-text"})
_LETTERS: Final = string.ascii_uppercase
_PICTURE_ONLY: Final = "no-text-layer"
"""The one thing that may be unread in a replacement: a page of pixels has no text that could be read."""
_SHOWN_WHEN_DRAWN: Final = frozenset({"unapplied-redaction"})
"""Kinds of hiding that a picture of the page does not hide: it would show in the clear what was to be blackened."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a replacement holds, and what was left behind."""

    path: Path
    how: str
    """``values``, ``text``, ``picture`` or ``pages``."""
    pieces: int
    """Cells, lines or pages that were written."""
    left_out: dict[str, int]
    """Kind of hiding → how many pieces of the old file are not in the new one."""
    not_read: int
    """Pieces of the old file that nobody could open; they are not in the new one either."""


def clean(source: Path, target: Path, *, limits: Limits = DEFAULT_LIMITS) -> Cleaned:
    """Write a safe replacement of ``source`` to ``target``, which must not exist.

    A workbook becomes its visible cells' values, a picture its pixels, a PDF a picture of each page,
    any other document its visible text; an archive becomes nothing. Raises `UsageError` (``target-exists``,
    ``target-extension``, what `open_file` raises) and `IncompleteError` ``not-cleaned`` where it cannot be done
    with certainty; then nothing was written.
    """
    if target.exists() or target.is_symlink():
        raise UsageError(
            "target-exists",
            "there is a file of this name already, and cleaning overwrites nothing",
            hint="name a new file; it belongs at a new address too, since the old one may have been copied",
            where=target.name,
        )
    opened = open_file(source, limits=limits)
    if not opened.formats:
        raise _not_cleaned(
            source, "it could not be opened: " + "; ".join(item.reason for item in opened.skipped)
        )
    writer = _writer_for(source, target, opened, limits)
    with TemporaryDirectory(prefix=".amends-clean-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        how, pieces = writer(made)
        _check(made, source)
        try:
            # A link fails where a rename would overwrite what somebody has put there meanwhile.
            os.link(made, target)
        except FileExistsError:
            raise UsageError(
                "target-exists", "a file of this name has appeared", hint="name another", where=target.name
            ) from None
    return Cleaned(target, how, pieces, dict(_left_out(opened)), len(opened.skipped))


_Writer = Callable[[Path], tuple[str, int]]


def _writer_for(source: Path, target: Path, opened: OpenedFile, limits: Limits) -> _Writer:
    found = opened.formats[0].format
    extension = target.suffix.lower()
    if found in _CONTAINERS:
        raise _not_cleaned(source, "it holds files of its own; take them out and clean each")
    if found in _DRAWN:
        renderer, allowed = _DRAWN[found]
        _check_extension(extension, allowed, target)
        if any(part.hidden in _SHOWN_WHEN_DRAWN for part in opened.parts):
            raise _not_cleaned(
                source, "what is marked for redaction is still to be seen; apply the redactions first"
            )
        return lambda made: _drawn(made, source, renderer, limits)
    if _is_tables(found, opened):
        seen = [table for table in opened.tables if not table.hidden]
        _check_runs(source, opened)
        _check_extension(extension, (".xlsx", ".csv") if len(seen) == 1 else (".xlsx",), target)
        return lambda made: _values(made, seen)
    if (
        opened.tables
        and not any(not part.hidden for part in opened.parts)
        and all(t.hidden for t in opened.tables)
    ):
        raise _not_cleaned(source, "it shows nothing")
    _check_extension(extension, (".txt",), target)
    return lambda made: _text(made, source, limits)


def _is_tables(found: str, opened: OpenedFile) -> bool:
    """Say whether what the file shows are tables; an OpenDocument file may be a letter with a table in it."""
    seen = [table for table in opened.tables if not table.hidden]
    if found == "opendocument":
        return any(table.provenance.steps[-1].startswith("sheet ") for table in seen)
    return found in _TABLES and bool(seen)


def _check_runs(source: Path, opened: OpenedFile) -> None:
    """A cell is written as a whole: where a part of its text is hidden, that part would be seen."""
    runs = {part.text for part in opened.parts if part.hidden in _HIDES_RUNS}
    if not runs:
        return
    shown = "\n".join(
        text
        for table in opened.tables
        if not table.hidden
        for _, cells in _visible_rows(table)
        for _, text in cells
    )
    if any(run in shown for run in runs):
        raise _not_cleaned(source, "in some cell a part of the text is hidden; delete it there")


def _check_extension(extension: str, allowed: Sequence[str], target: Path) -> None:
    if extension not in allowed:
        raise UsageError(
            "target-extension",
            f"the replacement of this file is one of: {', '.join(allowed)}",
            hint=f"name it {target.stem}{allowed[0]}",
            where=target.name,
        )


def _drawn(made: Path, source: Path, renderer: str, limits: Limits) -> tuple[str, int]:
    def pages() -> Iterator[PictureDrawn]:
        for event in draw(source, renderer, limits=limits):
            if not isinstance(event, PictureDrawn):
                raise _not_cleaned(
                    source, f"not every page of it can be drawn. {reason_for(event.code, event.count)}"
                )
            yield event

    if made.suffix == ".pdf":
        count = write_picture_pdf(made, pages())
        if not count:
            raise _not_cleaned(source, "it has no page")
        return "pages", count
    pictures = list(pages())
    if len(pictures) != 1:
        raise _not_cleaned(source, f"it holds {len(pictures)} pictures, and its replacement can hold one")
    write_png(made, pictures[0])
    return "picture", 1


def _values(made: Path, seen: Sequence[Table]) -> tuple[str, int]:
    count = sum(len(cells) for table in seen for _, cells in _visible_rows(table))
    if made.suffix.lower() == ".csv":
        with made.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for _, cells in _visible_rows(seen[0]):
                texts = dict(cells)
                writer.writerow([texts.get(column, "") for column in range(_width(seen[0]))])
    else:
        write_workbook(made, ((table.name, _visible_rows(table)) for table in seen))
    return "values", count


def _width(table: Table) -> int:
    return sum(name not in table.hidden_columns for name in table.columns)


def _visible_rows(table: Table) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Yield header and rows without what is hidden, close together: not even a gap tells of what was there."""
    columns = [at for at, name in enumerate(table.columns) if name not in table.hidden_columns]
    yield 1, [(new, table.columns[at]) for new, at in enumerate(columns)]
    number = 1
    for row_number, row in zip(table.row_numbers, table.rows, strict=True):
        if row_number in table.hidden_rows:
            continue
        number += 1
        yield (
            number,
            [
                (new, row[at])
                for new, at in enumerate(columns)
                if row[at] and (row_number, table.columns[at]) not in table.hidden_cells
            ],
        )


def _text(made: Path, source: Path, limits: Limits) -> tuple[str, int]:
    """Write what is seen in its order, the cells of a row on one line."""
    lines: list[str] = []
    open_row: tuple[str, ...] = ()
    for piece in read_parts(source, Summary(), limits=limits):
        if isinstance(piece, Skipped) or piece.hidden:
            continue
        row: tuple[str, ...] = ()
        if piece.kind == "cell":
            *table, cell = piece.provenance.steps
            row = (*table, cell.lstrip(_LETTERS))
        if row and row == open_row:
            lines[-1] += "\t" + piece.text
        else:
            lines.append(piece.text)
        open_row = row
    if not lines:
        raise IncompleteError(
            "not-cleaned",
            "the file shows no text, so its text cannot replace it",
            hint="publish nothing of it, or write it anew",
            where=source.name,
        )
    with made.open("x", encoding="utf-8", errors="replace") as file:
        file.writelines(f"{line.rstrip()}\n" for line in lines)
    return "text", len(lines)


def _check(made: Path, source: Path) -> None:
    summary = Summary()
    for _ in read_parts(made, summary):
        pass
    unread = [item.code for item in summary.skipped if item.code != _PICTURE_ONLY]
    if unread or summary.hidden:
        hidden = ", ".join([*summary.hidden, *unread])
        raise _not_cleaned(source, f"what was written is not free of hidden pieces ({hidden})")


def _left_out(opened: OpenedFile) -> Counter[str]:
    left = Counter(part.hidden for part in opened.parts if part.hidden)
    for table in opened.tables:
        if table.hidden:
            left[table.hidden] += 1
        else:
            left.update(table.hidden_rows.values())
            left.update(table.hidden_columns.values())
            left.update(table.hidden_cells.values())
    return left


def _not_cleaned(source: Path, why: str) -> IncompleteError:
    return IncompleteError(
        "not-cleaned",
        f"this file cannot be cleaned with certainty: {why}",
        hint="publish nothing of it before a person has looked; nothing was written",
        where=source.name,
    )
