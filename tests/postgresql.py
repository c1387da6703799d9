"""A PostgreSQL cluster that lives as long as the test run, and an empty database for each test that asks.

Where it comes from, in this order: the server at ``AMENDS_TEST_DATABASE_URL`` (whose user may create
databases), else a throw-away cluster made with the machine's own ``initdb``. Where there is neither,
the tests are skipped and say so; with ``AMENDS_REQUIRE_POSTGRESQL=1``, as in CI, they fail instead.

Each pytest-xdist worker that needs one starts its own cluster: a second or two, and nothing is shared.
"""

from __future__ import annotations

import getpass
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString, NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

_ROLE = "amends"
_START_SECONDS = 60
_PORT_ATTEMPTS = 5
_NEEDED = ("initdb", "pg_ctl", "postgres")
_MISSING = (
    "no PostgreSQL: install Debian's package postgresql, or set AMENDS_TEST_DATABASE_URL "
    "to a server on which databases may be created"
)


class NoPostgreSQLError(Exception):
    """No cluster can be had on this machine; the message says why."""


def server_programs() -> Path:
    """Return the folder of ``initdb`` and ``pg_ctl``, of the newest version where there are several."""
    candidates: list[Path] = []
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(versions, key=_version_of, reverse=True)
    configuration = shutil.which("pg_config")
    if configuration:
        answer = subprocess.run([configuration, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(answer.stdout.strip()))
    for folder in candidates:
        if all((folder / program).is_file() for program in _NEEDED):
            return folder
    raise NoPostgreSQLError(_MISSING)


def _version_of(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.parent.name))


def _server_user() -> str | None:
    """Return whom to run the server as: PostgreSQL refuses root. None means "as ourselves"."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    raise NoPostgreSQLError("PostgreSQL does not run as root, and there is no user postgres or nobody")


class Cluster:
    """One throw-away cluster: made, started and stopped by this process, without care for durability."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = _server_user()
        # Directly in the folder for temporary files: pytest's own folders are closed to other users,
        # and the name of a Unix socket may have no more than 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="amends-pg-"))
        self._data = self._folder / "data"
        self._password = secrets.token_urlsafe(18)
        self._port = 0

    @property
    def url(self) -> str:
        """Address of the maintenance database, over the loopback interface."""
        return f"postgresql://{_ROLE}:{self._password}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Make the cluster and start it on a free port. Raises `NoPostgreSQLError` when it will not."""
        password_file = self._folder / "password"
        password_file.write_text(self._password, encoding="utf-8")
        if self._user:
            shutil.chown(self._folder, self._user)
            shutil.chown(password_file, self._user)
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            f"--username={_ROLE}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        )
        for attempt in range(_PORT_ATTEMPTS):
            self._port = _free_port()
            try:
                self._run(
                    "pg_ctl",
                    "start",
                    "--wait",
                    f"--timeout={_START_SECONDS}",
                    f"--pgdata={self._data}",
                    f"--log={self._folder / 'log'}",
                    f"--options={self._server_options()}",
                )
                return
            except NoPostgreSQLError:
                # Somebody may have taken the port between our look and the server's.
                if attempt == _PORT_ATTEMPTS - 1:
                    raise

    def halt(self) -> None:
        """Stop this cluster's server at once, as a crash would; its folder stays."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={self._data}")

    def processes(self) -> list[int]:
        """Return the process ids of this cluster's server, its postmaster first."""
        postmaster = int((self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="utf-8")
        return [postmaster, *map(int, children.split())]

    def stop(self) -> None:
        """Stop this cluster's server, and no other, and remove its folder."""
        try:
            if (self._data / "postmaster.pid").exists():
                self.halt()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _server_options(self) -> str:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        return " ".join(f"-c {name}={value}" for name, value in settings.items())

    def _run(self, program: str, *arguments: str) -> None:
        # Output goes to a file: a server started with a pipe would keep the pipe open for ever.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                user=self._user,
                group=pwd.getpwnam(self._user).pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                check=False,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if done.returncode != 0:
            raise NoPostgreSQLError(f"{program} failed as {self._user or getpass.getuser()}: {said.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a server on which databases may be made: yours, or a throw-away one."""
    given = os.environ.get("AMENDS_TEST_DATABASE_URL")
    if given:
        yield given
        return
    try:
        cluster = Cluster(server_programs())
    except NoPostgreSQLError as error:
        _do_without(error)
    try:
        try:
            cluster.start()
        except NoPostgreSQLError as error:
            _do_without(error)
        yield cluster.url
    finally:
        cluster.stop()


def _do_without(reason: NoPostgreSQLError) -> NoReturn:
    if os.environ.get("AMENDS_REQUIRE_POSTGRESQL"):
        pytest.fail(f"AMENDS_REQUIRE_POSTGRESQL is set, and {reason}", pytrace=False)
    pytest.skip(str(reason))


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """Address of an empty database of this test's own, dropped afterwards; fit for AMENDS_DATABASE_URL."""
    name = f"amends_test_{secrets.token_hex(8)}"
    _execute(postgresql_server, "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", name)
    try:
        yield urlunsplit(urlsplit(postgresql_server)._replace(path=f"/{name}"))
    finally:
        _execute(postgresql_server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _execute(server: str, statement: LiteralString, database: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
