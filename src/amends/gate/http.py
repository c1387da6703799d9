"""The few words of HTTP that the gate speaks: request, response, caller, endpoint. Bare ASGI, no framework.

An identifier stands in a body and never in an address, because addresses end up in the logs of every machine on the
way. Errors are problem+json (RFC 9457); those of a check carry ``"answer": "hold"`` besides, so that a
caller that looks at nothing else still does not act.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from amends.gate.caller import Caller
from amends.gate.store import GateStore
from amends.ledger.home import LedgerHome

__all__ = ["Caller", "Endpoint", "Handler", "Place", "Request", "Response", "json_response", "problem"]

PROBLEM: Final = "application/problem+json"
BODY_LIMIT: Final = 2 * 1024 * 1024
"""Longest body of an endpoint, in bytes; a list of 10,000 identifiers fits."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read to the end."""

    method: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]
    """Names in lower case."""
    # A body holds identifiers: it must not show itself in a traceback.
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent back."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Further headers, names in lower case."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an endpoint works: the ledger's home, the gate's own store, the clock of the door."""

    home: LedgerHome
    store: GateStore
    clock: Callable[[], datetime]


Handler = Callable[[Request, Caller, Place], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the gate beside the checks; the ``PLUGIN`` of each module in `amends.gate.endpoints`.

    The caller has been authenticated when ``handle`` runs. What blocks (`GateStore.put_inbox` does) belongs
    in ``asyncio.to_thread``: the loop on which answers wait is never held up.
    """

    method: str
    path: str
    handle: Handler


def json_response(content: Any, status: int = 200) -> Response:
    """Return a value as JSON."""
    return Response(status, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def problem(status: int, code: str, title: str, **more: Any) -> Response:
    """Return an error (RFC 9457); ``code`` is stable, and programs match on it."""
    content = {"type": "about:blank", "title": title, "status": status, "code": code, **more}
    return Response(status, json.dumps(content, separators=(",", ":")).encode(), PROBLEM)
