"""Runs the gate on uvicorn: one process, one loop, no access log."""

from __future__ import annotations

import gc
import sys
from typing import Any, Final

import uvicorn

from amends.gate.protocol import GateProtocol

_SWITCH_SECONDS: Final = 0.0005
_MOST_CONNECTIONS: Final = 4000
_COLLECT_AFTER: Final = (50_000, 20, 20)
"""Objects, then rounds, after which the collector looks for cycles."""


def serve(application: Any, *, host: str, port: int) -> None:
    """Serve until the process is told to stop."""
    # The threads hand the interpreter to one another many times a second; the usual five milliseconds
    # would be most of an answer's time.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # What stands now stands for good: no collection need look at it again.
    gc.collect()
    gc.freeze()
    # Answers leave no cycles behind: looking for some after every few hundred objects, and through a whole list's
    # objects each time, was a fifth of what a list cost.
    gc.set_threshold(*_COLLECT_AFTER)
    uvicorn.run(
        application,
        host=host,
        port=port,
        loop="uvloop",
        http=GateProtocol,
        # Who asks is known by a key, never by an address, and no scheme is told.
        proxy_headers=False,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        backlog=2048,
    )
