"""The gate over HTTP, with its threads: what it takes, what it refuses, and that it never waits too long."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from amends.gate.application import GateApplication
from amends.gate.fingerprints import Fingerprints
from amends.gate.opening import open_gate
from amends.gate.receipts import receipt_key, verify_receipt
from amends.gate.self_check import SelfCheck
from amends.gate.sqlite_lookup import SqliteLookup
from tests.gate_cases import ACTION, HELD, KNOWN, held_population, issue_key
from tests.ledger_cases import LedgerCase, working_on

Answered = tuple[int, dict[str, Any]]


@pytest.fixture
def case(ledger_template, tmp_path):
    """An SQLite ledger with held and known people, and a key."""
    import shutil

    from amends.ledger.home import LedgerHome

    home = LedgerHome(tmp_path / "home")
    shutil.copytree(ledger_template.folder, home.folder)
    with working_on(home, ""):
        held_population(tmp_path)
        yield LedgerCase(home, ""), issue_key()


@asynccontextmanager
async def alive(application: GateApplication):
    """Run the application's threads while the block runs."""
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outgoing: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.create_task(application({"type": "lifespan"}, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    await outgoing.get()
    try:
        yield
    finally:
        await incoming.put({"type": "lifespan.shutdown"})
        await outgoing.get()
        await task


async def request(
    application: GateApplication, path: str, body: bytes | list[bytes], key: str, method: str = "POST"
) -> Answered:
    pieces = [body] if isinstance(body, bytes) else body
    messages = iter(
        {"type": "http.request", "body": piece, "more_body": at < len(pieces) - 1}
        for at, piece in enumerate(pieces)
    )
    said: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        said.append(message)

    headers = [(b"host", b"gate"), (b"authorization", f"Bearer {key}".encode())]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    await application(scope, receive, send)
    return said[0]["status"], json.loads(said[1]["body"])


def asked(identifier: object, action: str = ACTION) -> bytes:
    return json.dumps({"identifier": identifier, "action": action}).encode()


def run(
    case: Any, work: Callable[[GateApplication, str], Awaitable[Any]], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Open a gate that has looked itself over, and do something with it."""
    ledger, key = case
    monkeypatch.setattr(SelfCheck, "start", lambda self: self.attempt())
    monkeypatch.setattr(SelfCheck, "stop", lambda self: None)
    application = open_gate(ledger.home, "", lambda: datetime.now(UTC))

    async def everything() -> Any:
        async with alive(application):
            return await work(application, key)

    return asyncio.run(everything())


def test_one_and_many_are_answered(case, monkeypatch) -> None:
    async def work(gate: GateApplication, key: str) -> list[Answered]:
        single = await asyncio.gather(
            *(request(gate, "/v1/check", asked(who), key) for who in (*HELD, *KNOWN))
        )
        listed = json.dumps({"identifiers": [*HELD, *KNOWN], "action": ACTION}).encode()
        # A body in three pieces is the same body.
        pieces = [listed[:10], listed[10:20], listed[20:]]
        return [*single, await request(gate, "/v1/check/batch", pieces, key)]

    *single, (status, many) = run(case, work, monkeypatch)
    assert [s for s, _ in single] == [200] * 5
    expected = ["hold"] * 3 + ["clear"] * 2
    assert [answer["answer"] for _, answer in single] == expected
    assert status == 200
    assert [item["answer"] for item in many["answers"]] == expected


@pytest.mark.parametrize(
    ("path", "method", "body", "status"),
    [
        ("/v1/check", "POST", b"no json", 400),
        ("/v1/check", "POST", b'["A1","removal"]', 400),
        ("/v1/check", "POST", b" " * 5000, 413),
        ("/v1/check", "GET", b"", 405),
        ("/v1/check/batch", "POST", b'{"identifiers":[],"action":"removal"}', 400),
        (
            "/v1/check/batch",
            "POST",
            json.dumps({"identifiers": ["1"] * 10_001, "action": ACTION}).encode(),
            400,
        ),
        ("/v1/check/batch", "POST", b" " * (2**21 + 1), 413),
    ],
)
def test_what_is_no_question_is_a_problem_and_a_hold(case, monkeypatch, path, method, body, status) -> None:
    async def work(gate: GateApplication, key: str) -> Answered:
        return await request(gate, path, body, key, method)

    found, answer = run(case, work, monkeypatch)
    assert (found, answer["answer"], answer["status"]) == (status, "hold", status)


def test_a_refused_key_is_told_so_and_what_its_key_is_for_is_told_to_a_good_one(case, monkeypatch) -> None:
    async def work(gate: GateApplication, key: str) -> list[Answered]:
        return [
            await request(gate, "/v1/check", asked(KNOWN[0]), "wrong"),
            await request(gate, "/v1/key", b"", "wrong", "GET"),
            await request(gate, "/v1/key", b"", key, "GET"),
            await request(gate, "/elsewhere", b"", key, "GET"),
        ]

    refused, nothing, told, unknown = run(case, work, monkeypatch)
    assert (refused[0], refused[1]["answer"], refused[1]["reason"]) == (401, "hold", "key_unknown")
    assert (nothing[0], nothing[1]["answer"]) == (401, "hold")
    assert (told[0], told[1]["system"], told[1]["actions"]) == (200, "removals", [ACTION])
    assert unknown[0] == 404


def test_a_look_up_that_hangs_is_answered_with_hold_in_time_and_recorded_afterwards(
    case, monkeypatch
) -> None:
    go_on = Event()
    look_up = SqliteLookup.look_up

    async def work(gate: GateApplication, key: str) -> list[Answered]:
        await request(gate, "/v1/check", asked(HELD[0]), key)
        monkeypatch.setattr(
            SqliteLookup,
            "look_up",
            lambda self, texts, **more: (go_on.wait(30), look_up(self, texts, **more))[1],
        )
        hung = await request(gate, "/v1/check", asked(KNOWN[0]), key)
        go_on.set()
        return [hung, await request(gate, "/v1/check", asked(KNOWN[0]), key)]

    (status, hung), (_, after) = run(case, work, monkeypatch)
    assert (status, hung["answer"], hung["reason"], hung["recorded"]) == (
        200,
        "hold",
        "database_timeout",
        False,
    )
    assert after["answer"] == "clear"
    with closing(sqlite3.connect(case[0].home.folder / "gate" / "answers.sqlite3")) as store:
        rows = store.execute("SELECT id, answer, late FROM answers ORDER BY id").fetchall()
    assert sorted((answer, late) for _, answer, late in rows) == [("clear", 0), ("hold", 0), ("hold", 1)]
    assert (int(hung["answer_id"]), "hold", 1) in rows
    told = late_answers(case[0], hung)
    assert told == [("database_timeout", ACTION, fingerprint_of(case[0], KNOWN[0]))]
    assert verify_receipt(hung, receipt_key(case[0].home)[1])
    assert hung["receipt"]["fingerprint"] == told[0][2]


def fingerprint_of(case: LedgerCase, identifier: str) -> str:
    return Fingerprints(case.home).of(identifier)[0]


def late_answers(case: LedgerCase, *answers: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return reason, action and fingerprint of these answers as they were recorded after they were sent."""
    with closing(sqlite3.connect(case.home.folder / "gate" / "answers.sqlite3")) as store:
        return [
            store.execute(
                "SELECT reason, action, fingerprint FROM answers WHERE id = ? AND late = 1",
                (int(answer["answer_id"]),),
            ).fetchone()
            for answer in answers
        ]


def test_a_fault_of_the_gate_itself_is_a_hold_and_the_next_question_is_answered(case, monkeypatch) -> None:
    from amends.gate import answering

    async def work(gate: GateApplication, key: str) -> list[Answered]:
        with monkeypatch.context() as broken:
            broken.setattr(answering, "decide", lambda *_: 1 / 0)
            first = await request(gate, "/v1/check", asked(KNOWN[0]), key)
        return [first, await request(gate, "/v1/check", asked(KNOWN[0]), key)]

    (status, broken), (_, after) = run(case, work, monkeypatch)
    assert (status, broken["answer"], broken["reason"]) == (500, "hold", "gate_fault")
    assert after["answer"] == "clear"


def test_more_than_can_wait_is_a_hold_at_once(case, monkeypatch) -> None:
    from amends.gate import application

    go_on = Event()
    look_up = SqliteLookup.look_up

    async def work(gate: GateApplication, key: str) -> list[Answered]:
        monkeypatch.setattr(application, "_MOST_WAITING", 5)
        monkeypatch.setattr(
            SqliteLookup,
            "look_up",
            lambda self, texts, **more: (go_on.wait(30), look_up(self, texts, **more))[1],
        )
        answers = await asyncio.gather(*(request(gate, "/v1/check", asked(KNOWN[0]), key) for _ in range(8)))
        go_on.set()
        return answers

    answers = run(case, work, monkeypatch)
    assert sorted(answer["reason"] for _, answer in answers) == ["database_timeout"] * 5 + ["overloaded"] * 3
    about = {text for _, _, text in late_answers(case[0], *(answer for _, answer in answers))}
    assert about == {fingerprint_of(case[0], KNOWN[0])}
    assert {answer["answer"] for _, answer in answers} == {"hold"}
