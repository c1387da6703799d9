"""Who asked for the leaked document, how, and what each obtained: the truth behind the access log.

Addresses come from the ranges reserved for documentation (RFC 5737, RFC 3849). Targets are written in
the many ways in which real clients and servers write one address, because a search for the plain string
misses a good part of the true requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_network
from itertools import cycle, islice
from typing import Final
from urllib.parse import quote, urlsplit

import numpy as np

from amends.drill.agents import BROWSERS, CRAWLERS
from amends.drill.plans import ReaderPlan
from amends.drill.scenarios import Scenario

_MARGIN: Final = 120
_REDIRECT_BODY: Final = 246
_NOT_FOUND_BODY: Final = 196
_CHUNKS: Final = 4


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """One request for the leaked document, as the server answered it."""

    time: int
    """Seconds since 1970."""
    address: str
    method: str
    target: str
    status: int
    sent: int | None
    """Bytes of the body; None where nothing was sent, which Apache writes as ``-``."""
    agent: str
    verdict: str
    """What the request obtained; a value of `amends.exposure.assessment.AccessVerdict`."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One client address over all its requests."""

    address: str
    recipient_class: str
    """A value of `amends.exposure.assessment.RecipientClass`."""
    verdict: str
    requests: tuple[ReaderRequest, ...]
    in_log: bool = True
    """False for a client of which the hole in the log left no line."""


def make_readers(scenario: Scenario, size: int, rng: np.random.Generator) -> list[Reader]:
    """Return every client of a document of ``size`` bytes."""
    return list(_Cast(scenario, size, rng).readers())


