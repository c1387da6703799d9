"""Who stands behind an address, as far as a log can tell: own staff, own monitors, crawlers, everyone else.

An agent is what the client says of itself, so a crawler or monitor may be anyone, and the class never
lowers what was obtained. An address counts as a crawler or monitor only if **all** its requests say so: one
browser among them, and a person may sit there. Command-line tools and programming libraries (``curl``,
``python-requests``) and driven browsers are not crawlers here: a person runs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

import hyperscan

from amends.exposure.assessment import RecipientClass
from amends.vocabulary.errors import UsageError

_RUN_BY_PEOPLE: Final = frozenset({"http-library", "browser-automation"})


class ReaderClassifier:
    """Sorts addresses into classes by networks and agents that the organisation has stated."""

    def __init__(self, *, own_networks: Sequence[str] = (), monitor_agents: Sequence[str] = ()) -> None:
        """Raise `UsageError` ``own-network-invalid`` for what is not a network in CIDR notation."""
        self._own = tuple(_network(text, place) for place, text in enumerate(own_networks, start=1))
        self._monitors = tuple(agent.lower() for agent in monitor_agents if agent.strip())

    def classify(self, address: str, agents: Sequence[str]) -> RecipientClass:
        """Class of an address with the agents of all its requests; networks go before agents."""
        distinct = set(agents)
        if self._is_own(address):
            return RecipientClass.OWN
        if all(self._is_monitor(agent) for agent in distinct):
            return RecipientClass.MONITOR
        if all(is_crawler(agent) for agent in distinct):
            return RecipientClass.CRAWLER
        return RecipientClass.OUTSIDE

    def _is_own(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._own)

    def _is_monitor(self, agent: str) -> bool:
        return any(monitor in agent.lower() for monitor in self._monitors)


def _network(text: str, place: int) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise UsageError(
            "own-network-invalid",
            f"number {place} of the organisation's own networks is not a network",
            hint="write networks in CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32",
        ) from error


@lru_cache(maxsize=65_536)
def is_crawler(agent: str) -> bool:
    """Whether an agent calls itself a known crawler, by the public list of crawler-user-agents."""
    found: list[int] = []
    untrusted = agent.encode("utf-8", errors="replace")
    _crawler_patterns().scan(
        untrusted, match_event_handler=lambda number, _begin, _end, _flags, _context: found.append(number)
    )
    return bool(found)


@cache
def _crawler_patterns() -> hyperscan.Database:
    """All patterns of the list in one automaton; a tenth of a second to build, once a process."""
    import crawleruseragents

    patterns = [
        entry["pattern"].encode()
        for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA
        if not entry.get("tags") or not set(entry["tags"]) <= _RUN_BY_PEOPLE
    ]
    database = hyperscan.Database()
    database.compile(
        expressions=patterns,
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=hyperscan.HS_FLAG_SINGLEMATCH,
    )
    return database
