"""Content lines of calendars and address books, unfolded and split (RFC 5545, RFC 6350)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._text import part
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece, UntrustedUnread

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_BEGIN: Final = re.compile(r"^BEGIN:", re.IGNORECASE | re.MULTILINE)
_END: Final = re.compile(r"^END:", re.IGNORECASE | re.MULTILINE)
_NAME: Final = re.compile(r"(?:([\w-]{1,60})\.)?([A-Za-z0-9-]{1,100})")
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]{1,60})(?:=((?:"[^"]*"|[^";:])*))?')
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_UNSAID: Final = frozenset({"encoding", "charset", "value", "quoted-printable", "base64", "b"})


class ContentLine(NamedTuple):
    """One property of an entry."""

    component: str
    """``VEVENT 2``: the entry it belongs to."""
    name: str
    parameters: list[tuple[str, str]]
    value: str


def content_lines(text: str) -> Iterator[ContentLine | str]:
    """Yield every property in its order, and as a string every line that is none."""
    open_components: list[str] = []
    counts: dict[str, int] = {}
    lines = iter(_FOLD.sub("", text).splitlines())
    for line in lines:
        name = _NAME.match(line)
        if name is None:
            if line.strip():
                yield line
            continue
        at = name.end()
        parameters: list[tuple[str, str]] = []
        while found := _PARAMETER.match(line, at):
            parameters.append((found[1].lower(), (found[2] or "").replace('"', "")))
            at = found.end()
        if line[at : at + 1] != ":":
            yield line
            continue
        value = line[at + 1 :]
        if _is_quoted_printable(parameters):
            while value.endswith("="):  # vCard 2.1 folds in its own way
                value = value[:-1] + next(lines, "")
            value = quopri.decodestring(value.encode("utf-8", "replace")).decode("utf-8", "replace")
        key = name[2].upper()
        if key == "BEGIN":
            counts[value] = counts.get(value, 0) + 1
            open_components.append(f"{value} {counts[value]}")
        elif key == "END":
            del open_components[-1:]
        else:
            yield ContentLine(open_components[-1] if open_components else "", key, parameters, value)


def pieces_of(text: str, shown: frozenset[str]) -> Iterator[UntrustedPiece]:
    """Yield each property as a piece, hidden unless its name is among those that programs show."""
    for number, line in enumerate(content_lines(text), 1):
        if isinstance(line, str):
            yield from part((f"line {number}",), "text-run", "calendar-property", line)
            continue
        where = (line.component, line.name) if line.component else (line.name,)
        hidden = "" if line.name in shown else "calendar-property"
        for name, value in line.parameters:
            if name not in _UNSAID:
                seen = name == "cn" and not hidden
                yield from part(
                    (*where, f"parameter {name}"), "parameter", "" if seen else "calendar-property", value
                )
        content = _binary(line)
        if content is not None:
            yield UntrustedFile(where, hidden or "embedded-file", content)
        else:
            yield from part(where, "property", hidden, _unescaped(line.value))
    if len(_BEGIN.findall(text)) > len(_END.findall(text)):
        yield UntrustedUnread("", "corrupt")


def _is_quoted_printable(parameters: list[tuple[str, str]]) -> bool:
    return any("quoted-printable" in (name, value.lower()) for name, value in parameters)


def _binary(line: ContentLine) -> bytes | None:
    flags = {f"{name}={value}".lower() for name, value in line.parameters}
    if not flags & {"encoding=base64", "encoding=b", "base64="}:
        return None
    try:
        return base64.b64decode(line.value.strip())
    except (binascii.Error, ValueError):
        return None


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
