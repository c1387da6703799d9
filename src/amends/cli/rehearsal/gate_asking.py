"""A gate in a process of its own over the copied ledger, and what an acting system says to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amends.gate_client.client import GateClient
from amends.vocabulary.errors import FaultError

_SECONDS_TO_START = 30.0
_PROGRAM = "from amends.cli.main import main; main()"


@dataclass(frozen=True, slots=True)
class RunningGate:
    """Where the gate listens."""

    port: int

    def client(self, key: str) -> GateClient:
        """Return an acting system's connection; by the clock of this world, as the gate's is."""
        return GateClient(f"http://127.0.0.1:{self.port}", key, clock=lambda: datetime.now(UTC), timeout=10.0)

    def ask(
        self, method: str, path: str, key: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """Say something to an endpoint, and return status and answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            content = json.dumps(body).encode() if body is not None else None
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@contextmanager
def running_gate(home: Path) -> Iterator[RunningGate]:
    """Run `amends gate` on a free port of the loopback interface, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AMENDS_", "DJANGO_"))
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "gate", "--port", str(port), "--home", str(home)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, port)
        yield RunningGate(port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise FaultError(
        "gate-not-started",
        "the gate of the rehearsal does not answer on the loopback interface",
        hint="run `amends gate --home FOLDER/rehearsal/ledger` and read what it says",
    )
