"""What happens to the gates of `benchmarks.gate_faults`: each function does one thing to a ledger or to a process."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from amends.gate.fingerprints import Fingerprints
from amends.ledger.home import LedgerHome
from benchmarks import gate_process
from benchmarks.gate_asking import Asking
from benchmarks.gate_ledger import REMEDY_COLUMNS, copy_to_postgresql, held_number, seeded_key
from tests.postgresql import Cluster, server_programs

_READER, _READER_PASSWORD = "gate_reader", "only reads"


@dataclass(slots=True)
class Struck:
    """One ledger with its gate, to which something happens."""

    home: LedgerHome
    port: int
    key: str
    url: str = ""
    """Of the database, as its owner."""
    gate_url: str = ""
    """As the gate connects: a role that may only read."""
    cluster: Cluster | None = None
    process: subprocess.Popen[bytes] | None = None
    healing: list[Callable[[], Any]] = field(default_factory=list)

    def heal(self) -> None:
        """Undo what would keep processes from ending."""
        for undo in reversed(self.healing):
            with suppress(Exception):
                undo()

    def execute(self, *statements: str) -> None:
        """Change the ledger as somebody who may."""
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as server:
                # The incident that the holds would hang on is left out.
                server.execute("SET session_replication_role = replica")
                for statement in statements:
                    server.execute(statement.encode())
            return
        with closing(sqlite3.connect(self.home.database, isolation_level=None, timeout=5)) as file:
            for statement in statements:
                file.execute(statement)

    @property
    def backup(self) -> Path:
        return self.home.folder / "backup.sqlite3"


class Clusters:
    """One PostgreSQL server for each fault that needs one, because some do not survive."""

    def __init__(self) -> None:
        self._started: list[Cluster] = []

    def new(self) -> Cluster:
        """Make and start a server."""
        cluster = Cluster(server_programs())
        cluster.start()
        self._started.append(cluster)
        return cluster

    def stop(self) -> None:
        """Stop them all."""
        for cluster in self._started:
            cluster.stop()


@contextmanager
def clusters() -> Iterator[Clusters]:
    """Stop what was started when the block ends."""
    made = Clusters()
    try:
        yield made
    finally:
        made.stop()


def prepared(home: LedgerHome, *, postgresql: Clusters | None) -> Struck:
    """Return a ledger with a free port for its gate, copied to a PostgreSQL server where one is wanted."""
    struck = Struck(home, _free_port(), seeded_key(home))
    if postgresql is not None:
        struck.cluster = postgresql.new()
        struck.url = struck.cluster.url
        copy_to_postgresql(home, struck.url)
        struck.execute(
            f"CREATE ROLE {_READER} LOGIN PASSWORD '{_READER_PASSWORD}'",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {_READER}",
        )
        parts = urlsplit(struck.url)
        place = f"{_READER}:{_READER_PASSWORD.replace(' ', '%20')}@{parts.hostname}:{parts.port}"
        struck.gate_url = urlunsplit(parts._replace(netloc=place))
    return struck


def take_backup(struck: Struck) -> None:
    """Keep a copy of the database as it is before the last holds are placed."""
    if not struck.url:
        with (
            closing(sqlite3.connect(struck.home.database)) as file,
            closing(sqlite3.connect(struck.backup)) as copy,
        ):
            file.backup(copy)


def hold_some_more(struck: Struck, first: int, count: int) -> None:
    """Place holds on people whom the registry knows, after the gate has begun to answer."""
    of, key_id = Fingerprints(struck.home).of, Fingerprints(struck.home).key_id
    statements = ["BEGIN"]
    for number in range(first, first + count):
        fingerprint = of(held_number(number))[0]
        statements += [
            f"INSERT INTO ledger_remedy ({REMEDY_COLUMNS}) VALUES ({number + 1}, 1, 'hold', 'hold', '', {number + 1}, "
            "'in_force', 'x', 'x', '2031-03-03 09:00:00', 'removal', '', '')",
            "INSERT INTO ledger_heldidentifier (fingerprint, hold_id, key_id) "
            f"VALUES ('{fingerprint}', {number + 1}, '{key_id}')",
        ]
    statements += [
        "UPDATE ledger_gatestate SET generation = generation + 1, "
        f"held_identifiers = held_identifiers + {count}",
        # The journal goes on with an entry, as it does whenever holds are placed: the gate asks for it.
        "INSERT INTO ledger_journalentry (sequence, at, incident, verb, actor, reason, previous, digest, detail) "
        f"SELECT sequence + 1, '2031-03-03 09:00:00', 'x', 'x', 'x', 'x', digest, '{first:064x}', '{{}}' "
        "FROM ledger_journalhead",
        f"UPDATE ledger_journalhead SET sequence = sequence + 1, digest = '{first:064x}'",
        "COMMIT",
    ]
    struck.execute(*statements)


def stop_database(struck: Struck) -> None:
    """Take the database file away."""
    struck.home.database.rename(struck.home.folder / "gone.sqlite3")


def stop_server(struck: Struck) -> None:
    """Stop the server."""
    if struck.cluster is not None:
        struck.cluster.halt()


def hang(struck: Struck) -> None:
    """Let no look-up return."""
    (struck.home.folder / "hang").touch()


def hang_for_a_second(struck: Struck) -> None:
    """Let no look-up return for a second."""
    hang(struck)
    timer = threading.Timer(1.0, lambda: (struck.home.folder / "hang").unlink(missing_ok=True))
    timer.start()
    struck.healing.append(timer.join)


def freeze_server(struck: Struck) -> None:
    """Stop every process of the server in its tracks: connections stand, and nothing answers."""
    assert struck.cluster is not None
    for process in struck.cluster.processes():
        os.kill(process, signal.SIGSTOP)
        struck.healing.append(partial(os.kill, process, signal.SIGCONT))


def make_read_only(struck: Struck) -> None:
    """Let nobody write to the database file."""
    struck.home.database.chmod(0o400)


def restore_backup(struck: Struck) -> None:
    """Put the backup in the database's place: the last holds are not in it."""
    _put_in_place(struck, struck.backup)


