"""Hold lists the whole way, with real processes: published, announced, fetched, acknowledged, compared."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from amends.gate_client.lists import (
    HeldList,
    acknowledgement,
    announced_sequence,
    heartbeat,
    holding_reports,
    updated,
)
from amends.vocabulary.hold_list import ListKeys
from tests.small_incident import ROWS, Finished, Program, Responded, ledger_dump
from tests.webhook_receiver import PATIENCE, receiving

REASON = ("--reason", "exercise")
ABOUT = ("--title", "Removal scheduling", "--contact", "Office 5", "--action", "removal")


@pytest.fixture
def copy(responded: Responded, tmp_path: Path) -> Responded:
    """A finished response that the test may work on: everyone in the file is held."""
    return responded.copied(tmp_path)


@dataclass
class Visitor:
    """An acting system as it would be: it knows its secrets and the gate's address, and nothing else of ours."""

    port: int
    api_key: str
    keys: ListKeys
    held: HeldList | None = None

    def ask(self, method: str, path: str, content: dict[str, Any] | None = None) -> tuple[int, bytes]:
        body = json.dumps(content).encode() if content is not None else None
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.api_key}"})
            response = connection.getresponse()
            return response.status, response.read()

    def fetch(self) -> HeldList:
        after = f"?after={self.held.sequence}" if self.held else ""
        status, body = self.ask("GET", f"/v1/list{after}")
        if status == 204:
            assert self.held is not None
            return self.held
        assert status == 200, body
        self.held = updated(self.held, body, self.keys, system="removals")
        return self.held

    def report(self, held: HeldList, name: str) -> None:
        reports = [("acknowledge", acknowledgement(held)), ("heartbeat", heartbeat(held))]
        reports += [("holding", body) for body in holding_reports(held, report=name)]
        for address, body in reports:
            status, answer = self.ask("POST", f"/v1/{address}", body)
            assert status == 200, answer


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_gate(program: Program) -> Iterator[int]:
    """Run `amends gate` on a free port of the loopback interface, and end it with the context."""
    port = free_port()
    with program.going_on("gate", "--port", port) as process:
        wait_for(port, process)
        yield port
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with closing(socket.socket()) as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        # Not a sleep for luck: gives the process time to run between two looks.
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise AssertionError(f"the gate does not listen (exit {process.poll()})")


def answer(program: Program, *words: object) -> dict[str, Any]:
    finished = program.run(*words, "--json")
    assert finished.code == 0, finished.said
    found: dict[str, Any] = json.loads(finished.out)
    return found


def visitor(program: Program, *more: object, port: int = 0) -> Visitor:
    """Register a system and give it a key."""
    secret = answer(program, "systems", "register", "removals", *ABOUT, *REASON, *more)["list_secret"]
    api_key = answer(program, "systems", "issue-key", "removals", *REASON)["key"]
    return Visitor(port, api_key, ListKeys.from_secret(secret))


def lifted_one(on: Responded) -> str:
    """Lift one hold in the ledger as the verbs would, and return its reference."""
    import sqlite3

    with closing(sqlite3.connect(on.home / "ledger.sqlite3")) as ledger:
        (hold,) = ledger.execute(
            "SELECT MIN(hold_id) FROM ledger_heldidentifier WHERE hold_id <> 0 AND fingerprint IN "
            "(SELECT fingerprint FROM ledger_heldidentifier GROUP BY fingerprint HAVING COUNT(*) = 1)"
        ).fetchone()
        ledger.execute("UPDATE ledger_remedy SET state = 'lifted' WHERE id = ?", (hold,))
        ledger.execute("UPDATE ledger_gatestate SET generation = generation + 1")
        ledger.commit()
    return f"H-{hold:06d}"


def reconcile(program: Program) -> tuple[int, dict[str, Any]]:
    finished: Finished = program.run("holds", "reconcile", "--json")
    assert finished.code in (0, 1), finished.said
    return finished.code, json.loads(finished.out)


