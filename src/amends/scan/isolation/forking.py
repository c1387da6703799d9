"""The trusting side of the fork server: starts it, orders children, learns how they ended."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

import amends
from amends.scan.limits import Limits

# The same code as this process's, wherever that was imported from: isolated mode knows no PYTHONPATH.
_START: Final = (
    f"import sys; sys.path.insert(0, {str(Path(amends.__file__).resolve().parents[1])!r}); "
    "from amends.scan.isolation.fork_server import main; main()"
)
_LONGEST_REPORT: Final = 4_096
_END_SECONDS: Final = 5


class ForkingError(Exception):
    """No child could be started; the file counts as not read."""


class Child:
    """One child: its answer, and its end."""

    def __init__(self, server: ForkServer, order: int, answer: IO[bytes]) -> None:
        self.answer = answer
        """What it says; untrusted. Whoever reads it closes it."""
        self._server = server
        self._order = order
        self._ended = threading.Event()
        self._status: int | None = None

    def end(self) -> None:
        """Kill it."""
        self._server.order_end(self._order)

    def wait(self, seconds: float) -> int | None:
        """Return its exit status (below zero: the signal that ended it), or None when it has not ended by then."""
        self._ended.wait(seconds)
        return self._status

    def has_ended(self, status: int) -> None:
        """Take note of its end."""
        self._status = status
        self._ended.set()


class ForkServer:
    """A running fork server. Several threads may read files through it at once."""

    def __init__(self) -> None:
        """Start it. Raises `ForkingError`."""
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._children: dict[int, Child] = {}
        self._orders = 0
        self.alive = True
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-I", "-B", "-X", "utf8", "-c", _START, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    # Libraries that would start threads cannot be forked safely.
                    env={
                        "OPENBLAS_NUM_THREADS": "1",
                        "OMP_NUM_THREADS": "1",
                        "ARROW_DEFAULT_MEMORY_POOL": "system",
                    },
                    cwd="/",
                    start_new_session=True,
                    pass_fds=(theirs.fileno(),),
                )
        except OSError as error:
            self._channel.close()
            raise ForkingError from error
        threading.Thread(target=self._listen, name="amends-fork-server", daemon=True).start()

    def start(self, file: BinaryIO, extension: str, limits: Limits, imports: Sequence[str]) -> Child:
        """Start a child that reads an open file. Raises `ForkingError`."""
        return self._start(file, limits, {"extension": extension[:32], "imports": list(imports)})

    def start_drawing(self, file: BinaryIO, renderer: str, limits: Limits) -> Child:
        """Start a child that draws an open file by a renderer of `amends.scan.rendering`. Raises `ForkingError`."""
        return self._start(file, limits, {"draw": renderer, "imports": []})

    def _start(self, file: BinaryIO, limits: Limits, what: dict[str, Any]) -> Child:
        ours, theirs = os.pipe()
        with self._lock:
            self._orders += 1
            order = self._orders
            child = Child(self, order, os.fdopen(ours, "rb", 1 << 20))
            self._children[order] = child
            message = {"start": order, "limits": list(limits), **what}
            try:
                socket.send_fds(self._channel, [json.dumps(message).encode()], [file.fileno(), theirs])
            except OSError as error:
                del self._children[order]
                child.answer.close()
                raise ForkingError from error
            finally:
                os.close(theirs)
        return child

    def order_end(self, order: int) -> None:
        """Have a child killed; one that has ended is left alone."""
        with self._lock, contextlib.suppress(OSError):
            if order in self._children:
                self._channel.send(json.dumps({"end": order}).encode())

    def close(self) -> None:
        """End the server, and with it every child."""
        self.alive = False
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        if self.owner == os.getpid():
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._channel.close()

    def _listen(self) -> None:
        while True:
            try:
                report = self._channel.recv(_LONGEST_REPORT)
            except OSError:
                report = b""
            if not report:
                break
            said = json.loads(report)
            with self._lock:
                child = self._children.pop(said["ended"], None)
            if child is not None:
                child.has_ended(said["status"])
        self.alive = False
        with self._lock:
            lost, self._children = list(self._children.values()), {}
        for child in lost:
            child.has_ended(1)


_shared: list[ForkServer] = []
_shared_lock: Final = threading.Lock()


def shared_server() -> ForkServer:
    """Return this process's fork server, started at first need, and anew where it has died or was forked away from.

    Raises `ForkingError`.
    """
    with _shared_lock:
        if _shared and _shared[0].alive and _shared[0].owner == os.getpid():
            return _shared[0]
        _shared[:] = [ForkServer()]
        return _shared[0]


@atexit.register
def _close_shared() -> None:
    if _shared and _shared[0].owner == os.getpid():
        _shared[0].close()
