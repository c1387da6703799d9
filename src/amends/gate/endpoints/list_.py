"""``GET /v1/list``: the caller's hold list, whole, or the changes after the list that it has.

Served as the ledger wrote and signed it; the gate opens no seal and has no key to any list. Being on the list means
hold. Not being on it authorises nothing: for that there is ``/v1/check``.
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from amends.gate.endpoints._reports import refused
from amends.gate.http import Caller, Endpoint, Place, Request, Response, problem
from amends.vocabulary.hold_list import POINTER, delta_name, full_name

CONTENT_TYPE: Final = "text/plain; charset=us-ascii"
MOST_DELTAS: Final = 500
_READINGS: Final = 3
_SMALL: Final = 65_536
_AFTER: Final = re.compile("[0-9]{1,9}")
_SYSTEM: Final = re.compile("[a-z0-9-]{1,40}")


async def show_list(request: Request, caller: Caller, place: Place) -> Response:
    """Return the full list; with ``?after=<sequence>`` the deltas since, or the full list where they are gone.

    204 where the caller has the latest list, by ``after`` or by ``If-None-Match`` (then 304); 409 where it has a later
    one, because the ledger then is older than it was; 404 while there is no list.
    """
    if refusal := refused(caller):
        return refusal
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    after = query.get("after")
    if set(query) - {"after"} or (after is not None and not _AFTER.fullmatch(after)):
        return problem(400, "query-invalid", "the query takes after=<sequence number> and nothing else")
    if not _SYSTEM.fullmatch(caller.system):
        return problem(404, "list-missing", "no list has been published for this system")
    folder = place.home.folder / "gate" / "lists" / caller.system
    known = request.headers.get(b"if-none-match", b"").decode("latin-1")
    return await asyncio.to_thread(_answer, folder, caller, int(after) if after is not None else None, known)


def _answer(folder: Path, caller: Caller, after: int | None, known: str) -> Response:
    for _ in range(_READINGS):
        try:
            pointer = _pointer(folder)
        except ValueError:
            break
        if pointer is None:
            return problem(404, "list-missing", "no list has been published for this system")
        if not set(pointer["actions"]) <= caller.actions:
            return problem(403, "key-not-for-list", "the key is not for every action that the list is for")
        tag = f'"{pointer["sequence"]}-{pointer["digest"]}"'
        headers = ((b"etag", tag.encode("ascii")), (b"cache-control", b"private, no-cache"))
        if after is not None and after > pointer["sequence"]:
            return problem(
                409, "list-ahead", "the list that you have is later than the ledger's: call its office"
            )
        if after == pointer["sequence"]:
            return Response(204, b"", CONTENT_TYPE, headers)
        if after is None and known == tag:
            return Response(304, b"", CONTENT_TYPE, headers)
        # A publication may sweep the file between the pointer and the reading: then look at the pointer again.
        body = _documents(folder, pointer["sequence"], after)
        if body is not None:
            return Response(200, body, CONTENT_TYPE, headers)
    return problem(503, "list-unreadable", "the list cannot be read: hold everyone, and try again")


def _documents(folder: Path, sequence: int, after: int | None) -> bytes | None:
    try:
        if after and sequence - after <= MOST_DELTAS:
            files = [folder / delta_name(number) for number in range(after + 1, sequence + 1)]
            whole = (folder / full_name(sequence)).stat().st_size
            # Where the changes are longer than what they change, the list itself is sent.
            changes = sum(file.stat().st_size for file in files if file.exists())
            if all(file.exists() for file in files) and changes <= max(whole, _SMALL):
                return b"".join(file.read_bytes() for file in files)
        return (folder / full_name(sequence)).read_bytes()
    except OSError:
        return None


def _pointer(folder: Path) -> dict[str, Any] | None:
    """Return what the pointer says, None where there is none. Raises ``ValueError`` for a damaged one."""
    try:
        pointer = json.loads((folder / POINTER).read_bytes())
        return {
            "sequence": int(pointer["sequence"]),
            "digest": str(pointer["digest"]),
            "actions": list(pointer["actions"]),
        }
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError) as error:
        raise ValueError("the pointer to the list is damaged") from error


PLUGIN = Endpoint(method="GET", path="/v1/list", handle=show_list)