def replace_file(struck: Struck) -> None:
    """Put another ledger in the database's place, newer by its numbers and made under another key."""
    other = struck.home.folder / "other.sqlite3"
    shutil.copy(struck.backup, other)
    with closing(sqlite3.connect(other)) as file, file:
        file.execute("DELETE FROM ledger_heldidentifier WHERE hold_id > 1")
        file.execute(
            "UPDATE ledger_gatestate SET generation = 900, held_identifiers = 1, fingerprint_key_id = '00000000'"
        )
        file.execute("UPDATE ledger_journalhead SET sequence = 900")
    _put_in_place(struck, other)


def _put_in_place(struck: Struck, file: Path) -> None:
    draft = struck.home.folder / "draft.sqlite3"
    shutil.copy(file, draft)
    for suffix in ("-wal", "-shm"):
        Path(f"{struck.home.database}{suffix}").unlink(missing_ok=True)
    draft.replace(struck.home.database)


def empty_held(struck: Struck) -> None:
    """Delete every held identifier, the canary with them."""
    struck.execute("DELETE FROM ledger_heldidentifier")


def empty_held_but_canary(struck: Struck) -> None:
    """Delete every held identifier and leave the canary."""
    struck.execute("DELETE FROM ledger_heldidentifier WHERE hold_id > 0")


def empty_holds(struck: Struck) -> None:
    """Delete the holds themselves and leave the identifiers under which they are found."""
    struck.execute("DELETE FROM ledger_remedy")


def hide_rows(struck: Struck) -> None:
    """Let row-level security hide every row but the canary from the gate's role."""
    struck.execute(
        "ALTER TABLE ledger_heldidentifier ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY canary_only ON ledger_heldidentifier USING (hold_id = 0)",
    )


def jump_clock(struck: Struck) -> None:
    """Set the gate's wall clock forward by a day."""
    (struck.home.folder / "clock-offset").write_text("86400", encoding="utf-8")


def revoke_key(struck: Struck) -> None:
    """Revoke the key with which everything is asked."""
    struck.execute(
        "UPDATE ledger_apikey SET revoked_at = '2031-03-03 09:00:00'",
        "UPDATE ledger_gatestate SET generation = generation + 1",
    )


def with_wrong_keys(struck: Struck, held: int) -> Iterator[Asking]:
    """Yield questions about held and other people with the revoked key, a changed one, and none."""
    chance = Random(3)
    keys = (struck.key, struck.key[:-2] + "xx", "amends_live_000000000000_x", "none")
    while True:
        # Whoever has no key gets no clear about anybody: everyone counts as held.
        yield Asking(held_number(chance.randrange(held * 2)), True, chance.choice(keys))


def written_badly(struck: Struck, held: int) -> Iterator[Asking]:
    """Yield held identifiers written in other ways, and what is no identifier at all; none may be clear."""
    chance = Random(5)
    ways: tuple[Callable[[str], str], ...] = (
        lambda text: text[1:],
        "-".join,
        lambda text: f"  000{text[1:]}",
        lambda text: text + "\x00",
        lambda text: text + "0" * 80,
        lambda text: "0" * len(text),
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text + "1",
        lambda text: text.translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
    )
    while True:
        yield Asking(chance.choice(ways)(held_number(chance.randrange(held))), True, struck.key)


def fill_disk(struck: Struck) -> None:
    """Let no file of the gate grow any more, as on a full disk."""
    assert struck.process is not None
    resource.prlimit(struck.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))


def restart_gate(struck: Struck) -> None:
    """Kill the gate without a word while questions go on, and start it again half a second later."""

    def restart() -> None:
        assert struck.process is not None
        gate_process.stop(struck.process)
        struck.process = gate_process.start(struck.home, struck.port, url=struck.gate_url)

    timer = threading.Timer(0.5, restart)
    timer.start()
    struck.healing.append(timer.join)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
