"""The properties that a wrapped message carries (MS-OXTNEF 2.1.3.4).

```
[count 4] [type 2 | number 2 | (name, from 0x8000 on) | (count 4, where there may be several) | values] ...
```
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from amends.scan.formats._msg_properties import NAMES
from amends.scan.formats._ole_properties import decoded, moment
from amends.scan.formats.interface import UnreadableError

OBJECT: Final = 0x000D
_NARROW, _WIDE, _BINARY, _TIME, _CLASS = 0x001E, 0x001F, 0x0102, 0x0040, 0x0048
_SEVERAL: Final = 0x1000
_VARIABLE: Final = frozenset({_NARROW, _WIDE, _BINARY, OBJECT})
_FIXED: Final = {
    0x0001: 4, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8,
    _TIME: 8, _CLASS: 16,
}  # fmt: skip
_NAMED: Final = 0x8000


class Value(NamedTuple):
    """One value of one property: as text, as bytes, or as a number."""

    number: int
    kind: int
    name: str
    text: str = ""
    raw: bytes = b""
    integer: int = 0


def mapi_values(data: bytes, at: int, page: int) -> tuple[list[Value], int]:
    """Return the properties of one object and where they end. Raises `UnreadableError`, ``struct.error``."""
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    values: list[Value] = []
    for _ in range(count):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        name = NAMES.get(number, f"property {number:#06x}")
        if number >= _NAMED:
            name, at = _own_name(data, at, name)
            if name and not name.startswith("property"):
                values.append(Value(number, _WIDE, f"name of property {number:#06x}", name))
            name = f"property {number:#06x}"
        several = kind & _SEVERAL
        kind &= ~_SEVERAL
        length = 1
        if several or kind in _VARIABLE:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        for _ in range(length):
            value, at = _value(data, at, kind, page)
            values.append(value._replace(number=number, name=name))
    return values, at


def _own_name(data: bytes, at: int, name: str) -> tuple[str, int]:
    (by_name,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    if not by_name:
        return name, at + 4
    raw, at = _counted(data, at)
    return raw.decode("utf-16-le", "replace").rstrip("\0"), at


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from("<I", data, at)
    end = at + 4 + size
    if end > len(data):
        raise UnreadableError("corrupt")
    return data[at + 4 : end], end + -size % 4


def _value(data: bytes, at: int, kind: int, page: int) -> tuple[Value, int]:
    if kind in _VARIABLE:
        raw, at = _counted(data, at)
        if kind == _NARROW:
            return Value(0, kind, "", decoded(raw, page).rstrip("\0")), at
        if kind == _WIDE:
            return Value(0, kind, "", raw.decode("utf-16-le", "replace").rstrip("\0")), at
        return Value(0, kind, "", raw=raw), at
    size = _FIXED.get(kind)
    if size is None:
        raise UnreadableError("corrupt")
    raw = data[at : at + size]
    if len(raw) < size:
        raise UnreadableError("corrupt")
    if kind == _TIME:
        return Value(0, kind, "", moment(int.from_bytes(raw, "little"))), at + size
    integer = int.from_bytes(raw[:4], "little") if size in (4,) else 0
    return Value(0, kind, "", integer=integer), at + size
