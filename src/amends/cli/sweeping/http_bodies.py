"""Takes a response of HTTP out of its chunks (RFC 9112, 7.1) and its compression (RFC 9110, 8.4), within bounds."""

from __future__ import annotations

import zlib
from typing import Final

from amends.cli.sweeping.documents import MissedError

_WINDOW: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def unchunked(body: bytes) -> bytes:
    """Return the body of a message sent in chunks. Raises `MissedError` ``corrupt``."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        size_text = body[at:end].partition(b";")[0].strip()
        try:
            size = int(size_text, 16)
        except ValueError:
            raise MissedError("corrupt", final=True) from None
        if end < 0 or size < 0 or (size and end + 2 + size > len(body)):
            raise MissedError("corrupt", final=True)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def decoded(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """Return the content of a body with this ``Content-Encoding``. Raises `MissedError` ``corrupt``, ``too-large``."""
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name == "identity":
            continue
        if name not in _WINDOW:
            raise MissedError("encoding-unknown", final=True)
        body = _inflated(body, _WINDOW[name], most_bytes)
    return body


def _inflated(body: bytes, window: int, most_bytes: int) -> bytes:
    try:
        inflating = zlib.decompressobj(window)
        content = inflating.decompress(body, most_bytes + 1)
    except zlib.error:
        # Some servers send "deflate" without the wrapping that the word stands for.
        if window != _WINDOW["deflate"]:
            raise MissedError("corrupt", final=True) from None
        return _inflated(body, -15, most_bytes)
    if len(content) > most_bytes:
        raise MissedError("too-large", final=True)
    if not inflating.eof:
        raise MissedError("corrupt", final=True)
    return content
