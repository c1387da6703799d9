"""Cuts the bytes of a sheet into what stands around its rows and blocks of whole rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_DATA: Final = b"<sheetData>"
_DATA_END: Final = b"</sheetData"
_ROW_END: Final = b"</row>"
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_DECLARATION: Final = 200
_LONGEST_HEAD: Final = 4 << 20
_LONGEST_ROW: Final = 8 << 20


def in_blocks(chunks: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Yield the pieces of a sheet in their order; True with those that are whole rows, as far as a search can tell.

    All that is not plainly a sheet in UTF-8 without comments comes out as pieces that are no rows.
    """
    kept = b""
    state = "before"
    for chunk in chunks:
        kept += chunk
        if state == "before":
            at = kept.find(_DATA)
            if at < 0 and len(kept) < _LONGEST_HEAD:
                continue
            head, state = kept[: at + len(_DATA)], "after"
            if at >= 0 and _is_plain(head):
                state = "rows"
                yield False, head
                kept = kept[len(head) :]
        if state == "rows":
            end = kept.find(_DATA_END)
            last = kept.rfind(_ROW_END, 0, end if end >= 0 else len(kept)) + len(_ROW_END)
            if last >= len(_ROW_END):
                rows, kept = kept[:last], kept[last:]
                yield True, rows
                # What looks like the end of the rows may stand inside a comment: from here on nothing is searched for.
                state = "after" if b"<!" in rows or b"<?" in rows else state
            state = "after" if end >= 0 or len(kept) > _LONGEST_ROW else state
        if state == "after":
            yield False, kept
            kept = b""
    yield False, kept


def _is_plain(head: bytes) -> bool:
    declared = _ENCODING.search(head[:_DECLARATION])
    in_utf8 = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii")
    return in_utf8 and b"<!" not in head and head.removeprefix(b"\xef\xbb\xbf").startswith(b"<")
