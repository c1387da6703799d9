"""References of remedies as a command takes them: named one by one, or in a file with one a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.casework.queries.remedies import ListedReference


def listed_references(
    named: Sequence[str], file: Path | None, *, option: str = "--remedy"
) -> list[ListedReference]:
    """Return the references with the place of each.

    Raises `UsageError` ``remedies-listed-twice`` and ``remedy-list-unreadable``.
    """
    from amends.casework.queries.remedies import ListedReference

    if named and file:
        raise UsageError(
            "remedies-listed-twice",
            f"the remedies are given both with {option} and with --list",
            hint="give one of the two",
        )
    if file is None:
        return [ListedReference(text, f"{option} number {n}") for n, text in enumerate(named, start=1)]
    lines = enumerate(_text_of(file).splitlines(), start=1)
    return [ListedReference(line.strip(), f"line {number}") for number, line in lines if line.strip()]


def _text_of(file: Path) -> str:
    try:
        # Editors on some systems begin a text file with a byte order mark.
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "remedy-list-unreadable",
            "the list cannot be read as text",
            hint="give a UTF-8 text file with one reference a line",
            where=str(file),
        ) from error
