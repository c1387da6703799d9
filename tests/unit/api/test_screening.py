"""A file sent by HTTP gets the verdict of the command line; everything else is a problem in its own words."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from amends.api import application
from amends.api.application import Asked, Bounds, ScreeningApplication
from amends.scan.audience_screening import Conditions, screen_for
from amends.scan.audiences.loading import audience_named
from amends.scan.reporting.as_json import file_as_data
from amends.scan.reporting.report import reported
from amends.vocabulary.errors import FaultError

LIST = b"Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"
CLEAR = b"region,total\nnorth,12\nsouth,30\n"
KEY = b"Bearer amends_live_00_x"
CSV = ((b"content-type", b"text/csv"),)


def asked(**changed: Any) -> Asked:
    known: dict[str, Any] = {
        "caller": lambda header, _: "portal" if header == KEY else None,
        "conditions": lambda wanted, _: Conditions(audience=audience_named(wanted.audience)),
        "released": lambda *_: False,
        "clock": lambda: datetime(2031, 3, 3, tzinfo=UTC),
    }
    return Asked(**{**known, **changed})


@dataclass
class Replied:
    status: int
    headers: dict[bytes, bytes]
    body: bytes
    taken: int
    """How many pieces of the body were read."""
    content: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.content = json.loads(self.body)


def post(
    body: bytes | Iterable[bytes],
    *,
    app: ScreeningApplication | None = None,
    headers: tuple[tuple[bytes, bytes], ...] = CSV,
    key: bytes = KEY,
    path: str = "/api/v1/screen",
    method: str = "POST",
    query: bytes = b"",
    cut: bool = False,
) -> Replied:
    pieces = [body] if isinstance(body, bytes) else list(body)
    taken, sent = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        if taken > len(pieces):
            return {"type": "http.disconnect"}
        more = taken < len(pieces) or cut
        return {"type": "http.request", "body": pieces[taken - 1], "more_body": more}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "query_string": query,
        "headers": [(b"authorization", key), *headers],
    }
    asyncio.run((app or ScreeningApplication(asked()))(scope, receive, send))
    start, rest = sent
    return Replied(start["status"], dict(start["headers"]), rest["body"], taken)


def test_the_answer_is_that_of_the_command_line(tmp_path):
    file = tmp_path / "upload.csv"
    file.write_bytes(LIST)
    from_file = file_as_data(reported(screen_for(file, Conditions(), shown="upload.csv")))
    replied = post([LIST[:10], LIST[10:20], LIST[20:]])
    assert replied.status == 200
    assert from_file.items() <= replied.content.items()
    assert (replied.content["verdict"], replied.content["may_go"]) == ("findings", False)
    assert replied.content["sha256"] == hashlib.sha256(LIST).hexdigest()


def test_a_clear_file_may_go():
    replied = post(CLEAR)
    assert (replied.content["verdict"], replied.content["may_go"]) == ("clear", True)


def test_a_file_that_cannot_be_opened_may_not_go():
    replied = post(
        b"\x00\x01nobody knows this" * 40, headers=((b"content-type", b"application/octet-stream"),)
    )
    assert (replied.status, replied.content["verdict"], replied.content["may_go"]) == (
        200,
        "incomplete",
        False,
    )


def test_a_file_that_two_people_released_for_this_audience_may_go():
    sha256 = hashlib.sha256(LIST).hexdigest()
    app = ScreeningApplication(asked(released=lambda *given: given == (sha256, "public")))
    replied = post(LIST, app=app)
    assert (replied.content["verdict"], replied.content["may_go"], replied.content["released"]) == (
        "findings",
        True,
        True,
    )
    assert not post(LIST + b"\n", app=app).content["may_go"]
    assert not post(LIST, app=app, query=b"audience=foreign-government").content["released"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"key": b""}, 401, "key-unknown"),
        ({"key": b"Bearer amends_live_00_y"}, 401, "key-unknown"),
        ({"path": "/api/v1/other"}, 404, "address-unknown"),
        ({"method": "GET"}, 405, "method-not-allowed"),
        ({"headers": ((b"content-type", b"multipart/form-data; boundary=x"),)}, 415, "body-not-a-file"),
        ({"headers": ((b"content-encoding", b"gzip"),)}, 415, "body-encoded"),
        ({"headers": ((b"content-length", b"9999999999"),)}, 413, "body-too-large"),
        ({"query": b"audience=nobody"}, 400, "audience-unknown"),
        ({"query": b"name=Zzcanary"}, 400, "parameter-unknown"),
        ({"query": b"audience=public&audience=court"}, 400, "parameter-unknown"),
    ],
)
def test_what_is_not_answered_is_a_problem_and_no_byte_of_the_body_is_read(changed, status, code):
    replied = post(LIST, **changed)
    assert (replied.status, replied.content["code"], replied.content["status"]) == (status, code, status)
    assert replied.headers[b"content-type"] == b"application/problem+json"
    assert replied.taken == 0
    assert b"Zzcanary" not in replied.body


def test_a_body_that_grows_past_the_bound_is_refused_while_it_comes():
    pieces = [b"x" * 600] * 10
    replied = post(pieces, app=ScreeningApplication(asked(), Bounds(body_bytes=1000)))
    assert (replied.status, replied.content["code"], replied.taken) == (413, "body-too-large", 2)


def test_an_empty_or_cut_off_body_is_refused():
    assert post(b"").content["code"] == "body-missing"
    assert post(CLEAR, cut=True).content["code"] == "body-cut-off"


def test_a_body_that_does_not_end_is_refused():
    async def never() -> Any:
        await asyncio.Event().wait()

    async def run() -> list[Any]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "path": "/api/v1/screen",
            "method": "POST",
            "headers": [(b"authorization", KEY)],
        }
        await ScreeningApplication(asked(), Bounds(body_seconds=0.01))(scope, never, send)
        return sent

    start, body = asyncio.run(run())
    assert (start["status"], json.loads(body["body"])["code"]) == (408, "body-too-slow")


def test_a_screening_that_breaks_is_a_problem_that_tells_nothing(monkeypatch):
    def broken(_):
        raise RuntimeError("Zzcanary")

    monkeypatch.setattr(application, "judge_for", broken)
    replied = post(LIST)
    assert (replied.status, replied.content["code"]) == (503, "screening-failed")
    assert b"Zzcanary" not in replied.body


def test_a_ledger_that_is_away_is_a_fault_and_no_permission():
    def away(*_):
        raise FaultError("ledger-unavailable", "away", hint="wait")

    assert post(LIST, app=ScreeningApplication(asked(caller=away))).status == 500
    replied = post(LIST, app=ScreeningApplication(asked(released=away)))
    assert (replied.status, replied.content["code"]) == (500, "ledger-unavailable")


def test_more_requests_than_the_bound_are_asked_to_come_later():
    replied = post(LIST, app=ScreeningApplication(asked(), Bounds(waiting=0)))
    assert (replied.status, replied.headers[b"retry-after"]) == (503, b"30")


@pytest.mark.parametrize(
    ("headers", "ending"),
    [
        (((b"content-disposition", b'attachment; filename="Zzcanary list.XLSX"'),), "upload.xlsx"),
        (((b"content-disposition", b"attachment; filename*=UTF-8''a%20b.csv"),), "upload.csv"),
        (((b"content-disposition", b'attachment; filename="../../etc/passwd"'),), "upload"),
        (((b"content-type", b"text/csv; charset=utf-8"),), "upload.csv"),
        ((), "upload"),
    ],
)
def test_of_the_callers_name_only_the_ending_is_used(headers, ending):
    assert post(CLEAR, headers=headers).content["file"] == ending


def test_a_killed_screening_leaves_no_byte_of_the_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def killed(conditions):
        os.kill(os.getpid(), 9)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(application, "judge_for", killed)
        post(LIST)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = list(tmp_path.rglob("*"))
    assert left, "the folder with the link is there, so that the test looked at the right place"
    assert [path for path in left if path.is_file() and not path.is_symlink()] == []
    assert [path for path in left if path.is_symlink() and path.exists()] == []
