"""The gate serves each system its own list, whole or as changes, and to nobody else."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amends.gate.endpoints import acknowledge, heartbeat, holding, list_
from amends.gate.http import Caller, Endpoint, Place, Request, Response
from amends.gate.store import GateStore
from amends.ledger.home import LedgerHome
from amends.vocabulary.hold_list import delta_name, full_name

NOW = datetime(2031, 3, 3, 12, tzinfo=UTC)
CALLER = Caller("removals", "0" * 12, "live", frozenset({"removal", "transfer"}))
DIGEST = "ab" * 32


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = LedgerHome(tmp_path / "home")
    home.folder.mkdir()
    return Place(home, GateStore(home), lambda: NOW)


@pytest.fixture
def folder(place: Place) -> Path:
    """List 3 with the deltas that lead to it, and the pointer."""
    found = place.home.folder / "gate" / "lists" / "removals"
    found.mkdir(parents=True)
    (found / full_name(3)).write_bytes(b"full 3\n")
    for number in (2, 3):
        (found / delta_name(number)).write_bytes(b"delta %d\n" % number)
    point(found)
    return found


def point(folder: Path, sequence: int = 3) -> None:
    content = {"sequence": sequence, "digest": DIGEST, "actions": ["removal"]}
    (folder / "current.json").write_text(json.dumps(content), encoding="ascii")


def asked(
    endpoint: Endpoint,
    place: Place,
    *,
    query: str = "",
    body: bytes = b"",
    caller: Caller = CALLER,
    headers: dict[bytes, bytes] | None = None,
) -> Response:
    request = Request(endpoint.method, endpoint.path, query, headers or {}, body)

    async def handled() -> Response:
        return await endpoint.handle(request, caller, place)

    return asyncio.run(handled())


def said(endpoint: Endpoint, place: Place, content: object, *, caller: Caller = CALLER) -> Response:
    return asked(endpoint, place, body=json.dumps(content).encode(), caller=caller)


def code_of(response: Response) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    return response.status, json.loads(response.body)["code"]


def inbox(place: Place) -> list[tuple[str, ...]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(place.store.file)) as store:
        rows = store.execute("SELECT at, system, api_key, kind, body FROM inbox ORDER BY id").fetchall()
    return [tuple(row) for row in rows]


def test_the_full_list_is_served_as_it_lies_there_with_its_tag(place: Place, folder: Path):
    response = asked(list_.PLUGIN, place)
    assert (response.status, response.body) == (200, b"full 3\n")
    tag = dict(response.headers)[b"etag"]
    known = asked(list_.PLUGIN, place, headers={b"if-none-match": tag})
    assert (known.status, known.body) == (304, b"")
    changed = asked(list_.PLUGIN, place, headers={b"if-none-match": b'"2-' + tag[3:]})
    assert changed.status == 200


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        ("after=1", 200, b"delta 2\ndelta 3\n"),
        ("after=2", 200, b"delta 3\n"),
        ("after=3", 204, b""),
        ("after=0", 200, b"full 3\n"),
    ],
)
def test_the_changes_after_a_list_are_served_in_order(
    place: Place, folder: Path, query: str, status: int, body: bytes
):
    response = asked(list_.PLUGIN, place, query=query)
    assert (response.status, response.body) == (status, body)


def test_where_a_delta_is_gone_the_full_list_is_served(place: Place, folder: Path):
    (folder / delta_name(2)).unlink()
    assert asked(list_.PLUGIN, place, query="after=1").body == b"full 3\n"


def test_changes_longer_than_the_list_give_way_to_the_list(place: Place, folder: Path):
    (folder / delta_name(3)).write_bytes(b"x" * 70_000)
    assert asked(list_.PLUGIN, place, query="after=2").body == b"full 3\n"


def test_a_caller_with_a_later_list_is_told_that_the_ledger_is_older(place: Place, folder: Path):
    assert code_of(asked(list_.PLUGIN, place, query="after=4")) == (409, "list-ahead")


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=", "identifier=A012345678", "after=1&person=x"]
)
def test_an_address_takes_a_number_and_nothing_else(place: Place, folder: Path, query: str):
    response = asked(list_.PLUGIN, place, query=query)
    assert code_of(response) == (400, "query-invalid")
    assert b"A012345678" not in response.body


@pytest.mark.parametrize("kind", ["team", "test"])
def test_only_a_live_key_gets_a_list_or_speaks_for_its_system(place: Place, folder: Path, kind: str):
    caller = Caller("removals", "0" * 12, kind, CALLER.actions)
    assert code_of(asked(list_.PLUGIN, place, caller=caller)) == (403, "key-not-live")
    for endpoint in (acknowledge.PLUGIN, heartbeat.PLUGIN, holding.PLUGIN):
        assert code_of(said(endpoint, place, {"sequence": 1}, caller=caller)) == (403, "key-not-live")
    assert inbox(place) == []


def test_a_key_for_some_of_the_actions_does_not_get_the_list_for_all(place: Place, folder: Path):
    narrow = Caller("removals", "0" * 12, "live", frozenset({"transfer"}))
    assert code_of(asked(list_.PLUGIN, place, caller=narrow)) == (403, "key-not-for-list")


@pytest.mark.parametrize("name", ["transfers", "..", "removals/../removals", ""])
def test_no_system_gets_the_list_of_another(place: Place, folder: Path, name: str):
    caller = Caller(name, "0" * 12, "live", CALLER.actions)
    assert code_of(asked(list_.PLUGIN, place, caller=caller)) == (404, "list-missing")


def test_a_list_that_cannot_be_read_is_no_empty_list(place: Place, folder: Path):
    (folder / full_name(3)).unlink()
    assert code_of(asked(list_.PLUGIN, place)) == (503, "list-unreadable")
    (folder / "current.json").write_text("{", encoding="ascii")
    assert code_of(asked(list_.PLUGIN, place)) == (503, "list-unreadable")


def test_what_a_system_says_is_kept_with_its_key_and_the_gates_instant(place: Place):
    entries = ["0" * 32, "f" * 32]
    part = {"report": "r-1", "sequence": 3, "part": 1, "parts": 1, "entries": entries}
    assert said(acknowledge.PLUGIN, place, {"sequence": 3, "digest": DIGEST}).status == 200
    assert said(heartbeat.PLUGIN, place, {"sequence": 3, "holding_count": 2}).status == 200
    assert said(holding.PLUGIN, place, {**part, "more": "is dropped"}).status == 200
    kept = inbox(place)
    assert {row[:3] for row in kept} == {("2031-03-03T12:00:00.000000+00:00", "removals", "0" * 12)}
    assert [row[3] for row in kept] == ["acknowledgement", "heartbeat", "holding"]
    assert json.loads(kept[1][4]) == {"sequence": 3, "holding_digest": "", "holding_count": 2}
    assert json.loads(kept[2][4]) == part


@pytest.mark.parametrize(
    ("endpoint", "content"),
    [
        (acknowledge.PLUGIN, {"sequence": 3}),
        (acknowledge.PLUGIN, {"sequence": "3", "digest": DIGEST}),
        (acknowledge.PLUGIN, {"sequence": 3, "digest": DIGEST.upper()}),
        (acknowledge.PLUGIN, [3, DIGEST]),
        (heartbeat.PLUGIN, {"sequence": 3}),
        (heartbeat.PLUGIN, {"sequence": 3, "holding_count": -1}),
        (heartbeat.PLUGIN, {"holding_count": 1}),
        (holding.PLUGIN, {"report": "r", "sequence": 3, "part": 1, "parts": 1, "entries": ["A012345678"]}),
        (holding.PLUGIN, {"report": "r", "sequence": 3, "part": 2, "parts": 1, "entries": []}),
        (holding.PLUGIN, {"report": "r", "sequence": 3, "part": 0, "parts": 1, "entries": []}),
        (holding.PLUGIN, {"report": "A 012", "sequence": 3, "part": 1, "parts": 1, "entries": []}),
        (
            holding.PLUGIN,
            {"report": "r", "sequence": 3, "part": 1, "parts": 1, "entries": ["0" * 32] * 50_001},
        ),
    ],
)
def test_what_is_not_in_the_form_is_refused_unrepeated_and_not_kept(
    place: Place, endpoint: Endpoint, content: object
):
    response = said(endpoint, place, content)
    assert code_of(response) == (422, "report-invalid")
    assert b"012345678" not in response.body
    assert inbox(place) == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"NaN"])
def test_rubbish_is_refused(place: Place, body: bytes):
    for endpoint in (acknowledge.PLUGIN, heartbeat.PLUGIN, holding.PLUGIN):
        assert code_of(asked(endpoint, place, body=body)) == (422, "report-invalid")


def test_what_could_not_be_recorded_is_not_said_to_be(place: Place):
    place.store.close()
    response = said(acknowledge.PLUGIN, place, {"sequence": 3, "digest": DIGEST})
    assert code_of(response) == (503, "report-not-recorded")
