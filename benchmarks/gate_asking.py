"""Asks a gate many questions, and counts what must never be: a clear for somebody held, a late answer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Final

LATE_SECONDS: Final = 0.5
_GIVEN_UP_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Asking:
    """One question and whether it is about somebody who is held."""

    identifier: str
    held: bool
    key: str


@dataclass(slots=True)
class Tally:
    """What came of the questions."""

    questions: int = 0
    clear: int = 0
    clear_for_held: int = 0
    late: int = 0
    without_answer: int = 0
    """The connection was refused or broke: to a client that is a hold."""
    slowest: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    clear_ids: list[int] = field(default_factory=list)

    def count(self, asking: Asking, body: bytes, seconds: float) -> None:
        """Count one answer."""
        answer = json.loads(body)
        self.questions += 1
        self.slowest = max(self.slowest, seconds)
        self.late += seconds > LATE_SECONDS
        self.reasons[answer["reason"]] += 1
        if answer["answer"] != "hold":
            self.clear += 1
            self.clear_for_held += asking.held
            self.clear_ids.append(int(answer["answer_id"]))


def mixed(held: Sequence[str], clear: Sequence[str], key: str, *, seed: int) -> Iterator[Asking]:
    """Yield questions without end: half about the held, half about others."""
    chance = Random(seed)
    while True:
        is_held = chance.random() < 0.5
        yield Asking(chance.choice(held if is_held else clear), is_held, key)


def ask(port: int, questions: Iterator[Asking], *, count: int, connections: int, tally: Tally) -> None:
    """Ask so many questions over so many connections at once."""
    remaining = iter(range(count))

    def following() -> Asking | None:
        return next(questions) if next(remaining, None) is not None else None

    async def everyone() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(_one_connection(port, following, tally))

    asyncio.run(everyone())


async def _one_connection(port: int, following: Callable[[], Asking | None], tally: Tally) -> None:
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while (asking := following()) is not None:
        body = json.dumps({"identifier": asking.identifier, "action": "removal"}).encode()
        head = (
            f"POST /v1/check HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {asking.key}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        try:
            async with asyncio.timeout(_GIVEN_UP_SECONDS):
                streams = streams or await asyncio.open_connection("127.0.0.1", port)
                began = perf_counter()
                answer = await _exchange(*streams, head.encode() + body)
                tally.count(asking, answer, perf_counter() - began)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            tally.questions += 1
            tally.without_answer += 1
            tally.late += isinstance(error, TimeoutError)
            if streams is not None:
                streams[1].close()
            streams = None
            await asyncio.sleep(0.01)
    if streams is not None:
        streams[1].close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, after = head.partition(b"content-length:")
    return await reader.readexactly(int(after.partition(b"\r\n")[0]))
