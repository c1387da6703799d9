"""`make bench-gate`: answers a second and how long they take, over ten million held identifiers.

One gate with one loop, receipts and durable record on, asked by wrk over loopback; beside it, in the same run, what
the databases can do at most (in-process SQLite, pgbench), an ASGI application that does nothing, and what one would
otherwise write (a Django view). Beside each rate stand its ratio to the empty application and the server's own
processor time for each answer, which other work on the machine changes less than rates. The seeded ledger is kept in
``GATE_FOLDER`` and taken again. ``GATE_HELD`` and ``GATE_SECONDS`` make a quick run.
"""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from rich.table import Table

from amends.gate.fingerprints import Fingerprints
from benchmarks.gate_ledger import SeededLedger, copy_to_postgresql, held_number, known_number, seed_sqlite
from benchmarks.gate_process import wait_until_open
from benchmarks.measuring import PROGRAM, RESULTS, ROOT, console, keep, machine
from tests.postgresql import Cluster, server_programs

HELD = int(os.environ.get("GATE_HELD", "10000000"))
SECONDS = int(os.environ.get("GATE_SECONDS", "15"))
FOLDER = Path(os.environ.get("GATE_FOLDER", RESULTS / "gate-ledger"))
_CONNECTIONS = (16, 32)
_LIST_CONNECTIONS = 2
_LIST = 10_000


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: str = ""
    cpu_us: float | None = None
    """Processor time of the server for each answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    per_second: float
    p99_ms: float | None = None
    at_least: float | None = None
    p99_at_most: float | None = None
    p50_ms: float | None = None
    errors: str = ""
    cpu_us: float | None = None
    to_empty: float | None = None
    """Ratio to the empty application over as many connections."""

    @property
    def verdict(self) -> str:
        """Return whether the line is within its aims."""
        if self.at_least is None:
            return ""
        quick = self.p99_at_most is None or (self.p99_ms or 0) <= self.p99_at_most
        return "within" if self.per_second >= self.at_least and quick and not self.errors else "SHORT"


def main() -> None:
    """Seed, measure, print, keep."""
    out = console()
    out.print(", ".join(f"{name} {value}" for name, value in machine().items()))
    began = perf_counter()
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    seeded = seed_sqlite(FOLDER, held=HELD, known=max(HELD // 10, 1000))
    out.print(
        f"{seeded.held:,} held and {seeded.known:,} known identifiers after {perf_counter() - began:.0f} s"
    )
    empty = _empty(seeded)
    lines = [*empty.values(), *_sqlite(seeded, empty), *_postgresql(seeded, empty)]
    table = Table("measure", "a second", "of empty", "CPU, us", "p50, ms", "p99, ms", "aim", "")
    for line in lines:
        aim = f">= {line.at_least:,.0f}" if line.at_least else ""
        aim += f", p99 <= {line.p99_at_most:g} ms" if line.p99_at_most else ""
        times = [f"{value:.2f}" if value is not None else "" for value in (line.p50_ms, line.p99_ms)]
        share = f"{line.to_empty:.2f}" if line.to_empty is not None else ""
        cpu = f"{line.cpu_us:,.0f}" if line.cpu_us is not None else ""
        verdict = f"{line.verdict} {line.errors}"
        table.add_row(line.what, f"{line.per_second:,.0f}", share, cpu, *times, aim, verdict)
    out.print(table)
    keep("gate", {"held": seeded.held, "lines": [asdict(line) for line in lines]})


def _empty(seeded: SeededLedger) -> dict[int, Line]:
    """Return what an application that does nothing reaches, by connections."""
    with _served("benchmarks.gate_empty:application", seeded) as (port, server):
        return {
            number: _line(
                f"empty ASGI application (limit), {number} connections",
                wrk(port, seeded, connections=number, server=server),
            )
            for number in _CONNECTIONS
        }


def _sqlite(seeded: SeededLedger, empty: Mapping[int, Line]) -> Iterator[Line]:
    yield Line("SQLite primary key, in process (limit)", _raw_look_ups(seeded))
    with _gate(seeded, "") as (port, server):
        for connections in _CONNECTIONS:
            load = wrk(port, seeded, connections=connections, server=server)
            line = _line(f"gate on SQLite, {connections} connections", load, 10_000, 5)
            yield _beside(empty[connections], line)
        load = wrk(port, seeded, connections=_LIST_CONNECTIONS, batch=_LIST, server=server)
        yield Line(
            f"gate on SQLite, lists of {_LIST:,}, identifiers",
            load.per_second * _LIST,
            p50_ms=load.p50_ms,
            p99_ms=load.p99_ms,
            at_least=150_000,
            errors=load.errors,
            cpu_us=load.cpu_us and load.cpu_us / _LIST,
        )
    with _served("benchmarks.gate_django:application", seeded) as (port, server):
        load = wrk(port, seeded, connections=16, server=server)
        yield _beside(empty[16], _line("plain Django view on SQLite, 16 connections", load))


def _postgresql(seeded: SeededLedger, empty: Mapping[int, Line]) -> Iterator[Line]:
    cluster = Cluster(server_programs())
    cluster.start()
    try:
        yield Line("PostgreSQL primary key, pgbench -S, 16 clients (limit)", _pgbench(cluster.url))
        copy_to_postgresql(seeded.home, cluster.url)
        with _gate(seeded, cluster.url) as (port, server):
            for connections in _CONNECTIONS:
                load = wrk(port, seeded, connections=connections, server=server)
                line = _line(f"gate on PostgreSQL, {connections} connections", load, 5_000, 10)
                yield _beside(empty[connections], line)
    finally:
        cluster.stop()


def _line(what: str, load: Load, at_least: float | None = None, p99_at_most: float | None = None) -> Line:
    return Line(
        what, load.per_second, load.p99_ms, at_least, p99_at_most, load.p50_ms, load.errors, load.cpu_us
    )


def _beside(empty: Line, line: Line) -> Line:
    return replace(line, to_empty=line.per_second / empty.per_second)


def wrk(port: int, seeded: SeededLedger, *, connections: int, batch: int = 0, server: int = 0) -> Load:
    """Ask for some seconds, after two to warm up. ``server``: process whose processor time is counted."""
    environment = {
        **os.environ,
        "GATE_BENCH_HELD": str(seeded.held),
        "GATE_BENCH_KNOWN": str(seeded.known),
        "GATE_BENCH_KEY": seeded.live_key,
        "GATE_BENCH_BATCH": str(batch),
        "GATE_BENCH_PATH": "/v1/check/batch" if batch else "/v1/check",
    }
    said, before = "", 0.0
    for seconds in (2, SECONDS):
        before = _processor_seconds(server)
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", "benchmarks/gate.lua"]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = {name: re.search(pattern, said) for name, pattern in _PATTERNS.items()}
    if not (found["rate"] and found["p50"] and found["p99"]):
        raise SystemExit(said)
    errors = " ".join(match.group(0).strip() for name in ("status", "socket") if (match := found[name]))
    rate, took = float(found["rate"][1]), _processor_seconds(server) - before
    cpu_us = took / (rate * SECONDS) * 1e6 if server and rate else None
    return Load(rate, _milliseconds(found["p50"][1]), _milliseconds(found["p99"][1]), errors, cpu_us)


def _processor_seconds(process: int) -> float:
    """Return the processor time, its own and the kernel's, that a process has taken; 0.0 where that is not told."""
    file = Path(f"/proc/{process}/stat")
    if not process or not file.is_file():
        return 0.0
    fields = file.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_PATTERNS: Mapping[str, str] = {
    "rate": r"Requests/sec:\s+([\d.]+)",
    "p50": r"\n\s+50%\s+(\S+)",
    "p99": r"\n\s+99%\s+(\S+)",
    "status": r"Non-2xx.*",
    "socket": r"Socket errors.*",
}