def test_a_system_is_told_fetches_verifies_acknowledges_and_is_in_step_until_it_is_not(copy: Responded):
    """The whole way: registration, webhook, list, delta, report, reconciliation, alarm, mended."""
    program = copy.program
    with receiving() as receiver:
        system = visitor(program, "--webhook-url", receiver.url)
        delivered = program.run("holds", "deliver", "--once")
        assert delivered.code == 0, delivered.said
        assert "removals: list 1 attempt 1: sent" in delivered.out
        (webhook,) = receiver.received
        assert announced_sequence(webhook.headers, webhook.body, system.keys, now=time.time()) == 1
        with running_gate(program) as system.port:
            first = system.fetch()
            # Every row of the file is held; linking has added the numbers that the registry has.
            assert len(first.entries) >= ROWS * 0.9
            system.report(first, "r1")
            assert reconcile(program)[0] == 0

            reference = lifted_one(copy)
            assert program.run("holds", "deliver", "--once").out.count("sent") == 1
            assert (
                announced_sequence(
                    receiver.received[1].headers, receiver.received[1].body, system.keys, now=time.time()
                )
                == 2
            )
            second = system.fetch()
            assert first.entries > second.entries and len(first.entries - second.entries) >= 1
            assert system.fetch() == second

            system.report(replace(second, entries=first.entries), "r2")
            code, drift = reconcile(program)
            (found,) = drift["systems"]
            surplus = [f for f in found["findings"] if f["kind"] == "holds-surplus-there"]
            assert (code, drift["in_step"]) == (1, False)
            assert surplus[0]["holds"] == [reference]
            shown = program.run("alarms")
            assert "holds-surplus-there" in shown.out and shown.code == 0

            system.report(second, "r3")
            assert reconcile(program)[0] == 0
            assert program.run("alarms").out == "no alarm stands\n"


def test_only_a_live_key_of_the_system_gets_its_list(copy: Responded):
    program = copy.program
    system = visitor(program)
    team = answer(program, "systems", "issue-key", "removals", "--kind", "team", *REASON)["key"]
    assert program.run("holds", "publish").code == 0
    with running_gate(program) as port:
        for key, status in ((system.api_key, 200), (team, 403), (system.api_key[:-1], 401), ("", 401)):
            asked = Visitor(port, key, system.keys).ask("GET", "/v1/list")
            assert asked[0] == status, asked
        key_id = system.api_key.split("_")[2]
        assert program.run("systems", "revoke-key", key_id, *REASON).code == 0
        system.port = port
        assert system.ask("GET", "/v1/list")[0] in (401, 403)


def test_publishing_twice_changes_nothing_the_second_time(copy: Responded):
    visitor(copy.program)
    first = answer(copy.program, "holds", "publish")["lists"]
    before = ledger_dump(copy.home)
    again = answer(copy.program, "holds", "publish")["lists"]
    assert [made["already"] for made in first + again] == [False, True]
    assert again[0]["digest"] == first[0]["digest"]
    assert ledger_dump(copy.home) == before
    assert "no change" in copy.program.run("holds", "publish").out


def test_without_systems_there_is_nothing_to_publish_to_deliver_or_to_compare(program: Program):
    assert program.run("init").code == 0
    assert program.run("holds", "publish").out == "no acting system is registered\n"
    assert program.run("holds", "deliver", "--once").out == ""
    assert program.run("holds", "reconcile").code == 0
    assert json.loads(program.run("alarms", "--json").out) == []


def test_a_worker_that_goes_on_ends_when_it_is_told_to(copy: Responded):
    with receiving() as receiver:
        visitor(copy.program, "--webhook-url", receiver.url)
        with copy.program.going_on("holds", "deliver") as worker:
            assert receiver.reached.wait(PATIENCE)
            worker.send_signal(signal.SIGINT)
            worker.wait(PATIENCE)
        assert len(receiver.received) == 1
