"""Has the kernel refuse every system call that reading an open file does not need (seccomp, Linux).

```
load architecture      not this machine's → refuse
load number            one of _PLAIN      → allow
                       mmap, mprotect     → allow unless the memory could be executed
                       newfstatat         → allow with AT_EMPTY_PATH, that is for an open descriptor only
                       anything else      → refuse (EPERM)
```

A refused call fails; it does not end the process, so that a library which merely asks goes on without. See
linux/Documentation/userspace-api/seccomp_filter.rst and include/uapi/linux/{filter,seccomp,audit}.h.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from typing import Final, NamedTuple

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_IF_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_ANY_BIT: Final = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM
_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_ARGUMENTS_AT: Final = 16
_ARGUMENT_BYTES: Final = 8
_EXECUTABLE: Final = 0x4
_EMPTY_PATH: Final = 0x1000
_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER: Final = 2


class _Machine(NamedTuple):
    architecture: int
    plain: tuple[int, ...]
    """read, write, close, fstat, lseek, munmap, brk, signals of this process itself, pread64, readv, writev, mremap,
    madvise, getpid, gettid, exit, exit_group, getrusage, times, sysinfo, futex, sched_yield, sched_getaffinity,
    clock_gettime, clock_getres, clock_nanosleep, gettimeofday, getrandom, rseq, sigaltstack, restart_syscall, uname."""
    mapping: tuple[int, int]
    """mmap, mprotect."""
    status: int
    """newfstatat."""


_MACHINES: Final = {
    "x86_64": _Machine(
        0xC000003E,
        (
            *(
                0,
                1,
                3,
                5,
                8,
                11,
                12,
                13,
                14,
                15,
                17,
                19,
                20,
                25,
                28,
                39,
                186,
                60,
                231,
                98,
                100,
                99,
                202,
                24,
                204,
            ),
            *(228, 229, 230, 35, 96, 318, 334, 131, 219, 63),
        ),
        (9, 10),
        262,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (
            *(
                63,
                64,
                57,
                80,
                62,
                215,
                214,
                134,
                135,
                139,
                67,
                65,
                66,
                216,
                233,
                172,
                178,
                93,
                94,
                165,
                153,
                179,
                98,
            ),
            *(124, 123, 113, 114, 115, 101, 169, 278, 293, 132, 128, 160),
        ),
        (222, 226),
        79,
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _assembled(machine: _Machine) -> bytes:
    """Return the filter. Jumps are counted in instructions from the next one; the last two are refuse and allow."""
    lines: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, machine.architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    for number in machine.plain:
        lines += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number in machine.mapping:
        lines += [
            (_IF_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _ARGUMENTS_AT + 2 * _ARGUMENT_BYTES),
            (_IF_ANY_BIT, 1, 0, _EXECUTABLE),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    lines += [
        (_IF_EQUAL, 0, 3, machine.status),
        (_LOAD, 0, 0, _ARGUMENTS_AT + 3 * _ARGUMENT_BYTES),
        (_IF_EQUAL, 0, 1, _EMPTY_PATH),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


def _prepared() -> tuple[ctypes.CDLL, _Program] | None:
    machine = _MACHINES.get(platform.machine())
    if machine is None or not sys.platform.startswith("linux"):
        return None
    instructions = _assembled(machine)
    return ctypes.CDLL(None, use_errno=True), _Program(len(instructions) // 8, instructions)


_PREPARED: Final = _prepared()


def allow_reading_only() -> bool:
    """Put the filter on this thread for good; return whether the kernel took it."""
    if _PREPARED is None:
        return False
    library, program = _PREPARED
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)
