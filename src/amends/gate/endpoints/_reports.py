"""What the endpoints have in common through which an acting system speaks."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from typing import Any, Final

from amends.gate.http import Caller, Place, Request, Response, json_response, problem

HIGHEST_NUMBER: Final = 2**31 - 1


def refused(caller: Caller) -> Response | None:
    """Return the refusal for a key that does not speak for its system: a list names real people, if under a key."""
    if caller.kind == "live":
        return None
    return problem(403, "key-not-live", "only a live key of the acting system itself may do this")


def content_of(request: Request) -> dict[str, Any] | None:
    """Return the JSON object of a body, or None."""
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def invalid(what: str) -> Response:
    """Return the refusal of a report that is not in the form; nothing that was sent is repeated."""
    return problem(422, "report-invalid", what)


def is_number(value: object) -> bool:
    """Whether this is a whole number from zero up that the ledger can keep."""
    return type(value) is int and 0 <= value <= HIGHEST_NUMBER


def is_digest(value: object) -> bool:
    """Whether this is a SHA-256 in small hexadecimal digits."""
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


async def keep(kind: str, body: dict[str, Any], caller: Caller, place: Place) -> Response:
    """Record a report durably, then say so. The loop on which answers wait is not held up."""
    try:
        number = await asyncio.to_thread(
            place.store.put_inbox,
            system=caller.system,
            api_key=caller.key_id,
            kind=kind,
            body=body,
            at=place.clock(),
        )
    except sqlite3.Error:
        return problem(503, "report-not-recorded", "the report could not be recorded: send it again")
    return json_response({"recorded": True, "id": number})
