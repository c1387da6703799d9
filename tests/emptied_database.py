"""A PostgreSQL database that is emptied between tests, not made anew for each: thirty milliseconds, not five hundred.

What a test may have done to it is undone as a whole: rows and sequences are put back to what the migrations
left. Where a test changed more than that (a trigger dropped, a policy, a setting of the database), the
database is thrown away.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final, LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

_SCHEMA_LINES: Final[LiteralString] = """
SELECT md5(coalesce(string_agg(line, E'\\n' ORDER BY line), '')) FROM (
  SELECT concat_ws(' ', 'relation', oid, relname, relkind, relowner, relrowsecurity, relforcerowsecurity, relacl,
                   reloptions) FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'column', attrelid, attnum, attname, atttypid, attnotnull, attisdropped, attidentity)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT concat_ws(' ', 'constraint', oid, conname, condeferrable, condeferred) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws(' ', 'function', oid, proname, prosrc, proacl) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', 'policy', oid, polname) FROM pg_policy
  UNION ALL SELECT concat_ws(' ', 'schema', oid, nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'
  UNION ALL SELECT concat_ws(' ', 'setting', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT concat_ws(' ', 'database', datacl, datallowconn, datconnlimit, datistemplate) FROM pg_database
    WHERE datname = current_database()
) AS schema(line)
"""


@dataclass(frozen=True, slots=True)
class _Untouched:
    """What the migrations left: the shape of the schema, the tables that hold rows with them, the sequences."""

    schema: str
    tables: tuple[str, ...]
    rows: dict[str, bytes]
    sequences: dict[str, int | None]


class EmptiedDatabase:
    """One database of a worker's own, a copy of the template, made at first need and emptied before each test."""

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._name = ""
        self._untouched: _Untouched | None = None

    def url(self) -> str:
        """Return the address of the database, as the template is."""
        if self._untouched is None or not self._put_back(self._untouched):
            self.drop()
            self._name = f"amends_test_{secrets.token_hex(6)}"
            on_server(self._server, "CREATE DATABASE {} TEMPLATE {}", self._name, self._template)
            self._untouched = self._look()
        return at(self._server, self._name)

    def drop(self) -> None:
        """Throw the database away."""
        self._untouched = None
        if self._name:
            on_server(self._server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self._name)
            self._name = ""

    def _look(self) -> _Untouched:
        with psycopg.connect(at(self._server, self._name), autocommit=True) as connection:
            found = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
            )
            tables = tuple(name for (name,) in found)
            return _Untouched(
                _value(connection, _SCHEMA_LINES),
                tables,
                {name: _rows(connection, name) for name in _filled(connection, tables)},
                _sequences(connection),
            )

    def _put_back(self, untouched: _Untouched) -> bool:
        """Undo what a test did, and say whether that was possible."""
        self._end_other_sessions()
        try:
            with psycopg.connect(at(self._server, self._name), autocommit=True) as connection:
                if _value(connection, _SCHEMA_LINES) != untouched.schema:
                    return False
                # Neither the triggers that keep the journal nor the order of foreign keys stand in the way.
                connection.execute("SET session_replication_role = replica")
                filled = _filled(connection, untouched.tables)
                for name in {*filled, *untouched.rows}:
                    _put_rows_back(connection, name, untouched.rows.get(name, b""))
                for name, last in _sequences(connection).items():
                    if last != untouched.sequences[name]:
                        _put_sequence_back(connection, name, untouched.sequences[name])
        except psycopg.Error:
            return False
        return True

    def _end_other_sessions(self) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                (self._name,),
            )


def at(server: str, name: str) -> str:
    """Return the address of a database of the server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def on_server(server: str, statement: LiteralString, *names: str) -> None:
    """Run one statement on the server's maintenance database; each ``{}`` is a name."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _value(connection: psycopg.Connection, query: LiteralString) -> str:
    found = connection.execute(query).fetchone()
    assert found is not None
    return str(found[0])


def _filled(connection: psycopg.Connection, tables: tuple[str, ...]) -> list[str]:
    looks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    ]
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(looks))]


def _rows(connection: psycopg.Connection, table: str) -> bytes:
    copy = sql.SQL("COPY (SELECT * FROM {} ORDER BY 1) TO STDOUT").format(sql.Identifier(table))
    with connection.cursor().copy(copy) as rows:
        return b"".join(bytes(block) for block in rows)


def _put_rows_back(connection: psycopg.Connection, table: str, before: bytes) -> None:
    if before and _rows(connection, table) == before:
        return
    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    if before:
        copy = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
        with connection.cursor().copy(copy) as rows:
            rows.write(before)


def _sequences(connection: psycopg.Connection) -> dict[str, int | None]:
    found = connection.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
    )
    return dict(found.fetchall())


def _put_sequence_back(connection: psycopg.Connection, name: str, last: int | None) -> None:
    # A sequence that was never asked begins at one, as every one of Django's does.
    connection.execute(
        "SELECT setval(%s, %s, %s)", (sql.Identifier(name).as_string(), last or 1, last is not None)
    )
