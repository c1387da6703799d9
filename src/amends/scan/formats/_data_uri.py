"""Files written into the text of a page or a drawing as ``data:`` addresses (RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from amends.scan.formats.interface import UntrustedFile

_HEAD: Final = re.compile(r"\s*data:([\w.+/-]{0,100})((?:;[\w.=+-]{1,100}){0,5}),", re.IGNORECASE)
_INSIDE: Final = re.compile(
    r"data:[\w.+/-]{1,100}(?:;[\w.=+-]{1,100}){0,5};base64,[\w+/=%-]{16,}", re.IGNORECASE
)
_SHORTEST: Final = 1


def data_file(address: str, where: tuple[str, ...], hidden: str) -> UntrustedFile | None:
    """Return the file that an address holds, or None where it is no such address or an empty one."""
    head = _HEAD.match(address[:1_024])
    if head is None:
        return None
    body = address[head.end() :]
    if head[2].lower().endswith(";base64"):
        raw = re.sub(rb"[^A-Za-z0-9+/]", b"", unquote_to_bytes(body).replace(b"-", b"+").replace(b"_", b"/"))
        try:
            content = base64.b64decode(raw[: len(raw) - (len(raw) % 4 == 1)] + b"=" * (-len(raw) % 4))
        except binascii.Error:
            return None
    else:
        content = unquote_to_bytes(body)
    if len(content) < _SHORTEST:
        return None
    return UntrustedFile(where, hidden, content, _extension(head[1]))


def data_files(text: str, where: tuple[str, ...], hidden: str) -> Iterator[UntrustedFile]:
    """Yield the files whose addresses stand anywhere in a text, a script's as a rule."""
    for number, found in enumerate(_INSIDE.finditer(text), 1):
        file = data_file(found[0], (*where, f"data {number}"), hidden)
        if file is not None:
            yield file


def _extension(media_type: str) -> str:
    last = media_type.lower().rpartition("/")[2]
    return {"svg+xml": "svg", "jpeg": "jpg", "plain": "txt"}.get(last, last if last.isalnum() else "")
