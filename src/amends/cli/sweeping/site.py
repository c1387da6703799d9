"""One site as the source of a sweep: politely, on its own host alone, and within bounds of number, size and time."""

from __future__ import annotations

import http.client
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from amends import __version__
from amends.cli.sweeping.documents import Content, Document, MissedError
from amends.cli.sweeping.http_bodies import decoded

AGENT: Final = f"Amends/{__version__}"
_ROBOT: Final = "Amends"
_PORTS: Final = {"http": 80, "https": 443}
_LONGEST_ADDRESS: Final = 2000
_ROBOTS_BYTES: Final = 512 << 10
_SECONDS: Final = 30.0
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_NOT_PUBLIC: Final = (401, 403, 404, 410, 451)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How a site is treated."""

    most_documents: int = 10_000
    most_bytes: int = 100 << 20
    """Of one document."""
    most_seconds: float = 6 * 60 * 60
    delay: float = 1.0
    """Seconds between two requests; more where robots.txt asks for more."""
    robots: bool = True
    """Whether robots.txt is kept. Only who answers for the site may say no."""


@dataclass(slots=True)
class Site:
    """What is published under one address, and whatever is linked from there on the same host."""

    start: str
    politeness: Politeness
    pause: Callable[[float], None]
    stopwatch: Callable[[], float]
    _waiting: deque[str] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _robots: RobotFileParser | None = None
    _asked_at: float | None = None
    _holes: list[str] = field(default_factory=list)
    _disallowed: int = 0
    _delay: float = 0.0

    def __post_init__(self) -> None:
        self.start = normal(self.start) or ""
        self._delay = self.politeness.delay
        self._add(self.start)

    def documents(self) -> Iterator[Document]:
        """Yield the pages and files in the order in which they were found, those nearest to the start first."""
        began, count = self.stopwatch(), 0
        if self.politeness.robots:
            self._read_robots()
        while self._waiting:
            if count >= self.politeness.most_documents:
                self._holes.append(
                    f"It stopped at {count:,} documents; {len(self._waiting):,} more are known."
                )
                return
            if self.stopwatch() - began > self.politeness.most_seconds:
                self._holes.append(
                    f"It stopped after its time; {len(self._waiting):,} more documents are known."
                )
                return
            address = self._waiting.popleft()
            if self._robots is not None and not self._robots.can_fetch(_ROBOT, address):
                self._disallowed += 1
                continue
            count += 1
            yield Document(address, "", partial(self._got, address))

    def learn(self, address: str, links: list[str]) -> None:
        """Take the links of a document that lead to the same host."""
        for link in links:
            try:
                found = normal(urljoin(address, link.strip()))
            except ValueError:
                continue
            if found and same_host(found, self.start):
                self._add(found)

    def holes(self) -> list[str]:
        """Return what was left out."""
        left = (
            [f"robots.txt keeps {self._disallowed:,} documents from being looked at."]
            if self._disallowed
            else []
        )
        return self._holes + left

    def _add(self, address: str) -> None:
        if address and address not in self._known and len(address) <= _LONGEST_ADDRESS:
            self._known.add(address)
            self._waiting.append(address)

    def _read_robots(self) -> None:
        """Read robots.txt (RFC 9309). One that cannot be had for a fault of the server's forbids everything."""
        robots = RobotFileParser()
        try:
            got = self._got(urljoin(self.start, "/robots.txt"), most_bytes=_ROBOTS_BYTES)
            robots.parse(got.content.decode("utf-8", "replace").splitlines())
            self.learn(self.start, robots.site_maps() or [])
        except MissedError as missed:
            if missed.gone:
                return
            robots.parse(["User-agent: *", "Disallow: /"])
            self._holes.append("robots.txt cannot be had, so that nothing may be looked at.")
        self._robots = robots
        asked = robots.crawl_delay(_ROBOT)
        self._delay = max(self._delay, float(asked or 0))

    def _got(self, address: str, *, most_bytes: int | None = None) -> Content:
        """Ask for one address, after the pause that is due. Raises `MissedError`."""
        if self._asked_at is not None:
            due = self._asked_at + self._delay - self.stopwatch()
            if due > 0:
                self.pause(due)
        self._asked_at = self.stopwatch()
        try:
            return _answer(urlsplit(address), most_bytes or self.politeness.most_bytes)
        except (OSError, http.client.HTTPException, ValueError):
            raise MissedError("not-reached", final=False) from None


def _answer(address: SplitResult, most_bytes: int) -> Content:
    host, port = address.hostname or "", address.port
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, port, timeout=_SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    with closing(connection):
        target = urlunsplit(("", "", address.path or "/", address.query, ""))
        connection.request("GET", target, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        if response.status in _REDIRECTS:
            return Content(b"", links_to=response.headers.get("location", ""))
        if response.status != 200:
            gone = response.status in _NOT_PUBLIC
            raise MissedError(f"status-{response.status}", final=gone, gone=gone)
        body = response.read(most_bytes + 1)
        if len(body) > most_bytes:
            raise MissedError("too-large", final=True)
        if response.length:
            raise MissedError("not-reached", final=False)
        encoding = response.headers.get("content-encoding", "")
        return Content(decoded(body, encoding, most_bytes), response.headers.get("content-type", ""))


def normal(address: str) -> str | None:
    """Return an address in one form, without its fragment; None for what is no address of the web."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        return None
    host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    host = f"[{host}]" if ":" in host else host
    port = parts.port if parts.port not in (None, _PORTS[parts.scheme]) else None
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((parts.scheme, f"{host}:{port}" if port else host, path, query, ""))


def same_host(one: str, other: str) -> bool:
    """Return whether two addresses lie on one host and port; 80 and 443 are one site in two ways."""
    a, b = urlsplit(one), urlsplit(other)
    ports = {part.port or _PORTS[part.scheme] for part in (a, b)}
    return a.hostname == b.hostname and (len(ports) == 1 or ports == set(_PORTS.values()))
