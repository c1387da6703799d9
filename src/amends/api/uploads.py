"""Takes the body of a request piece by piece, within bounds of size and time."""

from __future__ import annotations

import asyncio
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, BinaryIO, Final

from amends.api.problems import ProblemError, problem

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_FILENAME: Final = re.compile(r"""filename\*?=(?:UTF-8''|")?([^";]*)""", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def name_for(headers: Mapping[bytes, bytes]) -> str:
    """Return a name whose ending says what the body claims to be; the caller's own name goes no further than this.

    The ending is taken from ``Content-Disposition`` (RFC 6266), else from ``Content-Type``.
    """
    disposition = headers.get(b"content-disposition", b"").decode("latin-1")
    found = _FILENAME.search(disposition)
    suffix = _SUFFIX.search(found[1].strip()) if found else None
    if suffix:
        return f"upload.{suffix[1].lower()}"
    kind = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    guessed = mimetypes.guess_extension(kind) if kind not in ("", "application/octet-stream") else None
    return f"upload{guessed or ''}"


def check_announced(headers: Mapping[bytes, bytes], most_bytes: int) -> None:
    """Refuse, before a byte is read, what says itself that it is too long or no plain file."""
    if headers.get(b"content-type", b"").lower().startswith(b"multipart/"):
        raise problem(
            415,
            "body-not-a-file",
            "The body is a form",
            "Send the file itself as the body, with its type.",
        )
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise problem(415, "body-encoded", "The body is encoded", "Send the file itself as the body.")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most_bytes:
        raise _too_large(most_bytes)


async def take_body(receive: Receive, stream: BinaryIO, *, most_bytes: int, seconds: float) -> int:
    """Write the body into a stream; return its length. Raises `ProblemError` for one too long, too slow or cut off."""
    length = 0
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise problem(400, "body-cut-off", "The body ended before its end")
                piece: bytes = message.get("body", b"")
                length += len(piece)
                if length > most_bytes:
                    raise _too_large(most_bytes)
                stream.write(piece)
                more = message.get("more_body", False)
    except TimeoutError:
        raise problem(408, "body-too-slow", "The body took too long") from None
    stream.flush()
    return length


def _too_large(most_bytes: int) -> ProblemError:
    return problem(413, "body-too-large", "The body is too long", f"The longest is {most_bytes:,} bytes.")
