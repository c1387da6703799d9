"""The real server on a ledger with the small incident."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.small_incident import Responded, drilled, responded, small_incident

__all__ = ["drilled", "responded", "small_incident"]
PASSWORD = "correct horse battery staple"
_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A running `amends serve`."""

    address: str
    incident: Responded


@pytest.fixture(scope="module")
def served(responded: Responded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`amends serve` on a free port, with one operator; stopped at the end."""
    copy = responded.copied(tmp_path_factory.mktemp("served"))
    made = copy.program.run("operator", "reader", AMENDS_OPERATOR_PASSWORD=PASSWORD)
    assert made.code == 0, made.err
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with copy.program.going_on("serve", "--port", port) as process:
        ends = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(port):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < ends, "the server did not begin to listen"
            time.sleep(0.05)
        yield Served(f"http://127.0.0.1:{port}", copy)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_PATIENCE_SECONDS)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def report(responded: Responded) -> Path:
    """The report as it lies in the result folder."""
    return responded.out / "report.html"
