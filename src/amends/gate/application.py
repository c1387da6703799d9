"""The gate as an ASGI application: takes questions, hands them to the threads, and never waits longer than it may.

Whatever happens behind it, an answer goes out in time: a question that the threads have not answered after
a quarter of a second is answered with ``hold`` here. Identifiers are in bodies; nothing is logged.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, Final

from amends.gate.answering import parse_check
from amends.gate.answers import NOBODY, Asked, Frame, Sent, plain_hold, sent
from amends.gate.deciding import HOLD, Verdict
from amends.gate.http import BODY_LIMIT, Endpoint, Place, Request, Response, problem
from amends.gate.keys import given_key
from amends.gate.question import Kind, Question, Waiter
from amends.gate.reasons import Reason
from amends.gate.recording import Desk, record
from amends.gate.self_check import SelfCheck
from amends.gate.workers import Worker

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHECK_PATH: Final = "/v1/check"
LIST_PATH: Final = "/v1/check/batch"
CHECK_BODY_LIMIT: Final = 4096
DEADLINE_SECONDS: Final = 0.25
_TICK_SECONDS: Final = 0.05
_BODY_SECONDS: Final = 5.0
_MOST_WAITING: Final = 2000
_MOST_LISTS_WAITING: Final = 4
_WITHOUT_BODY: Final = (204, 304)
_CHECK: Final = Kind.CHECK


class GateApplication:
    """One gate. Made with its threads, which the ASGI lifespan starts and stops."""

    def __init__(
        self,
        desk: Desk,
        place: Place,
        workers: Callable[[Callable[[Sequence[Question]], None]], Mapping[Kind, Worker]],
        self_check: SelfCheck,
        endpoints: Mapping[str, Endpoint],
    ) -> None:
        self._desk, self._place, self._self_check = desk, place, self_check
        self._workers = workers(self._deliver)
        self._endpoints = {(e.method, e.path): e for e in endpoints.values()}
        self._waiting: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self._each_worker = tuple({id(w): w for w in self._workers.values()}.values())
        self._gathered: list[Question] = []
        self._in_order: deque[Question] = deque()
        self._ticker: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path, method = scope["path"], scope["method"]
        if path == CHECK_PATH and method == "POST":
            given = await _body(receive, CHECK_BODY_LIMIT)
            answer = given if isinstance(given, Sent) else await self._ask(Kind.CHECK, scope, given)
        elif path == LIST_PATH and method == "POST":
            given = await _body(receive, BODY_LIMIT)
            answer = given if isinstance(given, Sent) else await self._ask(Kind.LIST, scope, given)
        elif path in (CHECK_PATH, LIST_PATH):
            answer = plain_hold(Reason.GATE_FAULT, 405)
        else:
            await self._elsewhere(scope, receive, send)
            return
        status, body = answer
        headers = [(b"content-type", content_type_of(status)), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _ask(self, kind: Kind, scope: Scope, body: bytes) -> Sent:
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        question = Question(kind, _authorization(scope), body, future, time.monotonic())
        if not self._hand_in(question):
            return self._answered_here(question, Reason.OVERLOADED)
        return await future

    def ask(self, header: bytes, body: bytes, waiter: Waiter) -> None:
        """Take one check from a connection; ``waiter`` is given its answer, perhaps at once. On the loop."""
        question = Question(_CHECK, header, body, waiter, time.monotonic())
        if not self._hand_in(question):
            waiter.set_result(self._answered_here(question, Reason.OVERLOADED))

    def _hand_in(self, question: Question) -> bool:
        """Put a question into its queue, or, where too many wait already, make it one that nobody waits for."""
        kind = question.kind
        if self._waiting[kind] >= (_MOST_LISTS_WAITING if kind is Kind.LIST else _MOST_WAITING):
            question.future = None
            return False
        self._waiting[kind] += 1
        self._in_order.append(question)
        if not self._gathered:
            # Whatever else comes in with this turn of the loop goes to the thread together with it.
            asyncio.get_running_loop().call_soon(self._hand_over)
        self._gathered.append(question)
        return True

    def _hand_over(self) -> None:
        """Give the threads what has come in during one turn of the loop."""
        gathered, self._gathered = self._gathered, []
        for worker in self._each_worker:
            mine = [question for question in gathered if self._workers[question.kind] is worker]
            if mine:
                worker.put(mine)

    def _deliver(self, questions: Sequence[Question]) -> None:
        """Give each question's answer to whoever waits for it; on the loop."""
        for question in questions:
            self._waiting[question.kind] -= 1
            future = question.future
            if question.early is not None:
                self._desk.late.add(question.early._replace(instead_of=question.recorded_id))
            elif future is not None and not future.done():
                future.set_result(question.sent)

    def _tick(self) -> None:
        """Answer what has waited too long; the oldest stands first."""
        loop = asyncio.get_running_loop()
        oldest = time.monotonic() - DEADLINE_SECONDS
        while self._in_order:
            question = self._in_order[0]
            future = question.future
            done = future is None or future.done()
            if not done and question.begun > oldest:
                break
            self._in_order.popleft()
            if not done and future is not None:
                future.set_result(self._answered_here(question, Reason.DATABASE_TIMEOUT))
        self._ticker = loop.call_later(_TICK_SECONDS, self._tick)

    def _answered_here(self, question: Question, reason: Reason) -> Sent:
        """Return a hold that is recorded later; with a question under way, when its thread comes back."""
        desk = self._desk
        body, row = desk.writer.write(
            self._asked(question), Verdict(HOLD, reason), Frame.of(desk.clock.read().at), recorded=False
        )
        if question.future is None:
            desk.late.add(row)
        else:
            question.early = row
        return sent(reason, body)

    def _asked(self, question: Question) -> Asked:
        """Return who asked what, as far as it shows without the ledger; of a list, only that it was asked."""
        desk, caller = self._desk, question.caller or NOBODY
        # A list is too long to be read on the loop.
        wanted = None
        if question.kind is Kind.CHECK:
            wanted = parse_check(question.body, desk.fingerprints.now().of)
        if wanted is None:
            return Asked(caller, id=desk.numbers())
        given = given_key(question.header)
        # What a test key asks about is nobody, and leaves no fingerprint.
        tested = given is not None and given.kind == "test"
        text = "" if tested or not wanted.fingerprints else wanted.fingerprints[0]
        return Asked(caller, desk.quotable(wanted.action), text, desk.numbers())

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._endpoint_response(scope, receive)
        headers = [*response.headers]
        if response.status not in _WITHOUT_BODY:
            headers.append((b"content-type", response.content_type.encode()))
            headers.append((b"content-length", b"%d" % len(response.body)))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    async def _endpoint_response(self, scope: Scope, receive: Receive) -> Response:
        endpoint = self._endpoints.get((scope["method"], scope["path"]))
        if endpoint is None:
            return problem(404, "address_unknown", "The gate has no such address")
        given = await _body(receive, BODY_LIMIT)
        if isinstance(given, Sent):
            return Response(given.status, given.body, "application/problem+json")
        future: asyncio.Future[Sent | None] = asyncio.get_running_loop().create_future()
        question = Question(Kind.CALLER, _authorization(scope), b"", future, time.monotonic())
        if not self._hand_in(question):
            return problem(503, Reason.OVERLOADED, "Too many questions are waiting")
        refused = await future
        if refused is not None or question.caller is None:
            refused = refused or plain_hold(Reason.GATE_FAULT, 500)
            return Response(refused.status, refused.body, "application/problem+json")
        headers = dict(scope["headers"])
        query = scope["query_string"].decode("latin-1")
        request = Request(scope["method"], scope["path"], query, headers, given)
        return await endpoint.handle(request, question.caller, self._place)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                loop = asyncio.get_running_loop()
                for worker in self._each_worker:
                    worker.start(loop)
                self._self_check.start()
                self._tick()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self._stop)
                # Whatever the threads left has been delivered by now, and what was given early is late.
                await asyncio.to_thread(self._record_the_rest)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _stop(self) -> None:
        self._self_check.stop()
        for worker in self._each_worker:
            worker.stop()

    def _record_the_rest(self) -> None:
        record(self._desk, (), Frame.of(self._desk.clock.read().at))
        self._desk.store.close()


def content_type_of(status: int) -> bytes:
    """Return the type of a body that goes with this status."""
    return b"application/json" if status == 200 else b"application/problem+json"


def _authorization(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"authorization":
            return bytes(value)
    return b""


async def _body(receive: Receive, limit: int) -> bytes | Sent:
    """Return the body, or the hold for one that is too long or does not end."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                pieces, length = [body], len(body)
                while message.get("more_body") and length <= limit:
                    message = await receive()
                    pieces.append(message.get("body", b""))
                    length += len(pieces[-1])
        except TimeoutError:
            return plain_hold(Reason.IDENTIFIER_MALFORMED, 408)
        body = b"".join(pieces)
    return plain_hold(Reason.IDENTIFIER_MALFORMED, 413) if len(body) > limit else body
