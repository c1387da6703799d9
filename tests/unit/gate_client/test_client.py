"""The client of an acting system: whatever goes wrong between it and the gate, nobody is clear."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from amends.drill.canary import CANARY
from amends.gate_client import GateClient, Held

NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
KEY = b"receipts"
Reply = tuple[int, bytes]


def with_receipt(content: dict[str, Any], **signed: str) -> dict[str, Any]:
    receipt = {"system": "removals", **signed}
    shown = {name: value for name, value in content.items() if name != "answers"}
    text = json.dumps(shown | receipt, sort_keys=True, separators=(",", ":")).encode()
    mac = hmac.new(KEY, text, hashlib.sha256).hexdigest()
    return {**content, "receipt": {**receipt, "key_id": "00aabbcc", "mac": mac}}


def clear(**changes: Any) -> dict[str, Any]:
    content = {
        "answer": "clear",
        "reason": "not_held",
        "hold": None,
        "action": "removal",
        "at": NOW.isoformat(),
        "expires_at": (NOW + timedelta(seconds=60)).isoformat(),
        "recorded": True,
        "authorises": True,
        "answer_id": "7",
    }
    return with_receipt({**content, **changes}, fingerprint="0f" * 16)


class FakeGate:
    """A server that says what the test tells it to, and remembers what it was sent."""

    def __init__(self) -> None:
        self.reply: Callable[[], Reply] = lambda: (200, json.dumps(clear()).encode())
        self.seen: list[tuple[str, bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer.seen.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                status, body = outer.reply()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def says(self, content: Any, status: int = 200) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.reply = lambda: (status, body)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    made = FakeGate()
    yield made
    made.close()


@pytest.fixture
def client(gate: FakeGate) -> Iterator[GateClient]:
    made = GateClient(gate.url, "key", clock=lambda: NOW, timeout=10, receipt_key=KEY)
    yield made
    made.close()


def test_a_clear_that_is_beyond_doubt_permits_the_action(client: GateClient) -> None:
    with client.permission("A1", "removal") as answer:
        assert answer.permits(NOW)
        assert not answer.permits(NOW + timedelta(seconds=60))


def test_a_hold_is_raised_and_the_block_does_not_run(gate: FakeGate, client: GateClient) -> None:
    gate.says({"answer": "hold", "reason": "held", "hold": "H-000007", "answer_id": "9"})
    with pytest.raises(Held) as held, client.permission("A1", "removal"):
        raise AssertionError("the action was carried out")
    assert (held.value.answer.hold, held.value.answer.reason) == ("H-000007", "held")


DOUBTS: dict[str, tuple[Any, int, str]] = {
    "no JSON": (b"clear", 200, "answer_unreadable"),
    "nothing": (b"", 200, "answer_unreadable"),
    "a list": ([clear()], 200, "answer_unreadable"),
    "JSON too deep to read": (b"[" * 200_000, 200, "answer_unreadable"),
    "an error that says clear": (clear(), 500, "not_held"),
    "an error": (b"oops", 502, "gate_error"),
    "a redirection": (clear(), 302, "not_held"),
    "a refused key": ({"answer": "hold", "reason": "key_revoked"}, 401, "key_revoked"),
    "another word": (clear(answer="CLEAR"), 200, "not_held"),
    "another action": (clear(action="transfer"), 200, "answer_incomplete"),
    "another reason": (clear(reason="held"), 200, "answer_incomplete"),
    "a hold beside it": (clear(hold="H-000001"), 200, "answer_incomplete"),
    "not recorded": (clear(recorded=False), 200, "answer_incomplete"),
    "recorded in words": (clear(recorded="true"), 200, "answer_incomplete"),
    "no number": (clear(answer_id=""), 200, "answer_incomplete"),
    "no zone": (clear(at="2031-03-03T09:00:00"), 200, "answer_incomplete"),
    "no expiry": (clear(expires_at=None), 200, "answer_incomplete"),
    "no receipt": ({k: v for k, v in clear().items() if k != "receipt"}, 200, "answer_incomplete"),
    "an old answer": (clear(at=(NOW - timedelta(hours=1)).isoformat()), 200, "clocks_differ"),
    "over already": (clear(expires_at=NOW.isoformat()), 200, "answer_expired"),
    "a forged receipt": ({**clear(), "answer_id": "8"}, 200, "receipt_wrong"),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_every_doubt_is_a_hold(gate: FakeGate, client: GateClient, doubt: str) -> None:
    content, status, reason = DOUBTS[doubt]
    gate.says(content, status)
    answer = client.check("A1", "removal")
    assert (answer.answer, answer.reason) == ("hold", reason)
    assert not answer.permits(NOW)


def test_an_answer_for_a_team_key_permits_nothing(gate: FakeGate, client: GateClient) -> None:
    gate.says(clear(authorises=False, expires_at=NOW.isoformat()))
    answer = client.check("A1", "removal")
    assert answer.answer == "clear"
    assert not answer.permits(NOW)


def test_no_gate_is_a_hold() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        client = GateClient(f"http://127.0.0.1:{taken.getsockname()[1]}", "key", clock=lambda: NOW)
        assert client.check("A1", "removal").reason == "gate_unreachable"
        assert {answer.answer for answer in client.check_list(["A1"] * 3, "removal")} == {"hold"}


def test_a_gate_that_says_nothing_is_a_hold() -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = GateClient(
            f"http://127.0.0.1:{silent.getsockname()[1]}", "key", clock=lambda: NOW, timeout=0.05
        )
        assert client.check("A1", "removal").reason == "gate_timeout"


def test_a_kept_connection_that_the_gate_closed_is_opened_again(gate: FakeGate, client: GateClient) -> None:
    assert client.check("A1", "removal").answer == "clear"
    sock = client._connection.sock
    assert sock is not None
    sock.shutdown(socket.SHUT_RDWR)
    assert client.check("A1", "removal").answer == "clear"


def a_list(*answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    written = json.dumps(list(answers), sort_keys=True, separators=(",", ":")).encode()
    content = {
        name: value for name, value in clear().items() if name not in ("receipt", "answer", "reason", "hold")
    }
    digest = hashlib.sha256(written).hexdigest()
    return with_receipt({**content, "answers": list(answers), **changes}, answers_sha256=digest)


YES = {"answer": "clear", "hold": None, "reason": "not_held"}
NO = {"answer": "hold", "hold": "H-000007", "reason": "held"}


def test_a_list_is_answered_in_its_order(gate: FakeGate, client: GateClient) -> None:
    gate.says(a_list(YES, NO, YES))
    answers = client.check_list(["A1", "A2", "A3"], "removal")
    assert [answer.permits(NOW) for answer in answers] == [True, False, True]
    assert answers[1].hold == "H-000007"


@pytest.mark.parametrize(
    "content",
    [
        a_list(YES),
        a_list(YES, YES, YES),
        {**a_list(NO, NO), "answers": [YES, YES]},
        a_list(YES, YES, action="transfer"),
        a_list({**YES, "hold": "H-000001"}, {"answer": "clear"}),
        {"answer": "hold", "reason": "overloaded"},
        [],
    ],
    ids=["too few", "too many", "changed", "another action", "half clear", "refused", "no object"],
)
def test_a_list_that_is_not_beyond_doubt_clears_nobody(
    gate: FakeGate, client: GateClient, content: Any
) -> None:
    gate.says(content)
    answers = client.check_list(["A1", "A2"], "removal")
    assert [answer.answer for answer in answers] == ["hold", "hold"]


def test_an_identifier_goes_into_the_body_and_nowhere_else(
    gate: FakeGate, client: GateClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gate.says(b"oops", 500)
    with pytest.raises(Held) as held, client.permission(CANARY, "removal"):
        pass
    ((path, body),) = gate.seen
    assert CANARY.encode() in body
    for place in (
        path,
        str(held.value),
        repr(held.value),
        repr(client),
        caplog.text,
        repr(held.value.answer),
    ):
        assert CANARY not in place


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="http"):
        GateClient("gate.example", "key", clock=lambda: NOW)


@pytest.mark.parametrize(
    "address", ["http://gate.example", "http://192.0.2.7:8100", "http://127.0.0.1.example"]
)
def test_identifiers_and_key_leave_this_machine_only_by_tls_or_knowingly(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        GateClient(address, "key", clock=lambda: NOW)
    GateClient(address, "key", clock=lambda: NOW, allow_plain_http=True)
    GateClient(address.replace("http:", "https:"), "key", clock=lambda: NOW)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8100", "http://localhost", "http://[::1]:8100"])
def test_on_this_machine_no_tls_is_needed(address: str) -> None:
    GateClient(address, "key", clock=lambda: NOW)
