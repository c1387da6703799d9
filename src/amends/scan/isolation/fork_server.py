"""The process that forks a child for each file: it has imported what readers need, and never touches a file's bytes.

A fresh process for each file costs two milliseconds that way, not a hundred; and what one file did to its
reader is gone with it. It takes orders over a Unix socket and ends when the other side closes it:

```
{"start": id, "extension": "xlsx", "limits": [...], "imports": ["pdf"]}   with two descriptors: the file, the answer
{"end": id}                                                               kill that child
                                         {"ended": id, "status": n}       n as in `subprocess`: below zero a signal
```

``imports`` names formats; what they need is imported here, once, before the fork. With ``"draw": renderer`` the child
draws the file (`amends.scan.rendering`) and does not read it.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any, Final

from amends.scan.formats.interface import Format
from amends.scan.isolation.child import draw_and_end, read_and_end
from amends.scan.limits import Limits
from amends.scan.rendering.interface import Renderer
from amends.vocabulary.plugins import import_modules, load_plugins

LONGEST_ORDER: Final = 4_096
_STREAMS: Final = 3
# Asked for by name while a file is decoded, when no module can be loaded any more.
_ENCODINGS: Final = (
    "ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
    "utf-7", "mac-roman", "koi8-r", "koi8-u", "cp437", "cp850", "cp866", "cp874", "cp932", "cp936", "cp949", "cp950",
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "gb18030", "big5",
    "euc-jp", "euc-kr", "shift-jis", "iso-2022-jp", "iso-8859-2", "iso-8859-5", "iso-8859-6", "iso-8859-7",
    "iso-8859-8", "iso-8859-9", "iso-8859-15", "idna", "punycode", "unicode-escape", "raw-unicode-escape",
)  # fmt: skip

# What libraries import only when it is asked for, by which time no module can be loaded any more.
_IMPORTED_LATE: Final = (("numpy", "numpy.ma"), ("numpy", "numpy.strings"), ("numpy", "numpy.rec"))


def main() -> None:
    """Serve the socket whose descriptor is the first argument, until it is closed."""
    for name in _ENCODINGS:
        codecs.lookup(name)
    server = _ForkServer(socket.socket(fileno=int(sys.argv[-1])))
    gc.collect()
    gc.freeze()
    server.serve()


class _ForkServer:
    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._nothing = os.open(os.devnull, os.O_WRONLY)
        found: list[Format] = list(load_plugins("amends.scan.formats").values())
        self._formats = sorted(found, key=lambda reader: (reader.rank, reader.name))
        self._imported = {reader.name for reader in found if not reader.needs}
        self._renderers: dict[str, Renderer] = load_plugins("amends.scan.rendering")
        self._children: dict[int, tuple[int, int]] = {}
        """Descriptor of the process → its id, the order's id."""
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)

    def serve(self) -> None:
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor in self._children:
                    self._report(descriptor)
                elif not self._obey():
                    self._end_all()
                    return

    def _obey(self) -> bool:
        try:
            order, descriptors, _, _ = socket.recv_fds(self._channel, LONGEST_ORDER, 2)
        except OSError:
            return False
        if not order:
            return False
        message = json.loads(order)
        if "start" in message:
            self._start(message, *descriptors)
            for given in descriptors:
                os.close(given)
        else:
            for process, order_id in self._children.values():
                if order_id == message["end"]:
                    # Not waited for yet, so the id is still this child's.
                    os.kill(process, signal.SIGKILL)
        return True

    def _start(self, message: dict[str, Any], file: int, answer: int) -> None:
        for name in message["imports"]:
            self._import_for(name)
        if "draw" in message:
            import_modules(self._renderers[message["draw"]].needs)
        limits = Limits(*message["limits"])
        process = os.fork()
        if process == 0:
            _become_child(file, answer, self._nothing)
            if "draw" in message:
                draw_and_end(limits, self._renderers[message["draw"]])
            read_and_end(message["extension"], limits, self._formats, frozenset(self._imported))
        descriptor = os.pidfd_open(process)
        self._children[descriptor] = process, message["start"]
        self._poll.register(descriptor, select.POLLIN)

    def _import_for(self, name: str) -> None:
        for reader in self._formats:
            if reader.name == name and name not in self._imported:
                # A library that is not installed is not there for the child either, which then says so.
                with contextlib.suppress(ImportError):
                    import_modules(reader.needs)
                    import_modules(late for library, late in _IMPORTED_LATE if library in sys.modules)
                    self._imported.add(name)
                gc.freeze()

    def _report(self, descriptor: int) -> None:
        process, order_id = self._children.pop(descriptor)
        self._poll.unregister(descriptor)
        _, status = os.waitpid(process, 0)
        os.close(descriptor)
        said = {"ended": order_id, "status": os.waitstatus_to_exitcode(status)}
        with contextlib.suppress(OSError):  # nobody listens any more; the next order says so
            self._channel.send(json.dumps(said).encode())

    def _end_all(self) -> None:
        for process, _ in self._children.values():
            os.kill(process, signal.SIGKILL)


def _become_child(file: int, answer: int, nothing: int) -> None:
    os.setsid()
    # Upwards first, so that none of the three is overwritten before it was copied.
    copies = [os.dup(descriptor) for descriptor in (file, answer, nothing)]
    for target, copy in enumerate(copies):
        os.dup2(copy, target)
    os.closerange(_STREAMS, max(*copies, 1024) + 1)


if __name__ == "__main__":
    main()
