"""`POST /api/v1/screen`: may the file in the body go to this audience? The answer is that of the command line."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qs

from amends.api.problems import ProblemError, Reply, problem, problem_of
from amends.api.uploads import Receive, check_announced, name_for, take_body
from amends.scan.audience_screening import Conditions
from amends.scan.audiences.loading import PUBLIC
from amends.scan.judging import FAILED, Judged, judge_for
from amends.scan.nameless_file import nameless_file
from amends.scan.reporting.as_json import SCHEMA, SCHEMA_VERSION, file_as_data
from amends.scan.reporting.report import reported
from amends.vocabulary.errors import AmendsError, FaultError

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PREFIX: Final = "/api/"
SCREEN: Final = "/api/v1/screen"
_CHALLENGE: Final = ((b"www-authenticate", b"Bearer"),)
_LATER: Final = ((b"retry-after", b"30"),)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the door takes on."""

    body_bytes: int = 256 << 20
    body_seconds: float = 300.0
    at_once: int = 2
    waiting: int = 8
    """Requests that may hold a body or wait for a screening; more are asked to come later."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who asks, and what for."""

    caller: str
    audience: str
    incident: str
    """Reference of the incident with whose register the file is compared; empty for none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the door asks others; each may block, and runs in a thread."""

    caller: Callable[[bytes, datetime], str | None]
    """Header ``Authorization`` and instant → name of the calling system."""
    conditions: Callable[[Wanted, datetime], Conditions]
    """What is wanted, and the instant → what a file is held against."""
    released: Callable[[str, str], bool]
    """SHA-256 and audience → whether two people released this file."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


class ScreeningApplication:
    """The ASGI application behind ``/api/``."""

    def __init__(self, asked: Asked, bounds: Bounds | None = None) -> None:
        self._asked = asked
        self._bounds = bounds or Bounds()
        self._pool = ThreadPoolExecutor(self._bounds.at_once, thread_name_prefix="screening")
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever breaks in here, its text is not sent."""
        try:
            reply = await self._replied(scope, receive)
        except ProblemError as refused:
            reply = refused.reply
        except AmendsError as error:
            reply = problem_of(error).reply
        except Exception:
            reply = problem(500, "unexpected", "Something went wrong that Amends did not foresee").reply
        body = reply.body()
        headers = [
            (b"content-type", reply.content_type.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *reply.headers,
        ]
        if reply.status != 200:
            # What is left of a body that nobody reads would be taken for the next request.
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _replied(self, scope: Scope, receive: Receive) -> Reply:
        if scope["path"] != SCREEN:
            raise problem(404, "address-unknown", "There is no such address")
        if scope["method"] != "POST":
            raise problem(
                405, "method-not-allowed", "A file is sent with POST", headers=((b"allow", b"POST"),)
            )
        headers = dict(scope["headers"])
        now = self._asked.clock()
        caller = await asyncio.to_thread(self._asked.caller, headers.get(b"authorization", b""), now)
        if caller is None:
            raise problem(401, "key-unknown", "No valid key was given", headers=_CHALLENGE)
        conditions = await asyncio.to_thread(self._asked.conditions, _wanted(scope, caller), now)
        check_announced(headers, self._bounds.body_bytes)
        if self._under_way >= self._bounds.waiting:
            raise problem(503, "overloaded", "Too many files are being screened", headers=_LATER)
        self._under_way += 1
        try:
            return await self._screened(name_for(headers), receive, conditions)
        finally:
            self._under_way -= 1

    async def _screened(self, name: str, receive: Receive, conditions: Conditions) -> Reply:
        with nameless_file(name) as (stream, path):
            bounds = self._bounds
            length = await take_body(
                receive, stream, most_bytes=bounds.body_bytes, seconds=bounds.body_seconds
            )
            if not length:
                raise problem(400, "body-missing", "There is no file in the body")
            judged, sha256 = await asyncio.get_running_loop().run_in_executor(
                self._pool, _judged, path, stream, conditions
            )
        released = False
        if not judged.passes:
            released = await asyncio.to_thread(self._asked.released, sha256, conditions.audience.name)
        return Reply(200, _answer(judged, conditions, released=released))


def _judged(path: Path, stream: BinaryIO, conditions: Conditions) -> tuple[Judged, str]:
    """Screen what lies in the stream. Raises `ProblemError` 503 where the screening itself is broken."""
    stream.seek(0)
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    try:
        judged = judge_for(conditions)(path)
    except Exception:
        raise problem(503, FAILED, "The screening does not work at present", headers=_LATER) from None
    if judged.answer is None or judged.answer.sha256 != sha256:
        raise FaultError("bytes-changed", "the file changed while it was screened", hint="send it again")
    return judged, sha256


def _answer(judged: Judged, conditions: Conditions, *, released: bool) -> dict[str, Any]:
    """Return the answer: what `amends screen --json` says of the file, and whether it may go."""
    assert judged.answer is not None
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "audience": conditions.audience.name,
        "may_go": judged.passes or released,
        "released": released,
        **file_as_data(reported(judged.answer)),
        "people": judged.people,
        "reasons": judged.in_words(),
    }


def _wanted(scope: Scope, caller: str) -> Wanted:
    query: bytes = scope.get("query_string", b"")
    given = parse_qs(query.decode("latin-1"), keep_blank_values=True)
    if set(given) - {"audience", "incident"} or any(len(values) > 1 for values in given.values()):
        raise problem(400, "parameter-unknown", "The address has a parameter that is not known here")
    return Wanted(caller, given.get("audience", [PUBLIC])[0], given.get("incident", [""])[0])
