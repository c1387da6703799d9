"""``GET /v1/key``: what the key that asks is for. Says nothing of any person; for trying out a new key."""

from __future__ import annotations

from amends.gate.http import Caller, Endpoint, Place, Request, Response, json_response


async def show_key(request: Request, caller: Caller, place: Place) -> Response:
    """Return the system, kind and actions of the caller's key, and the gate's time."""
    return json_response(
        {
            "system": caller.system,
            "key_id": caller.key_id,
            "kind": caller.kind,
            "actions": sorted(caller.actions),
            "at": place.clock().isoformat(timespec="microseconds"),
        }
    )


PLUGIN = Endpoint(method="GET", path="/v1/key", handle=show_key)
