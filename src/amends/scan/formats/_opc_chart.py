"""The data behind a chart, as the rows that they were before somebody drew them.

```
<c:ser> <c:tx> name  <c:cat> or <c:xVal> what the points are called  <c:val>, <c:yVal>, <c:bubbleSize> their numbers
     ↓
category   | name of series 1 | name of series 2 ...      series that name the same points make one table
Ana        | 7                | 12
```

A chart keeps a copy of every cell that it was drawn from (ECMA-376 part 1, 21.2.2; for the newer kinds MS-ODRAWXML
2.24.3), so that a list of people in it is a list of people, whatever the drawing shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from amends.scan.formats._opc_texts import Found
from amends.scan.formats._xml_tree import all_text, walk_trees
from amends.scan.formats.interface import UnreadableError, UntrustedRow, UntrustedTable
from amends.scan.limits import Limits

_ROOT: Final = "chartSpace"
_CALLED: Final = ("cat", "xVal")
_NUMBERS: Final = ("val", "yVal", "bubbleSize")
_LEVELS: Final = "multiLvlStrCache"
_LABELS: Final = "dlblRangeCache"
_DIMENSIONS: Final = frozenset({"strDim", "numDim"})
_LAST_POINT: Final = 2_000_000
_MOST_DIGITS: Final = 7

Points = dict[int, str]


class _Column(NamedTuple):
    name: str
    points: Points


class ChartData:
    """The series of one chart."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self.is_chart = root.tag == _ROOT

    def tables(self, part: str, hidden: str, limits: Limits) -> Iterator[UntrustedTable]:
        """Yield a table for each group of series that name the same points."""
        groups = [*self._series(), *self._dimensions()]
        for number, columns in enumerate(groups, 1):
            name = "data of the chart" if len(groups) == 1 else f"data of the chart {number}"
            table = UntrustedTable(name, hidden, _rows(columns, limits), (part, name))
            table.header_row = 1
            yield table

    def _series(self) -> Iterator[list[_Column]]:
        groups: dict[tuple[tuple[int, str], ...], list[_Column]] = {}
        for number, series in enumerate(self._root.iter("ser"), 1):
            called = [column for tag in _CALLED for column in _levels(series.find(tag), tag)]
            told = [
                _Column(_name_of(series, number) + ("" if tag != "bubbleSize" else ", size"), points)
                for tag in _NUMBERS
                if (points := _points(series.find(tag)))
            ]
            told += [_Column("label", points) for at in series.iter(_LABELS) if (points := _points(at))]
            key = tuple(item for column in called for item in sorted(column.points.items()))
            groups.setdefault(key, list(called)).extend(told)
        yield from (columns for columns in groups.values() if columns)

    def _dimensions(self) -> Iterator[list[_Column]]:
        """The newer kinds (waterfall, treemap ...) keep their data apart from the series that show them."""
        names: dict[str, str] = {}
        for series in self._root.iter("series"):
            told = series.find("tx/txData/v")
            at = series.find("dataId")
            if told is not None and at is not None:
                names.setdefault(at.get("val", ""), all_text(told))
        for data in self._root.iter("data"):
            columns: list[_Column] = []
            for dimension in data:
                if dimension.tag in _DIMENSIONS:
                    otherwise = names.get(data.get("id", ""), "") if dimension.tag == "numDim" else ""
                    for level in dimension.iter("lvl"):
                        name = level.get("name", "") or otherwise or dimension.get("type", "")
                        columns.append(_Column(name, _points(level)))
            if columns:
                yield columns


def chart_data(chunks: Iterable[bytes]) -> ChartData | None:
    """Return the data of a part that is a chart, None where it is none or is not well-formed."""
    try:
        for step in walk_trees(chunks, ()):
            if step.what == "tree":
                found = ChartData(step.element)
                return found if found.is_chart else None
    except UnreadableError:
        return None  # read as any other part, which says what is wrong with it
    return None


def is_point(found: Found) -> bool:
    """Say whether a text of the chart stands in one of its tables already."""
    steps = [step.partition("[")[0] for step in found.path.split("/")]
    if found.attribute or "pt" not in steps:
        return False
    if "ser" in steps:
        after = steps[steps.index("ser") + 1]
        return after in (*_CALLED, *_NUMBERS) or _LABELS in steps
    return "data" in steps and not _DIMENSIONS.isdisjoint(steps)


def _name_of(series: Element, number: int) -> str:
    told = series.find("tx")
    points = _points(told) if told is not None else {}
    if points:
        return " ".join(text for _, text in sorted(points.items()))
    plain = told.find("v") if told is not None else None
    return (all_text(plain).strip() if plain is not None else "") or f"series {number}"


def _levels(called: Element | None, tag: str) -> list[_Column]:
    if called is None:
        return []
    name = "category" if tag == "cat" else "x"
    levels = next(called.iter(_LEVELS), None)
    if levels is None:
        points = _points(called)
        return [_Column(name, points)] if points else []
    found = [_points(level) for level in levels.iter("lvl")]
    length = max((max(points, default=-1) for points in found), default=-1) + 1
    # The innermost level comes first; one name of an outer level holds for the points that follow.
    columns = [
        _Column(f"{name} {number}", _carried(points, length) if number < len(found) else points)
        for number, points in enumerate(reversed(found), 1)
    ]
    return [column for column in columns if column.points]


def _carried(points: Points, length: int) -> Points:
    carried: Points = {}
    last = ""
    for at in range(length):
        last = points.get(at, last)
        if last:
            carried[at] = last
    return carried


def _points(holder: Element | None) -> Points:
    points: Points = {}
    for point in holder.iter("pt") if holder is not None else ():
        number = point.get("idx", "")
        if not (number.isascii() and number.isdecimal()) or len(number) > _MOST_DIGITS:
            raise UnreadableError("corrupt")
        if int(number) >= _LAST_POINT:
            raise UnreadableError("too-large")
        text = all_text(point).strip()
        if text:
            points[int(number)] = text
    return points


def _rows(columns: list[_Column], limits: Limits) -> Iterator[UntrustedRow]:
    if len(columns) > limits.columns:
        raise UnreadableError("too-large")
    yield UntrustedRow(1, "", None, [column.name for column in columns])
    rows: dict[int, list[tuple[int, str]]] = {}
    for number, column in enumerate(columns):
        for at, text in column.points.items():
            rows.setdefault(at, []).append((number, text))
    for at in sorted(rows):
        texts = [text for _, text in rows[at]]
        if max(map(len, texts)) > limits.cell_characters:
            raise UnreadableError("too-large")
        filled = [number for number, _ in rows[at]]
        yield UntrustedRow(at + 2, "", None if len(filled) == len(columns) else filled, texts)
