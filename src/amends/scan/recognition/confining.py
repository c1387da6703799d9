"""Lowers the bounds of this process for good and becomes the program named on the command line.

Started as a file of its own, ``python -I -S confining.py MEMORY SECONDS PROGRAM ...``, so that nothing but the standard
library is there, and no work has to be done between fork and exec of a process with threads.

What holds from then on: bounded memory and seconds, no core dump, no byte into any file, and on Linux no socket and
no look into other processes (seccomp; linux/Documentation/userspace-api/seccomp_filter.rst).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from typing import Final

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
_FOREIGN: Final = 0x40000000
"""On x86-64, numbers from here on are those of another interface (x32)."""
_FILES: Final = 64
_MACHINES: Final = {
    # socket, socketpair, connect, ptrace, process_vm_readv, process_vm_writev, io_uring_setup, kill, tgkill, bpf
    "x86_64": (0xC000003E, (41, 53, 42, 101, 310, 311, 425, 62, 234, 321)),
    "aarch64": (0xC00000B7, (198, 199, 203, 117, 270, 271, 425, 129, 131, 280)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _refuse_the_network() -> None:
    architecture, numbers = _MACHINES.get(platform.machine(), (0, ()))
    if not numbers or not sys.platform.startswith("linux"):
        return
    lines = [
        (_LOAD, 0, 0, 4),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, 0, 1, _FOREIGN),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for number in numbers:
        lines += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    instructions = b"".join(struct.pack("<HBBI", *line) for line in lines)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        program = _Program(len(lines), instructions)
        library.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)


def main(arguments: list[str]) -> None:
    """Confine this process and become the program. Never returns."""
    memory, seconds = int(arguments[0]), int(arguments[1])
    for bound, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(bound, (value, value))
    _refuse_the_network()
    os.execv(arguments[2], arguments[2:])  # noqa: S606 - the program that the caller looked up


if __name__ == "__main__":
    main(sys.argv[1:])
