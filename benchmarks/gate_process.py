"""A gate in a process of its own whose clock can be set and whose look-ups can be made to hang, as files say.

``python -m benchmarks.gate_process HOME PORT [BUG]``; in HOME the file ``clock-offset`` holds seconds, and while
the file ``hang`` is there no look-up returns. ``BUG`` plants a mistake that the counts must find: ``no-guard`` believes
every look-up, ``no-deadline`` waits for the threads as long as it takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from amends.ledger.home import LedgerHome

BUGS = ("no-guard", "no-deadline")


def main(arguments: list[str]) -> None:
    """Serve until killed."""
    from amends.gate import application, guard, opening
    from amends.gate.reading import Reading
    from amends.gate.serving import serve
    from amends.gate.sqlite_lookup import SqliteLookup

    folder, port, *bugs = arguments
    offset, hang = Path(folder) / "clock-offset", Path(folder) / "hang"

    def clock() -> datetime:
        seconds = int(offset.read_text(encoding="utf-8")) if offset.exists() else 0
        return datetime.now(UTC) + timedelta(seconds=seconds)

    look_up = SqliteLookup.look_up

    def hanging(self: SqliteLookup, fingerprints: Any, *, entry: int = 0) -> Reading:
        while hang.exists():
            time.sleep(0.01)
        return look_up(self, fingerprints, entry=entry)

    SqliteLookup.look_up = hanging  # type: ignore[method-assign]
    if "no-guard" in bugs:
        guard.Guard.why_closed = lambda *_, **__: None  # type: ignore[method-assign]
    if "no-deadline" in bugs:
        application.DEADLINE_SECONDS = 1e9  # type: ignore[misc]
    gate = opening.open_gate(LedgerHome(Path(folder)), os.environ.get("AMENDS_DATABASE_URL", ""), clock)
    serve(gate, host="127.0.0.1", port=int(port))


def start(home: LedgerHome, port: int, *, url: str = "", bug: str = "") -> subprocess.Popen[bytes]:
    """Start a gate and return its process; it may not listen yet."""
    environment = {**os.environ, "AMENDS_DATABASE_URL": url}
    command = [
        sys.executable,
        "-m",
        "benchmarks.gate_process",
        str(home.folder),
        str(port),
        *([bug] if bug else []),
    ]
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).resolve().parents[1])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a gate, and wait until it is gone."""
    process.kill()
    process.wait()


@contextmanager
def running(
    home: LedgerHome, port: int, key: str, *, url: str = "", bug: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a gate until the block ends; the block begins when it gives its first answer that is not ``starting``."""
    process = start(home, port, url=url, bug=bug)
    try:
        wait_until_open(port, key)
        yield process
    finally:
        stop(process)


def wait_until_open(port: int, key: str, *, seconds: float = 60.0) -> None:
    """Wait until the gate answers by what the ledger says."""
    from amends.gate_client import GateClient

    deadline = time.monotonic() + seconds
    client = GateClient(f"http://127.0.0.1:{port}", key, clock=lambda: datetime.now(UTC))
    while time.monotonic() < deadline:
        if client.check("X1", "removal").reason == "identifier_unknown":
            client.close()
            return
        client.close()
        time.sleep(0.05)
    raise SystemExit("the gate did not open")


if __name__ == "__main__":
    main(sys.argv[1:])
