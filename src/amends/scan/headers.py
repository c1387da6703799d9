"""Finds the header row of a grid and makes a table of it.

People put titles, dates and logos above their lists, merge cells over groups of columns, and leave
the header out altogether. Getting this wrong loses a person: a header taken for data adds a row, a
row of data taken for a header removes somebody. So a row is taken for the header only if it differs
from what stands below it, or uses the words of a header.

What it does not do: split several lists that stand on one sheet, or read a list laid out sideways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from amends.scan.isolation.events import GridRow, HiddenColumns
from amends.scan.tables import Grid, Table
from amends.vocabulary.provenance import Provenance

_SEARCHED_ROWS: Final = 40
_COMPARED_ROWS: Final = 200
_FULL: Final = 0.5
_SAME_SHAPE: Final = 0.6
_NUMBER: Final = re.compile(r"[-+(]?[$€£]?\d[\d.,' ]*%?\)?")
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?")
_WHITE: Final = re.compile(r"\s+")

KnownHeader = Callable[[str], bool]


def table_from_grid(grid: Grid, provenance: Provenance, known_header: KnownHeader) -> Table:
    """Return the table in a grid: header texts, data rows of equal length, what is hidden.

    ``known_header`` says whether a text is one that headers use; it settles lists of words only,
    where a header looks like its data.
    """
    filled = [row for row in grid.rows if any(text and not text.isspace() for text in row.texts)]
    header = _header_position(filled, grid.header_row, known_header)
    titles, data = (filled[: header + 1], filled[header + 1 :]) if header is not None else ([], filled)
    used = _used_columns(data, titles[-1:])
    names = _column_names(titles, used)
    return Table(
        provenance=provenance,
        name=grid.name,
        hidden=grid.hidden,
        columns=tuple(names),
        rows=_aligned(data, used),
        row_numbers=tuple(row.number for row in data),
        hidden_rows={row.number: row.hidden for row in data if row.hidden},
        hidden_columns=_hidden_columns(names, used, grid.hidden_columns),
        hidden_cells=_hidden_cells(names, used, data),
    )


def column_letters(column: int) -> str:
    """Return the letters of a 0-based column: 0 is ``A``, 27 is ``AB``."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _hidden_columns(names: Sequence[str], used: Sequence[int], ranges: HiddenColumns) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, column in zip(names, used, strict=True):
        for first, last, why in ranges:
            if first <= column <= last:
                found.setdefault(name, why)
    return found


def _hidden_cells(
    names: Sequence[str], used: Sequence[int], data: Sequence[GridRow]
) -> dict[tuple[int, str], str]:
    if not any(row.marks for row in data):
        return {}
    name_of = dict(zip(used, names, strict=True))
    return {
        (row.number, name_of[column]): why for row in data for column, why in row.marks if column in name_of
    }


def _cells(row: GridRow) -> dict[int, str]:
    columns = range(len(row.texts)) if row.columns is None else row.columns
    return {
        column: text for column, text in zip(columns, row.texts, strict=True) if text and not text.isspace()
    }


def _used_columns(data: Sequence[GridRow], header: Sequence[GridRow]) -> list[int]:
    used: set[int] = set()
    width = 0
    for row in (*header, *data):
        if row.columns is not None or "" in row.texts:
            used.update(_cells(row))
        else:
            width = max(width, len(row.texts))
    used.update(range(width))
    return sorted(used)


