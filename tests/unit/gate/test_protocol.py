"""The gate's own way over a real connection: whatever is unusual is answered as it would be without that way."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from amends.gate import application as application_module
from amends.gate.application import GateApplication
from amends.gate.opening import open_gate
from amends.gate.protocol import GateProtocol
from amends.gate.self_check import SelfCheck
from amends.gate.sqlite_lookup import SqliteLookup
from amends.ledger.home import LedgerHome
from tests.gate_cases import ACTION, HELD, KNOWN, held_population, issue_key
from tests.ledger_cases import working_on

Answer = tuple[int, dict[bytes, bytes], dict[str, Any]]


class Line:
    """One connection to the gate, spoken to in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
        self.reader, self.writer, self.key = reader, writer, key

    def request(self, identifier: str, *, head: str = "", path: str = "/v1/check", padding: int = 0) -> bytes:
        content = json.dumps({"identifier": identifier, "action": ACTION, "padding": "x" * padding}).encode()
        who = f"Host: gate\r\nAuthorization: Bearer {self.key}\r\n"
        return f"POST {path} HTTP/1.1\r\n{who}{head}Content-Length: {len(content)}\r\n\r\n".encode() + content

    async def answer(self) -> Answer:
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)
        status, *lines = head.rstrip().split(b"\r\n")
        headers = dict(line.split(b": ", 1) for line in lines)
        body = await self.reader.readexactly(int(headers[b"content-length"]))
        return int(status.split()[1]), headers, json.loads(body)

    async def ask(self, *pieces: bytes) -> Answer:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            # Until what was written has arrived, and the gate has had its turns of the loop.
            for _ in range(20):
                await asyncio.sleep(0)
        return await self.answer()

    async def is_closed(self) -> bool:
        return await asyncio.wait_for(self.reader.read(), 5) == b""


@pytest.fixture
def over(ledger_template, tmp_path, monkeypatch):
    """Return a function that opens a gate and does something over a connection to it."""
    home = LedgerHome(tmp_path / "home")
    shutil.copytree(ledger_template.folder, home.folder)
    monkeypatch.setattr(SelfCheck, "start", lambda self: self.attempt())
    monkeypatch.setattr(SelfCheck, "stop", lambda self: None)

    async def everything(gate: GateApplication, key: str, work: Callable[[Line], Awaitable[Any]]) -> Any:
        incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        outgoing: asyncio.Queue[Any] = asyncio.Queue()
        life = asyncio.create_task(gate({"type": "lifespan"}, incoming.get, outgoing.put))
        await incoming.put({"type": "lifespan.startup"})
        await outgoing.get()
        config = uvicorn.Config(
            gate, proxy_headers=False, access_log=False, server_header=False, log_config=None
        )
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: GateProtocol(config, state, {}), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            return await work(Line(reader, writer, key))
        finally:
            writer.close()
            server.close()
            await incoming.put({"type": "lifespan.shutdown"})
            await outgoing.get()
            await life

    with working_on(home, ""):
        held_population(tmp_path)
        key = issue_key()
        yield lambda work: asyncio.run(everything(open_gate(home, "", lambda: datetime.now(UTC)), key, work))


def said(answer: Answer) -> tuple[str, str]:
    return answer[2]["answer"], answer[2]["reason"]


def test_questions_one_after_another_on_one_connection_go_the_short_way(over, monkeypatch) -> None:
    short: list[bytes] = []
    ask = GateApplication.ask

    def counted(self: GateApplication, header: bytes, body: bytes, waiter: Any) -> None:
        short.append(body)
        ask(self, header, body, waiter)

    monkeypatch.setattr(GateApplication, "ask", counted)

    async def work(line: Line) -> list[Answer]:
        return [await line.ask(line.request(who)) for who in (HELD[0], KNOWN[0], HELD[1], KNOWN[1])]

    answers = over(work)
    assert [said(answer) for answer in answers] == [("hold", "held"), ("clear", "not_held")] * 2
    assert {(status, headers[b"content-type"]) for status, headers, _ in answers} == {
        (200, b"application/json")
    }
    assert all(answer[2]["recorded"] for answer in answers)
    assert len(short) == 4


