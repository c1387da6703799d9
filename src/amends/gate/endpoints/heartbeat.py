"""``POST /v1/heartbeat``: this acting system is alive, and holds what has this digest or this number of entries."""

from __future__ import annotations

from amends.gate.endpoints._reports import content_of, invalid, is_digest, is_number, keep, refused
from amends.gate.http import Caller, Endpoint, Place, Request, Response


async def heartbeat(request: Request, caller: Caller, place: Place) -> Response:
    """Record ``{"sequence": n, "holding_digest": "...", "holding_count": m}``; digest or count may be left out."""
    if refusal := refused(caller):
        return refusal
    content = content_of(request) or {}
    digest, count = content.get("holding_digest"), content.get("holding_count")
    good = is_number(content.get("sequence")) and (digest is not None or count is not None)
    if not good or not (digest is None or is_digest(digest)) or not (count is None or is_number(count)):
        return invalid("a heartbeat has a sequence number, and the digest or the number of what is held")
    body = {"sequence": content["sequence"], "holding_digest": digest or "", "holding_count": count}
    return await keep("heartbeat", body, caller, place)


PLUGIN = Endpoint(method="POST", path="/v1/heartbeat", handle=heartbeat)