def _aligned(data: Sequence[GridRow], used: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    width = len(used)
    gapless = list(used) == list(range(width))
    padding = [""] * width
    rows: list[tuple[str, ...]] = []
    for row in data:
        if gapless and row.columns is None:
            rows.append(tuple((row.texts + padding[len(row.texts) :])[:width]))
        else:
            cells = _cells(row)
            rows.append(tuple(cells.get(column, "") for column in used))
    return tuple(rows)


def _header_position(rows: Sequence[GridRow], stated: int, known_header: KnownHeader) -> int | None:
    """Return the index of the header among the filled rows, or None where the list has none."""
    if not rows:
        return None
    for index, row in enumerate(rows[:_SEARCHED_ROWS]):
        if stated and row.number == stated:
            return index
    compared = [_cells(row) for row in rows[: _SEARCHED_ROWS + _COMPARED_ROWS]]
    usual = Counter(len(cells) for cells in compared)
    width = max(usual, key=lambda size: (usual[size] * size, size))
    for index, cells in enumerate(compared[:_SEARCHED_ROWS]):
        below = compared[index + 1 : index + 1 + _COMPARED_ROWS]
        too_few = len(cells) < width * _FULL or (len(cells) == 1 and width > 1)
        if too_few or _is_group_row(cells, below, known_header):
            continue
        if _is_header(cells, below, known_header):
            return index
        if len(cells) >= width:  # a full row of data: what stands below it is data as well
            return None
    return None


def _is_group_row(
    cells: dict[int, str], following: Sequence[dict[int, str]], known_header: KnownHeader
) -> bool:
    """Headings over groups of columns: at most half as many as the words below, which are clearly a header.

    "Clearly", because a header with gaps above rows of words looks the same, and there the row below
    is a person.
    """
    if not following or len(cells) * 2 > len(following[0]) or not set(cells) <= set(following[0]):
        return False
    if any(_class_of(text) != "text" for text in (*cells.values(), *following[0].values())):
        return False
    votes, _ = _votes(following[0], following[1:], known_header)
    return votes > 0


def _is_header(cells: dict[int, str], below: Sequence[dict[int, str]], known_header: KnownHeader) -> bool:
    texts = list(cells.values())
    words = sum(_class_of(text) == "text" for text in texts)
    if words * 2 < len(texts):
        return False
    if not below:
        return len(texts) > 1 or known_header(texts[0])
    votes, same_shapes = _votes(cells, below, known_header)
    return votes > 0 or (votes == 0 and same_shapes < len(texts))


def _votes(
    cells: dict[int, str], below: Sequence[dict[int, str]], known_header: KnownHeader
) -> tuple[int, int]:
    """Return what speaks for a header, and how many of its words look like the words below them."""
    votes = 1 if any(known_header(text) for text in cells.values()) else 0
    same_shapes = 0
    for column, text in cells.items():
        values = [row[column] for row in below if column in row]
        if not values:
            continue
        classes = Counter(map(_class_of, values))
        usual, _ = classes.most_common(1)[0]
        mine = _class_of(text)
        if mine != usual and mine == "text":
            votes += 1
        elif mine == usual and mine != "text":
            votes -= 1
        elif mine == "text" and _has_usual_shape(text, values):
            same_shapes += 1
    return votes, same_shapes


def _class_of(text: str) -> str:
    stripped = text.strip()
    if _DATE.fullmatch(stripped):
        return "date"
    if _NUMBER.fullmatch(stripped):
        return "number"
    digits = sum(character.isdigit() for character in stripped)
    return "code" if digits * 3 > len(stripped) else "text"


def _has_usual_shape(text: str, values: Sequence[str]) -> bool:
    mine = _shape(text)
    return sum(_shape(value) == mine for value in values) >= _SAME_SHAPE * len(values)


def _shape(text: str) -> str:
    """``Smith, John`` → ``Aa, Aa``: how a text looks, with its letters taken away."""
    return re.sub(r"[^\W\d_]+", _word_shape, re.sub(r"\d+", "0", _WHITE.sub(" ", text.strip())))


def _word_shape(match: re.Match[str]) -> str:
    word = match[0]
    if word.isupper():
        return "A"
    return "Aa" if word[0].isupper() else "a"


def _column_names(titles: Sequence[GridRow], used: Sequence[int]) -> list[str]:
    """Name the columns by the header; what it leaves empty is looked for in the row of groups above it."""
    header = _cells(titles[-1]) if titles else {}
    above = _cells(titles[-2]) if len(titles) > 1 else {}
    groups = above if len(above) > 1 else {}
    found = {column: _clean(header.get(column) or groups.get(column, "")) for column in used}
    repeated = {name for name, count in Counter(found.values()).items() if count > 1 and name}
    names: list[str] = []
    taken: Counter[str] = Counter()
    group = ""
    for column in used:
        group = _clean(groups.get(column, "")) or group
        name = found[column] or f"column {column_letters(column)}"
        if name in repeated and group and column in header:
            name = f"{group} {name}"
        taken[name] += 1
        while taken[name] > 1:
            name = f"{name} ({taken[name]})"
            taken[name] += 1
        names.append(name)
    return names


def _clean(text: str) -> str:
    return _WHITE.sub(" ", text).strip()