def test_questions_that_do_not_wait_for_their_answers_get_them_in_order(over) -> None:
    async def work(line: Line) -> list[Answer]:
        people = (HELD[0], KNOWN[0], HELD[1], KNOWN[1])
        line.writer.write(b"".join(line.request(who) for who in people))
        return [await line.answer() for _ in people]

    assert [said(answer) for answer in over(work)] == [("hold", "held"), ("clear", "not_held")] * 2


def test_a_request_in_pieces_is_the_same_request(over) -> None:
    async def work(line: Line) -> list[Answer]:
        whole = line.request(KNOWN[0])
        body = whole.index(b"\r\n\r\n") + 4
        cuts = (3, 30, body - 2, body, body + 1, len(whole) - 1)
        return [await line.ask(whole[:cut], whole[cut:]) for cut in cuts]

    assert [said(answer) for answer in over(work)] == [("clear", "not_held")] * 6


def test_who_wants_the_connection_closed_gets_it_closed(over) -> None:
    async def work(line: Line) -> tuple[Answer, bool]:
        return await line.ask(line.request(HELD[0], head="Connection: close\r\n")), await line.is_closed()

    (_, headers, content), closed = over(work)
    assert (headers[b"connection"], content["reason"], closed) == (b"close", "held", True)


def test_too_long_a_body_is_held_and_the_connection_goes_on(over) -> None:
    async def work(line: Line) -> list[Answer]:
        return [await line.ask(line.request(KNOWN[0], padding=5000)), await line.ask(line.request(KNOWN[0]))]

    (status, headers, content), following = over(work)
    assert (status, content["answer"]) == (413, "hold")
    assert headers[b"content-type"] == b"application/problem+json"
    assert said(following) == ("clear", "not_held")


def test_another_address_and_a_caller_who_waits_to_be_asked_on_go_the_ordinary_way(over) -> None:
    async def work(line: Line) -> tuple[Answer, bytes, Answer, Answer]:
        elsewhere = await line.ask(line.request(KNOWN[0], path="/nowhere"))
        whole = line.request(KNOWN[0], head="Expect: 100-continue\r\n")
        body = whole.index(b"\r\n\r\n") + 4
        line.writer.write(whole[:body])
        goes_on = await asyncio.wait_for(line.reader.readuntil(b"\r\n\r\n"), 5)
        expected = await line.ask(whole[body:])
        return elsewhere, goes_on, expected, await line.ask(line.request(HELD[0]))

    elsewhere, goes_on, expected, following = over(work)
    assert elsewhere[0] == 404
    assert goes_on.startswith(b"HTTP/1.1 100 ")
    assert (said(expected), said(following)) == (("clear", "not_held"), ("hold", "held"))


def test_a_refused_key_is_told_so_as_a_problem(over) -> None:
    async def work(line: Line) -> Answer:
        line.key = "amends_live_nobody_nothing"
        return await line.ask(line.request(KNOWN[0]))

    status, headers, content = over(work)
    assert (status, content["answer"], content["code"]) == (401, "hold", "key_unknown")
    assert headers[b"content-type"] == b"application/problem+json"


def test_a_ledger_that_hangs_means_hold_in_time_here_too(over, monkeypatch) -> None:
    goes_on = Event()
    look_up = SqliteLookup.look_up

    def hanging(self: SqliteLookup, fingerprints: Any, *, entry: int = 0) -> Any:
        goes_on.wait(5)
        return look_up(self, fingerprints, entry=entry)

    async def work(line: Line) -> tuple[Answer, Answer]:
        monkeypatch.setattr(SqliteLookup, "look_up", hanging)
        late = await line.ask(line.request(KNOWN[0]))
        goes_on.set()
        return late, await line.ask(line.request(KNOWN[0]))

    late, following = over(work)
    assert (said(late), late[2]["recorded"]) == (("hold", "database_timeout"), False)
    assert said(following) == ("clear", "not_held")


def test_too_many_at_once_are_held(over, monkeypatch) -> None:
    monkeypatch.setattr(application_module, "_MOST_WAITING", 0)

    async def work(line: Line) -> Answer:
        return await line.ask(line.request(KNOWN[0]))

    status, _, content = over(work)
    assert (status, content["answer"], content["reason"]) == (503, "hold", "overloaded")
