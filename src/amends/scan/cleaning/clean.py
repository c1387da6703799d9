"""Cleans a file: writes what it shows into a new one, and gives that away only if nothing is hidden in it."""

from __future__ import annotations

import os
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
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.errors import IncompleteError, UsageError

_DRAWN: Final = {
    "pdf": ("pdf", (".pdf",)),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "tiff", "bmp", "image"), ("image", (".png",))),
}
"""Format → its renderer and what the replacement may be called."""
_TABLES: Final = frozenset({"xlsx", "xlsb", "xls", "opendocument", "ods", "delimited", "parquet"})
_PICTURE_ONLY: Final = "page-is-picture"
"""The one thing that may be unread in a replacement: a page of pixels has no text that could be read."""


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

    A workbook becomes its visible cells' values, a picture its pixels, a PDF a picture of each page, any other document
    its visible text. Raises `UsageError` (``target-exists``, ``target-extension``, what `open_file` raises) and
    `IncompleteError` ``not-cleaned`` where it cannot be done with certainty; then nothing was written.
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
    if found in _DRAWN:
        renderer, allowed = _DRAWN[found]
        _check_extension(extension, allowed, target)
        return lambda made: _drawn(made, source, renderer, limits)
    if found in _TABLES and opened.tables:
        _check_extension(extension, (".xlsx",), target)
        return lambda made: _values(made, opened.tables)
    _check_extension(extension, (".txt",), target)
    return lambda made: _text(made, opened)


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
                raise _not_cleaned(source, f"not every page of it can be drawn ({event.code})")
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


def _values(made: Path, tables: Sequence[Table]) -> tuple[str, int]:
    seen = [table for table in tables if not table.hidden]
    count = sum(len(cells) for table in seen for _, cells in _visible_rows(table))
    write_workbook(made, ((table.name, _visible_rows(table)) for table in seen))
    return "values", count


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


def _text(made: Path, opened: OpenedFile) -> tuple[str, int]:
    lines = [part.text for part in opened.parts if not part.hidden]
    for table in opened.tables:
        if not table.hidden:
            lines += ["\t".join(text for _, text in cells) for _, cells in _visible_rows(table)]
    if not lines:
        raise IncompleteError(
            "not-cleaned",
            "the file shows no text, so its text cannot replace it",
            hint="publish nothing of it, or write it anew",
            where=made.name,
        )
    with made.open("x", encoding="utf-8") as file:
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
