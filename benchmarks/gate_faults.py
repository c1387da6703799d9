"""`make faults`: everything that can happen to a gate, under 100,000 questions, and two numbers that must be nought.

Each fault strikes a gate of its own, in a process of its own, in the middle of questions about people who are held
and people who are not. Counted are answers ``clear`` about somebody held, answers later than half a second, and
answers ``clear`` that the store does not have. Then two gates with planted bugs are asked in the same way:
the counts must find those, or they find nothing. Ends with 1 when a count is not as it must be.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from amends.gate.fingerprints import Fingerprints
from amends.ledger.home import LedgerHome
from benchmarks import gate_process, gate_strikes
from benchmarks.gate_asking import Asking, Tally, ask, mixed
from benchmarks.gate_ledger import held_number, known_number, seed_sqlite
from benchmarks.gate_strikes import Struck
from benchmarks.measuring import console, keep

QUESTIONS = int(os.environ.get("GATE_QUESTIONS", "100000"))
_HELD, _KNOWN, _HELD_LATER = 2000, 2000, 20
_CONNECTIONS = 24
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that happens, and how the questions go meanwhile."""

    name: str
    strike: Callable[[Struck], None]
    connections: int = _CONNECTIONS
    postgresql: bool = False
    questions: Callable[[Struck, int], Iterator[Asking]] | None = None
    bug: str = ""


def main() -> int:
    """Strike, ask, count, print, keep."""
    out = console()
    table = Table(
        "fault", "questions", "clear for held", "late", "clear not recorded", "slowest, s", "clear", "reasons"
    )
    with (
        tempfile.TemporaryDirectory(prefix="amends-gate-faults-") as name,
        gate_strikes.clusters() as clusters,
    ):
        template = _template(Path(name) / "template")
        each = QUESTIONS // len(FAULTS) + 1
        results = {}
        for number, fault in enumerate(FAULTS):
            place = Path(name) / f"fault-{number}"
            results[fault.name] = _suffered(fault, place, template, each, clusters)
            _row(table, fault.name, *results[fault.name])
        table.add_section()
        planted = {}
        for number, fault in enumerate(PLANTED):
            place = Path(name) / f"planted-{number}"
            planted[fault.name] = _suffered(fault, place, template, 2000, clusters)
            _row(table, fault.name, *planted[fault.name])
    out.print(table)
    bad = sum(t.clear_for_held + t.late + lost for t, lost in results.values())
    # A gate that never says clear is within both counts, and of no use.
    dumb = not results[FAULTS[0].name][0].clear
    unseen = [name for name, (t, _) in planted.items() if not t.clear_for_held + t.late]
    asked = sum(t.questions for t, _ in results.values())
    clear = sum(t.clear_for_held for t, _ in results.values())
    late = sum(t.late for t, _ in results.values())
    out.print(
        f"{len(FAULTS)} faults, {asked:,} questions: {clear} times clear for a held identifier, {late} late answers"
    )
    out.print(f"planted bugs that the counts did not find: {', '.join(unseen) or 'none'}")
    if dumb:
        out.print("the gate never said clear although nothing had happened to it")
    keep("gate-faults", {"faults": len(FAULTS), "questions": asked, "clear_for_held": clear, "late": late})
    return 1 if bad or unseen or dumb else 0


def _row(table: Table, name: str, tally: Tally, lost: int) -> None:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in tally.reasons.most_common(5))
    refused = f", no connection {tally.without_answer:,}" if tally.without_answer else ""
    table.add_row(
        name,
        f"{tally.questions:,}",
        str(tally.clear_for_held),
        str(tally.late),
        str(lost),
        f"{tally.slowest:.3f}",
        f"{tally.clear:,}",
        reasons + refused,
    )