class _Cast:
    """Hands out addresses, instants and spellings, each address once."""

    def __init__(self, scenario: Scenario, size: int, rng: np.random.Generator) -> None:
        self.scenario, self.size, self.rng = scenario, size, rng
        self.spellings = cycle(_spellings(scenario.access_log.url))
        self.outside = [f"192.0.2.{last}" for last in range(1, 255)]
        self.outside += [f"203.0.113.{last}" for last in range(1, 255)]
        self.outside += [f"2001:db8:{high:x}::{low:x}" for high in range(1, 17) for low in range(1, 17)]
        self.outside = [str(address) for address in rng.permutation(self.outside)]
        own = [str(address) for address in islice(ip_network(scenario.access_log.own_network).hosts(), 254)]
        self.own = [str(address) for address in rng.permutation(own)]

    def readers(self) -> Iterator[Reader]:
        plan: ReaderPlan = self.scenario.readers
        outside: tuple[tuple[int, str, Callable[[], list[ReaderRequest]]], ...] = (
            (plan.full, "full", self._full),
            (plan.full_after_redirect, "full", self._redirected),
            (plan.complete_by_ranges, "complete_by_ranges", self._ranges),
            (plan.partial, "partial", self._partial),
            (plan.aborted, "aborted", self._aborted),
            (plan.revalidation, "revalidation", self._revalidated),
            (plan.headers_only, "headers_only", self._headers),
            (plan.denied, "denied", self._denied),
        )
        for count, verdict, made in outside:
            for _ in range(count):
                yield self._reader("outside", verdict, self.outside.pop(), self._browser(), made())
        for number in range(plan.crawler_full):
            agent = CRAWLERS[number % len(CRAWLERS)]
            yield self._reader("crawler", "full", self.outside.pop(), agent, self._full())
        for count, verdict, made in (
            (plan.own_full, "full", self._full),
            (plan.own_headers_only, "headers_only", self._headers),
        ):
            for _ in range(count):
                yield self._reader("own", verdict, self.own.pop(), self._browser(), made())
        for _ in range(plan.monitor_headers_only):
            agent = self.scenario.access_log.monitor_agent
            yield self._reader("monitor", "headers_only", self.outside.pop(), agent, self._checks())
        for _ in range(plan.lost_in_hole):
            reader = self._reader("outside", "full", self.outside.pop(), self._browser(), self._in_hole())
            yield replace(reader, in_log=False)

    def _reader(
        self, recipient_class: str, verdict: str, address: str, agent: str, requests: list[ReaderRequest]
    ) -> Reader:
        """Say who asked; the requests come without address and agent."""
        signed = tuple(replace(request, address=address, agent=agent) for request in requests)
        return Reader(
            address, recipient_class, verdict, tuple(sorted(signed, key=lambda request: request.time))
        )

    def _full(self) -> list[ReaderRequest]:
        """One copy; now and then a second one or a revalidation later on."""
        requests = [self._request("GET", 200, self.size, "full")]
        again = int(self.rng.integers(5))
        if again == 0:
            requests.append(self._request("GET", 200, self.size, "full", requests[0].time))
        elif again == 1:
            requests.append(self._request("GET", 304, None, "revalidation", requests[0].time))
        return requests

    def _redirected(self) -> list[ReaderRequest]:
        first = self._request("GET", 301, _REDIRECT_BODY, "redirect")
        target = next(self.spellings)
        return [
            first,
            replace(first, time=first.time + 1, target=target, status=200, sent=self.size, verdict="full"),
        ]

    def _ranges(self) -> list[ReaderRequest]:
        first = self._request("GET", 206, 0, "partial")
        step = self.size // _CHUNKS
        sizes = [step] * (_CHUNKS - 1) + [self.size - step * (_CHUNKS - 1)]
        return [replace(first, time=first.time + number, sent=sent) for number, sent in enumerate(sizes)]

    def _partial(self) -> list[ReaderRequest]:
        return [self._request("GET", 206, int(self.size * self.rng.uniform(0.05, 0.6)), "partial")]

    def _aborted(self) -> list[ReaderRequest]:
        return [self._request("GET", 200, int(self.size * self.rng.uniform(0.05, 0.9)), "aborted")]

    def _revalidated(self) -> list[ReaderRequest]:
        return [self._request("GET", 304, None, "revalidation")]

    def _headers(self) -> list[ReaderRequest]:
        return [self._request("HEAD", 200, None, "headers_only")]

    def _checks(self) -> list[ReaderRequest]:
        return [self._request("HEAD", 200, None, "headers_only") for _ in range(12)]

    def _denied(self) -> list[ReaderRequest]:
        """Too late, or one time in four too early."""
        log, times = self.scenario.access_log, self.scenario.times
        early = self.rng.random() < 0.25  # most follow a link that is dead by then
        begins, ends = (log.begins, times.exposed) if early else (times.removed, log.ends)
        time = int(self.rng.integers(int(begins.timestamp()) + _MARGIN, int(ends.timestamp()) - _MARGIN))
        return [replace(self._request("GET", 404, _NOT_FOUND_BODY, "denied"), time=time)]

    def _in_hole(self) -> list[ReaderRequest]:
        log = self.scenario.access_log
        time = int(self.rng.integers(int(log.hole_begins.timestamp()), int(log.hole_ends.timestamp())))
        return [replace(self._request("GET", 200, self.size, "full"), time=time)]

    def _request(
        self, method: str, status: int, sent: int | None, verdict: str, after: int | None = None
    ) -> ReaderRequest:
        return ReaderRequest(
            self._instant(after), "", method, next(self.spellings), status, sent, "", verdict
        )

    def _instant(self, after: int | None) -> int:
        """Return an instant within the window and outside the hole, with a margin for what follows it."""
        times, log = self.scenario.times, self.scenario.access_log
        begins = int(times.exposed.timestamp()) + _MARGIN if after is None else after + 1
        ends = int(times.removed.timestamp()) - (_MARGIN if after is None else 1)
        hole = (int(log.hole_begins.timestamp()) - 2 * _CHUNKS, int(log.hole_ends.timestamp()))
        while True:
            time = int(self.rng.integers(begins, max(ends, begins + 1)))
            if not hole[0] <= time < hole[1]:
                return time

    def _browser(self) -> str:
        return BROWSERS[int(self.rng.integers(len(BROWSERS)))]


def _spellings(url: str) -> tuple[str, ...]:
    """Return ways to write the address of this document, the commonest first."""
    parts = urlsplit(url)
    plain = quote(parts.path, safe="/()")
    strict = quote(parts.path, safe="/")
    folder, _, name = plain.rpartition("/")
    return (
        plain,
        strict,
        f"{plain}?download=1",
        strict.replace("_", "%5F"),
        strict.replace("_", "%5f"),
        plain.lower(),
        quote(plain, safe="/()"),
        f"{folder}//{name}",
        f"{folder}/./{name}",
        f"{strict}?utm_source=mail&utm_medium=a%20b",
        strict.swapcase(),
        f"{parts.scheme}://{parts.netloc}{plain}",
    )
