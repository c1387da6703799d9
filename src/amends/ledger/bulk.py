"""Set-based writing: many rows in few statements, without a model instance for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import Expression

_KEYS_A_STATEMENT: Final = 10_000
_ROWS_A_PIECE: Final = 2_000


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, each a value for each of ``fields``, by one prepared statement, or one COPY on PostgreSQL.

    JSON fields are given as Python values. Column defaults of Django do not apply: name every
    field that may not be null.
    """
    columns = [_field(model, name) for name in fields]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)
    table = quote(model._meta.db_table)
    adapt = _adapter(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Errors of a COPY come from the driver itself unless they are wrapped.
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(adapt(row))
            return
        marks = ", ".join("%s" for _ in columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 -- names come from the models
        waiting = iter(rows)
        # In pieces: a million rows kept as lists are looked through by the garbage collector again and again.
        while piece := [adapt(row) for row in islice(waiting, _ROWS_A_PIECE)]:
            cursor.executemany(sql, piece)


@contextmanager
def foreign_keys_checked_at_once() -> Iterator[None]:
    """Let PostgreSQL check foreign keys behind each statement of the block, and not all of them as the last thing.

    The same checks: a transaction that puts off those of a whole population comes back to rows that have left the
    caches meanwhile. What does not fit raises at its own statement. SQLite keeps a count, and puts off nothing.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield
    # Where the block failed, so did the transaction, and with it the setting.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell PostgreSQL's planner how large these tables have become within this transaction; SQLite needs no telling.

    Without it a table that was filled a moment ago counts as empty, and joining a population to itself takes hours.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")


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
    columns = ", ".join(quote(str(_field(model, name).column)) for name in values)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select}", parameters)  # noqa: S608
        return int(cursor.rowcount)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    # A relation from elsewhere has a name on this model too, and no column in its table.
    assert isinstance(field, models.Field)
    return field


def _adapter(columns: Sequence[Any]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    to_time = connection.ops.adapt_datetimefield_value
    as_json = _json_writer()
    changed: list[tuple[int, Callable[[Any], Any]]] = [
        (place, as_json if isinstance(column, models.JSONField) else to_time)
        for place, column in enumerate(columns)
        if isinstance(column, models.JSONField | models.DateTimeField)
    ]
    if not changed:
        return lambda row: row

    def adapt(row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, change in changed:
            if values[place] is not None:
                values[place] = change(values[place])
        return values

    return adapt


def _json_writer() -> Callable[[Any], str]:
    """Return a writer of JSON that remembers tuples: what a row exposed is the same for most rows of a file."""
    written: dict[tuple[Any, ...], str] = {}

    def write(value: Any) -> str:
        if not isinstance(value, tuple):
            return json.dumps(value)
        text = written.get(value)
        if text is None:
            text = written[value] = json.dumps(value)
        return text

    return write
