"""An ASGI application that does nothing: what uvicorn, its loop and its parser leave of this machine for answers."""

from __future__ import annotations

from typing import Any

_BODY = b'{"answer":"none"}'
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))],
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read a request to its end and answer it."""
    if scope["type"] == "lifespan":
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    await send(_START)
    await send({"type": "http.response.body", "body": _BODY})
