"""Ordinary traffic of a public web server, with documents whose names are almost the leaked one's.

It follows the hours of the day, prefers few documents and few clients, and leaves a hole where the
scenario says so. Clients come from the shared address space of RFC 6598, which nobody owns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlsplit

import numpy as np

from amends.drill.agents import BROWSERS, CRAWLERS
from amends.drill.plans import LogPlan
from amends.drill.readers import ReaderRequest

_CLIENTS: Final = 3_000
_PAGES: Final = 160
_SHARED_SPACE: Final = (100, 64)
_STATUSES: Final = {200: 0.875, 304: 0.06, 404: 0.045, 301: 0.015, 500: 0.005}
_CRAWLER_SHARE: Final = 0.08
_QUIETEST_HOUR: Final = 9.0
"""Of the day in UTC: four in the morning on the American east coast."""


def make_background(plan: LogPlan, rng: np.random.Generator) -> Iterator[ReaderRequest]:
    """Yield ``plan.lines`` requests that have nothing to do with the leaked document, in no order."""
    targets = _targets(urlsplit(plan.url).path)
    sizes = rng.integers(400, 900_000, size=len(targets))
    popularity = 1.0 / (rng.permutation(len(targets)) + 2.0)
    times = _times(plan, rng)
    documents = rng.choice(len(targets), size=plan.lines, p=popularity / popularity.sum())
    eagerness = 1.0 / (np.arange(_CLIENTS) + 40.0)
    clients = rng.choice(_CLIENTS, size=plan.lines, p=eagerness / eagerness.sum())
    statuses = rng.choice(list(_STATUSES), size=plan.lines, p=list(_STATUSES.values()))
    crawled = rng.random(plan.lines) < _CRAWLER_SHARE
    for time, document, client, status, by_crawler in zip(
        times.tolist(), documents.tolist(), clients.tolist(), statuses.tolist(), crawled.tolist(), strict=True
    ):
        agents = CRAWLERS if by_crawler else BROWSERS
        yield ReaderRequest(
            time=time,
            address=_address(client),
            method="GET",
            target=targets[document],
            status=status,
            sent={200: int(sizes[document]), 304: None}.get(status, 196 + status),
            agent=agents[client % len(agents)],
            verdict="",
        )


def _targets(leaked_path: str) -> tuple[str, ...]:
    """Return pages, and documents that a careless pattern would take for the leaked one."""
    folder, _, name = leaked_path.rpartition("/")
    parent = folder.rsplit("/", 1)[0]
    near = [
        f"{folder}/{name.replace('Nov', 'Oct')}",
        f"{folder}/{name.replace('Nov', 'Sep')}",
        f"{folder}/Old_{name}",
        f"{folder}/{name}.bak",
        f"{parent}/2021/{name}",
        f"{folder}/{name.replace(' (', '(')}",
        f"{folder}/",
    ]
    pages = [f"/page/{number:03d}.html" for number in range(_PAGES // 2)]
    pages += [f"/doc/lib/report-{number:03d}.pdf" for number in range(_PAGES // 2)]
    return tuple(quote(path, safe="/()") for path in near + pages)


def _times(plan: LogPlan, rng: np.random.Generator) -> np.ndarray:
    minutes = np.arange(plan.hours * 60)
    begins = int(plan.begins.timestamp())
    hour = (begins / 3600 + minutes / 60) % 24
    rate = 1.15 - np.cos((hour - _QUIETEST_HOUR) / 24 * 2 * np.pi)
    first = (int(plan.hole_begins.timestamp()) - begins) // 60
    rate[first : first + plan.hole_minutes] = 0.0
    drawn = rng.choice(minutes, size=plan.lines, p=rate / rate.sum())
    return begins + drawn * 60 + rng.integers(0, 60, size=plan.lines)


def _address(client: int) -> str:
    first, second = _SHARED_SPACE
    return f"{first}.{second + client % 64}.{client * 37 % 256}.{1 + client * 11 % 254}"
