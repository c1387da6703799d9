"""Copies of a ledger in PostgreSQL, made by ``pg_dump`` of one snapshot and put back by ``pg_restore``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from amends.ledger.backup.database import LedgerDatabase, Query, SealedColumn, facts_of
from amends.ledger.backup.manifest import LedgerFacts
from amends.ledger.durable import OWNER_ONLY_FILE
from amends.vocabulary.errors import FaultError, UsageError

_DEBIAN: Final = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Server:
    """Where a database is; the password goes to the programs by the environment, never on a command line."""

    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""
    options: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"Server({self.name!r})"

    @property
    def environment(self) -> dict[str, str]:
        """Environment by which the programs of PostgreSQL find the database."""
        values = {
            "PGDATABASE": self.name,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGHOST": self.host,
            "PGPORT": self.port,
        }
        options = {f"PG{name.upper()}": text for name, text in (self.options or {}).items()}
        return {**os.environ, **options, **{name: text for name, text in values.items() if text}}

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments of ``psycopg.connect``."""
        values = {
            "dbname": self.name,
            "user": self.user,
            "password": self.password,
            "host": self.host,
            "port": self.port,
        }
        return {**(self.options or {}), **{name: text for name, text in values.items() if text}}


class PostgresqlLedger(LedgerDatabase):
    """A ledger in one PostgreSQL database."""

    name = "postgresql"
    file_name = "ledger.pgdump"

    def __init__(self, server: Server) -> None:
        self._server = server

    def copy(self, to: Path, sealed: Sequence[SealedColumn]) -> LedgerFacts:
        """Dump one snapshot, and return what the same snapshot says."""
        dump = find_program("pg_dump")
        to.touch(mode=OWNER_ONLY_FILE)
        with self._snapshot() as (connection, query):
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone()
            self._run(
                dump,
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={to}",
            )
            return facts_of(query, sealed, _tables(query))

    def holds_ledger(self) -> bool:
        """Whether any table stands in the database."""
        with self.reading() as query:
            rows = query(
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
        return bool(rows[0][0])

    def fill(self, source: Path) -> None:
        """Restore the dump in one transaction."""
        self._run(
            find_program("pg_restore"),
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--dbname={self._server.name}",
            str(source),
        )

    def clear(self) -> None:
        """Empty a database that `fill` filled, because what it was filled with cannot be trusted."""
        import psycopg

        with psycopg.connect(**self._server.arguments, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")

    @contextmanager
    def reading(self) -> Iterator[Query]:
        """Yield a function that reads rows, all of one moment."""
        with self._snapshot() as (_, query):
            yield query

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[Any, Query]]:
        import psycopg

        try:
            with psycopg.connect(**self._server.arguments) as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
                yield connection, lambda sql: connection.execute(sql).fetchall()
        except psycopg.OperationalError as error:
            raise FaultError(
                "ledger-unavailable",
                "the database server cannot be reached",
                hint="check AMENDS_DATABASE_URL and that the server runs",
            ) from error

    def _run(self, program: Path, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 -- a program of PostgreSQL, found by name
            [str(program), *arguments],
            env=self._server.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            # What the program said may quote rows; its last line names the kind of fault and no more is needed.
            raise FaultError(
                "database-program-failed",
                f"{program.name} failed with exit code {done.returncode}",
                hint="check that its version is that of the server, and that the user may read and make tables",
                where=program.name,
            )


def server_at(url: str) -> Server | None:
    """Return where an address of the form ``postgresql://user:password@host:port/name`` leads; None for another."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    name = unquote(parts.path.strip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name:
        return None
    return Server(
        name,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.hostname or "",
        str(port or ""),
        dict(parse_qsl(parts.query)),
    )


@contextmanager
def scratch_database(server: Server, name: str) -> Iterator[Server]:
    """Yield an empty database beside this one, dropped afterwards.

    Raises `FaultError` ``scratch-database-refused`` where the user may not make one.
    """
    import psycopg
    from psycopg import sql

    other = Server(name, server.user, server.password, server.host, server.port, server.options)
    with psycopg.connect(**server.arguments, autocommit=True) as connection:
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise FaultError(
                "scratch-database-refused",
                "the database user may not make the database into which the copy would be restored",
                hint="grant CREATEDB for the drill, or restore a copy by hand with `amends restore`",
            ) from error
        try:
            yield other
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def find_program(name: str) -> Path:
    """Return where a program of PostgreSQL lies: the newest under Debian's folder, else on the path.

    Raises `UsageError` ``postgresql-programs-missing``.
    """
    candidates = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=_version_of, reverse=True)
    on_path = shutil.which(name)
    found = candidates[0] if candidates else Path(on_path) if on_path else None
    if found is None:
        raise UsageError(
            "postgresql-programs-missing",
            f"{name} is not installed on this machine",
            hint="install PostgreSQL's client programs of the server's version (Debian: postgresql-client)",
        )
    return found


def _version_of(program: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", program.parent.parent.name))


def _tables(query: Query) -> list[str]:
    rows = query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'ledger\\_%'")
    return sorted(name for (name,) in rows)