def _template(folder: Path) -> LedgerHome:
    """Make the ledger that every fault gets a copy of. Whoever is held is known to the registry too."""
    seeded = seed_sqlite(folder, held=_HELD, known=_KNOWN)
    of, key_id = Fingerprints(seeded.home).of, Fingerprints(seeded.home).key_id
    later = [(of(held_number(number))[0], key_id) for number in range(_HELD, _HELD + _HELD_LATER)]
    with closing(sqlite3.connect(seeded.home.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO ledger_knownidentifier (fingerprint, key_id) VALUES (?, ?)", later
        )
        connection.execute(
            "INSERT INTO ledger_knownidentifier (fingerprint, key_id) "
            "SELECT fingerprint, key_id FROM ledger_heldidentifier WHERE hold_id > 0"
        )
        connection.execute(
            "UPDATE ledger_gatestate SET known_identifiers = ?", [_HELD + _KNOWN + _HELD_LATER]
        )
    return seeded.home


def _suffered(
    fault: Fault, place: Path, template: LedgerHome, count: int, clusters: gate_strikes.Clusters
) -> tuple[Tally, int]:
    """Let a gate of its own suffer this; return the counts, and how many answers ``clear`` were not recorded."""
    shutil.copytree(template.folder, place)
    with _struck(fault, LedgerHome(place), clusters) as struck:
        later = [held_number(n) for n in range(_HELD, _HELD + _HELD_LATER)]
        held = [held_number(n) for n in range(_HELD)] + later * 20
        clear = [known_number(n) for n in range(_HELD_LATER, _KNOWN)]
        usual = mixed(held, clear, struck.key, seed=7)
        own = fault.questions(struck, _HELD) if fault.questions else usual
        tally = Tally()
        ask(struck.port, usual, count=count // _PARTS, connections=_CONNECTIONS, tally=tally)
        fault.strike(struck)
        ask(struck.port, own, count=count - count // _PARTS, connections=fault.connections, tally=tally)
    return tally, _not_recorded(LedgerHome(place), tally)


@contextmanager
def _struck(fault: Fault, home: LedgerHome, clusters: gate_strikes.Clusters) -> Iterator[Struck]:
    struck = gate_strikes.prepared(home, postgresql=clusters if fault.postgresql else None)
    gate_strikes.take_backup(struck)
    process = gate_process.start(home, struck.port, url=struck.gate_url, bug=fault.bug)
    struck.process = process
    try:
        gate_process.wait_until_open(struck.port, struck.key)
        gate_strikes.hold_some_more(struck, _HELD, _HELD_LATER)
        gate_process.wait_until_open(struck.port, struck.key)
        yield struck
    finally:
        struck.heal()
        if struck.process is not None:
            gate_process.stop(struck.process)


def _not_recorded(home: LedgerHome, tally: Tally) -> int:
    """Return how many of the answers ``clear`` that were received the store does not have."""
    with closing(
        sqlite3.connect(f"file:{home.folder / 'gate' / 'answers.sqlite3'}?mode=ro", uri=True)
    ) as connection:
        found = {number for (number,) in connection.execute("SELECT id FROM answers WHERE answer = 'clear'")}
    return len(set(tally.clear_ids) - found)


FAULTS = (
    Fault("nothing (for comparison)", lambda struck: None),
    Fault("database stopped", gate_strikes.stop_database),
    Fault("database stopped (PostgreSQL)", gate_strikes.stop_server, postgresql=True),
    Fault("database hangs", gate_strikes.hang),
    Fault("database hangs (PostgreSQL)", gate_strikes.freeze_server, postgresql=True),
    Fault("database read-only", gate_strikes.make_read_only),
    Fault("old backup put back", gate_strikes.restore_backup),
    Fault("held table emptied", gate_strikes.empty_held),
    Fault("held table emptied but for the canary", gate_strikes.empty_held_but_canary),
    Fault("holds emptied", gate_strikes.empty_holds),
    Fault("row-level security without rows (PostgreSQL)", gate_strikes.hide_rows, postgresql=True),
    Fault("clock set forward by a day", gate_strikes.jump_clock),
    Fault("keys unknown and revoked", gate_strikes.revoke_key, questions=gate_strikes.with_wrong_keys),
    Fault("identifiers written badly", lambda struck: None, questions=gate_strikes.written_badly),
    Fault("overload", lambda struck: None, connections=600),
    Fault("disk of the store full", gate_strikes.fill_disk),
    Fault("database file replaced", gate_strikes.replace_file),
    Fault("gate killed and started again", gate_strikes.restart_gate),
)
PLANTED = (
    Fault("planted: believes an emptied table", gate_strikes.empty_held, bug="no-guard"),
    Fault("planted: believes an old backup", gate_strikes.restore_backup, bug="no-guard"),
    Fault("planted: waits as long as it takes", gate_strikes.hang_for_a_second, bug="no-deadline"),
)

if __name__ == "__main__":
    sys.exit(main())
