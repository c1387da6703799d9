"""Set-based writing: many rows in few statements, without a model instance for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import Expression

_KEYS_A_STATEMENT: Final = 10_000


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, each a value for each of ``fields``, by one prepared statement.

    JSON fields are given as Python values. Column defaults of Django do not apply: name every
    field that may not be null.
    """
    columns = [model._meta.get_field(name) for name in fields]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)  # type: ignore[union-attr]
    marks = ", ".join("%s" for _ in columns)
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 -- names come from the models
    adapt = _adapter(columns)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [adapt(row) for row in rows])


def in_chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the keys in pieces that fit one statement: SQLite, as some systems build it, takes 32,766 values."""
    for begin in range(0, len(keys), _KEYS_A_STATEMENT):
        yield keys[begin : begin + _KEYS_A_STATEMENT]


def insert_select(
    model: type[models.Model], values: dict[str, Expression | models.F | Any], source: models.QuerySet[Any]
) -> int:
    """Insert one row for each row of ``source``, in one statement; return how many.

    ``values`` maps field → expression over the source. The same statement counts, selects and writes, so
    nobody can slip between a reading and a writing.
    """
    aliased = {f"set_{name}": expression for name, expression in values.items()}
    query = source.order_by().annotate(**aliased).values_list(*aliased)
    try:
        select, parameters = query.query.sql_with_params()
    except EmptyResultSet:
        # Django knows that a condition such as "one of none" fits nobody, and writes no SQL for it.
        return 0
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(model._meta.get_field(name).column)) for name in values)  # type: ignore[union-attr]
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select}", parameters)  # noqa: S608
        return int(cursor.rowcount)


def _adapter(columns: Sequence[Any]) -> Any:
    as_json = [isinstance(column, models.JSONField) for column in columns]
    as_time = [isinstance(column, models.DateTimeField) for column in columns]
    to_time = connection.ops.adapt_datetimefield_value

    def adapt(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            None if value is None else json.dumps(value) if is_json else to_time(value) if is_time else value
            for value, is_json, is_time in zip(row, as_json, as_time, strict=True)
        )

    return adapt
