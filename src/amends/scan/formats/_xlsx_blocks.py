"""Cuts a part into what stands around its long middle and blocks of whole entries: a sheet and its rows, for one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_DECLARATION: Final = 200
_LONGEST_HEAD: Final = 4 << 20
_LONGEST_ENTRY: Final = 8 << 20


class Bounds(NamedTuple):
    """Where the middle of a part begins and ends, and where an entry of it ends."""

    start: re.Pattern[bytes]
    end: bytes
    entry_end: bytes


ROWS: Final = Bounds(re.compile(b"<sheetData>"), b"</sheetData", b"</row>")


def in_blocks(chunks: Iterable[bytes], bounds: Bounds) -> Iterator[tuple[bool, bytes]]:
    """Yield the pieces of a part in their order; True with those that are whole entries, as far as a search can tell.

    All that is not plainly such a part in UTF-8 without comments comes out as pieces that are no entries.
    """
    kept = b""
    state = "before"
    for chunk in chunks:
        kept += chunk
        if state == "before":
            opening = bounds.start.search(kept)
            if opening is None and len(kept) < _LONGEST_HEAD:
                continue
            head, state = kept[: opening.end()] if opening else b"", "after"
            if _is_plain(head):
                state = "rows"
                yield False, head
                kept = kept[len(head) :]
        if state == "rows":
            end = kept.find(bounds.end)
            last = kept.rfind(bounds.entry_end, 0, end if end >= 0 else len(kept)) + len(bounds.entry_end)
            if last >= len(bounds.entry_end):
                entries, kept = kept[:last], kept[last:]
                yield True, entries
                # What looks like the end of the middle may stand in a comment: from here on nothing is searched for.
                state = "after" if b"<!" in entries or b"<?" in entries else state
            state = "after" if end >= 0 or len(kept) > _LONGEST_ENTRY else state
        if state == "after":
            yield False, kept
            kept = b""
    yield False, kept


def _is_plain(head: bytes) -> bool:
    declared = _ENCODING.search(head[:_DECLARATION])
    in_utf8 = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii")
    return in_utf8 and b"<!" not in head and head.removeprefix(b"\xef\xbb\xbf").startswith(b"<")
