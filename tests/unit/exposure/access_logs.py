"""Writes access logs for the tests: every address is from the ranges reserved for documentation (RFC 5737)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from amends.exposure.assessment import AccessEvent

EXPOSED = datetime(2022, 11, 28, 14, 45, tzinfo=UTC)
REMOVED = datetime(2022, 11, 28, 19, 4, tzinfo=UTC)
URL = "https://www.agency.example/statistics/erostats-2022-11.xlsx"
PATH = "/statistics/erostats-2022-11.xlsx"
SIZE = 48_213
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:106.0) Gecko/20100101 Firefox/106.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def line(
    time: datetime,
    target: str = PATH,
    *,
    client: str = "192.0.2.7",
    method: str = "GET",
    answer: tuple[int, int | None] = (200, SIZE),
    agent: str = BROWSER,
) -> str:
    """One combined line; ``answer`` is status and bytes."""
    status, size = answer
    stamp = time.strftime("%d/%b/%Y:%H:%M:%S %z")
    sent = "-" if size is None else size
    return f'{client} - - [{stamp}] "{method} {target} HTTP/1.1" {status} {sent} "-" "{agent}"'


def background(begins: datetime, ends: datetime, *, every: timedelta = timedelta(seconds=10)) -> list[str]:
    """Ordinary traffic for something else at a steady rate, both ends included."""
    count = (ends - begins) // every
    return [line(begins + every * i, "/", client="198.51.100.9", answer=(200, 512)) for i in range(count + 1)]


def full_background() -> list[str]:
    """Ordinary traffic from an hour before the exposure to an hour after the removal."""
    return background(EXPOSED - timedelta(hours=1), REMOVED + timedelta(hours=1))


def write_log(path: Path, lines: Iterable[str]) -> Path:
    """Write a log, packed if its name ends in ``.gz``."""
    content = "".join(f"{each}\n" for each in lines).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def in_order(*groups: Sequence[str]) -> list[str]:
    """Lines of all groups in order of their time stamps (all of one day and one zone)."""
    return sorted((each for group in groups for each in group), key=lambda each: each.partition("[")[2][:26])


def event(
    answer: tuple[int, int | None] = (200, SIZE),
    *,
    method: str = "GET",
    client: str = "192.0.2.7",
    time: datetime = EXPOSED + timedelta(hours=1),
) -> AccessEvent:
    """One request for the document."""
    return AccessEvent(
        time=time,
        address=client,
        method=method,
        target=PATH,
        status=answer[0],
        bytes_sent=answer[1],
        agent=BROWSER,
        referrer="",
        file="access.log",
        offset=0,
    )
