"""``POST /v1/acknowledge``: this acting system has put a hold list in force."""

from __future__ import annotations

from amends.gate.endpoints._reports import content_of, invalid, is_digest, is_number, keep, refused
from amends.gate.http import Caller, Endpoint, Place, Request, Response


async def acknowledge(request: Request, caller: Caller, place: Place) -> Response:
    """Record ``{"sequence": n, "digest": "..."}``. Said twice it is recorded twice, and means the same."""
    if refusal := refused(caller):
        return refusal
    content = content_of(request)
    if content is None or not is_number(content.get("sequence")) or not is_digest(content.get("digest")):
        return invalid("an acknowledgement has the sequence number and the digest of a list")
    body = {"sequence": content["sequence"], "digest": content["digest"]}
    return await keep("acknowledgement", body, caller, place)


PLUGIN = Endpoint(method="POST", path="/v1/acknowledge", handle=acknowledge)
