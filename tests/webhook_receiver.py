"""A real HTTP server on loopback that receives webhooks: it records, refuses, drips or hangs on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 60
"""Seconds after which a test that waits for something gives up."""


@dataclass(frozen=True)
class Received:
    """One webhook as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """What the server does with the next webhook, and what it has had."""

    port: int = 0
    status: int = 200
    answer: bytes = b""
    answer_headers: dict[str, str] = field(default_factory=dict)
    hang: str = ""
    """``before``: come to nothing, as if the connection broke; ``after``: recorded, and no answer; ``drip`` and
    ``drip body``: an answer that never ends."""
    received: list[Received] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    """Set as soon as a webhook has come as far as it was let."""
    let_go: threading.Event = field(default_factory=threading.Event)
    """Set at the end: whoever hangs stops."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/holds"

    @property
    def event_ids(self) -> list[str]:
        return [webhook.event_id for webhook in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver for as long as the context lasts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.close_connection = True
            if receiver.hang == "before":
                receiver.reached.set()
                receiver.let_go.wait(PATIENCE)
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            receiver.reached.set()
            if receiver.hang == "after":
                receiver.let_go.wait(PATIENCE)
                return
            if receiver.hang.startswith("drip"):
                self._drip()
                return
            self.send_response(receiver.status)
            for name, value in receiver.answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def _drip(self) -> None:
            """Send a header line, or a body, that never ends: one byte at a time, each in time for its reading."""
            try:
                end = b"\r\n\r\n" if receiver.hang == "drip body" else b""
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: y" + end)
                while not receiver.let_go.wait(0.05):
                    self.wfile.write(b"x")
                    self.wfile.flush()
            except OSError:
                return

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        server.shutdown()
        server.server_close()
