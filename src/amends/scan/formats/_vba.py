"""A VBA project (MS-OVBA): its names, references and the source of every module, forms included.

```
PROJECT        lines of text: name, modules, protection            VBA/dir      compressed records: names, offsets
VBA/<module>   compiled code up to an offset, then compressed source        <form>/f, o  captions and values
```
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._compound_file import Storage, walk
from amends.scan.formats._ole_properties import decoded
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedUnread

_SIGNATURE: Final = 0x01
_CHUNK: Final = 4_096
_MOST_BYTES: Final = 256 << 20
_CODE_PAGE, _MODULE_NAME, _MODULE_STREAM, _MODULE_OFFSET = 0x0003, 0x0019, 0x001A, 0x0031
_VERSION: Final = 0x0009
_TEXTS: Final = {
    0x0004: "project name",
    0x0005: "project description",
    0x0006: "help file",
    0x000C: "constants",
    0x000D: "reference",
    0x000E: "project reference",
    0x0016: "name of a reference",
    0x001C: "module description",
    0x002F: "control reference",
    0x0033: "original reference",
}


class _Module(NamedTuple):
    stream: str
    offset: int


def is_vba_project(storage: Storage) -> bool:
    """Say whether the storage holds a VBA project: the storage ``VBA`` with its stream ``dir``."""
    inner = storage.storage("VBA")
    return inner is not None and inner.stream("dir") is not None


def vba_parts(storage: Storage, where: tuple[str, ...]) -> Iterator[UntrustedPart | UntrustedUnread]:
    """Yield everything in a project that can be read as text."""
    inner = storage.storage("VBA")
    directory = inner.stream("dir") if inner else None
    if inner is None or directory is None:
        return
    page = 1252
    modules: list[_Module] = []
    try:
        page, modules, texts = _directory(decompress(directory.read()))
        for place, text in texts:
            yield UntrustedPart((*where, place), "macro", "macro", text)
    except (UnreadableError, struct.error, IndexError):
        yield UntrustedUnread("/".join((*where, "dir")), "corrupt")
    read = {"DIR"}
    for module in modules:
        read.add(module.stream.upper())
        stream = inner.stream(module.stream)
        try:
            if stream is None:
                raise UnreadableError("corrupt")  # noqa: TRY301 - told like every other damage
            content = stream.read()
            source = decoded(decompress(content[module.offset :]), page)
        except UnreadableError:
            yield UntrustedUnread("/".join((*where, "module")), "corrupt")
            continue
        if source.strip():
            yield UntrustedPart((*where, f"module {module.stream}"), "macro", "macro", source)
        yield from _runs(
            content[: module.offset], (*where, f"module {module.stream}", "compiled"), "macro-text"
        )
    for path, stream in walk(inner):
        if path[-1].upper() not in read:
            # Compiled code and caches of earlier versions; their names and literals are plain characters.
            yield from _runs(stream.read(), (*where, "/".join(path)), "macro-text")
    yield from _forms(storage, where, page)


def _forms(storage: Storage, where: tuple[str, ...], page: int) -> Iterator[UntrustedPart]:
    for name, stream in storage.streams.items():
        if name.upper().startswith("PROJECT"):
            text = decoded(stream.read().replace(b"\0", b" "), page).strip()
            if text:
                yield UntrustedPart((*where, name), "macro", "macro", text)
    for name, inner in storage.storages.items():
        if name.upper() != "VBA":
            for path, stream in walk(inner):
                yield from _runs(stream.read(), (*where, f"form {name}", "/".join(path)), "form-control")


def _runs(content: bytes, where: tuple[str, ...], hidden: str) -> Iterator[UntrustedPart]:
    text = text_runs(content)
    if text:
        yield UntrustedPart(tuple(step.replace("\x03", "") for step in where), "macro", hidden, text)


def _directory(content: bytes) -> tuple[int, list[_Module], list[tuple[str, str]]]:
    """Read the records of ``dir`` (MS-OVBA 2.3.4.2)."""
    page, at, stream, offset = 1252, 0, "", 0
    modules: list[_Module] = []
    texts: list[tuple[str, str]] = []
    while at + 6 <= len(content):
        kind, size = struct.unpack_from("<HI", content, at)
        if kind == _VERSION:  # its size is stated as 4 and is 6
            size = 6
        value = content[at + 6 : at + 6 + size]
        at += 6 + size
        if kind == _CODE_PAGE:
            (page,) = struct.unpack_from("<H", value)
        elif kind == _MODULE_STREAM:
            stream = decoded(value, page)
        elif kind == 0x0032:
            stream = value.decode("utf-16-le", "replace") or stream
        elif kind == _MODULE_OFFSET:
            (offset,) = struct.unpack_from("<I", value)
        elif kind == 0x002B:
            modules.append(_Module(stream, offset))
        elif kind in _TEXTS:
            text = text_runs(value) or decoded(value.lstrip(b"\0"), page).strip()
            if text:
                texts.append((_TEXTS[kind], text))
    return page, modules, texts


def decompress(content: bytes) -> bytes:
    """Return the bytes of a compressed container (MS-OVBA 2.4.1). Raises `UnreadableError` ``corrupt``."""
    if not content or content[0] != _SIGNATURE:
        raise UnreadableError("corrupt")
    out = bytearray()
    at = 1
    while at + 2 <= len(content):
        (header,) = struct.unpack_from("<H", content, at)
        end = min(at + (header & 0x0FFF) + 3, len(content))
        at += 2
        if header >> 12 & 7 != 3:
            raise UnreadableError("corrupt")
        if header & 0x8000:
            _chunk(content, at, end, out)
        else:
            out += content[at : min(at + _CHUNK, len(content))]
            end = min(at + _CHUNK, len(content))
        at = end
        if len(out) > _MOST_BYTES:
            raise UnreadableError("too-large")
    return bytes(out)


def _chunk(content: bytes, at: int, end: int, out: bytearray) -> None:
    start = len(out)
    while at < end:
        flags = content[at]
        at += 1
        for bit in range(8):
            if at >= end:
                return
            if not flags >> bit & 1:
                out.append(content[at])
                at += 1
                continue
            if at + 2 > end:
                return
            (token,) = struct.unpack_from("<H", content, at)
            at += 2
            bits = max((len(out) - start - 1).bit_length(), 4)
            length = (token & (0xFFFF >> bits)) + 3
            back = (token >> (16 - bits)) + 1
            if back > len(out) - start:
                raise UnreadableError("corrupt")
            for _ in range(length):
                out.append(out[-back])
            if len(out) - start > _CHUNK:
                raise UnreadableError("corrupt")
