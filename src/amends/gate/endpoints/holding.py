"""``POST /v1/holding``: all that this acting system holds, as keyed entries, in parts.

Only entries are taken: 32 hexadecimal digits, as they stand on the list. An identifier sent in their place is refused,
so that none comes to lie in the gate's store.
"""

from __future__ import annotations

import re
from typing import Any, Final

from amends.gate.endpoints._reports import content_of, invalid, is_number, keep, refused
from amends.gate.http import Caller, Endpoint, Place, Request, Response
from amends.vocabulary.hold_list import is_entry

MOST_ENTRIES: Final = 50_000
MOST_PARTS: Final = 10_000
_REPORT: Final = re.compile("[A-Za-z0-9_-]{1,64}")


async def holding(request: Request, caller: Caller, place: Place) -> Response:
    """Record one part: ``{"report": "...", "sequence": n, "part": 1, "parts": 3, "entries": [...]}``."""
    if refusal := refused(caller):
        return refusal
    content = content_of(request)
    if content is None or not _is_part(content):
        return invalid(
            "a part has a report name, a sequence number, its place, and up to 50,000 list entries"
        )
    body = {name: content[name] for name in ("report", "sequence", "part", "parts", "entries")}
    return await keep("holding", body, caller, place)


def _is_part(content: dict[str, Any]) -> bool:
    report, entries = content.get("report"), content.get("entries")
    part: Any = content.get("part")
    parts: Any = content.get("parts")
    return (
        isinstance(report, str)
        and _REPORT.fullmatch(report) is not None
        and is_number(content.get("sequence"))
        and is_number(part)
        and is_number(parts)
        and 1 <= part <= parts <= MOST_PARTS
        and isinstance(entries, list)
        and len(entries) <= MOST_ENTRIES
        and all(map(is_entry, entries))
    )


PLUGIN = Endpoint(method="POST", path="/v1/holding", handle=holding)