def _milliseconds(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    if match is None:
        raise SystemExit(f"wrk wrote a time that is none: {text}")
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]]


@contextmanager
def _gate(seeded: SeededLedger, url: str) -> Iterator[tuple[int, int]]:
    port = _free_port()
    # Each run begins with an empty record, as the runs before it did.
    subprocess.run(["rm", "-rf", str(seeded.home.folder / "gate")], check=True)
    command = [str(PROGRAM), "gate", "--port", str(port), "--home", str(seeded.home.folder)]
    with _process(command, {"AMENDS_DATABASE_URL": url}) as server:
        wait_until_open(port, seeded.live_key, seconds=300)
        yield port, server


@contextmanager
def _served(application: str, seeded: SeededLedger) -> Iterator[tuple[int, int]]:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "error",
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-proxy-headers",
        "--no-server-header",
        "--no-date-header",
    ]
    with _process([*command, application], {"AMENDS_HOME": str(seeded.home.folder)}) as server:
        _wait_for(port)
        yield port, server


@contextmanager
def _process(command: list[str], environment: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _raw_look_ups(seeded: SeededLedger, count: int = 200_000) -> float:
    of, chance = Fingerprints(seeded.home).of, Random(1)
    half = count // 2
    asked = [of(held_number(chance.randrange(seeded.held)))[0] for _ in range(half)]
    asked += [of(known_number(chance.randrange(seeded.known)))[0] for _ in range(half)]
    chance.shuffle(asked)
    with closing(sqlite3.connect(f"file:{seeded.home.database}?mode=ro", uri=True)) as connection:
        connection.execute("PRAGMA mmap_size=8589934592")
        statement = "SELECT hold_id FROM ledger_heldidentifier WHERE fingerprint = ?"
        for text in asked[:half]:
            connection.execute(statement, (text,)).fetchone()
        began = perf_counter()
        for text in asked:
            connection.execute(statement, (text,)).fetchone()
        return count / (perf_counter() - began)


def _pgbench(url: str) -> float:
    program = str(server_programs() / "pgbench")
    scale = str(max(HELD // 100_000, 1))
    subprocess.run([program, "-i", "-q", "-I", "dtgp", "-s", scale, url], check=True, capture_output=True)
    command = [program, "-S", "-n", "-M", "prepared", "-c", "16", "-j", "1", "-T", str(SECONDS), url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    subprocess.run([program, "-i", "-q", "-I", "d", url], check=True, capture_output=True)
    return float(found[1]) if found else 0.0


def _wait_for(port: int) -> None:
    began: Any = perf_counter()
    while perf_counter() - began < 60:
        with closing(socket.socket()) as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise SystemExit("the server did not begin to listen")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
