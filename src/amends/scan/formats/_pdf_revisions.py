"""Where earlier states of a PDF end, and what lies outside it (ISO 32000-2, 7.5.6).

```
%PDF-1.7  objects  xref  startxref  %%EOF | objects  xref /Prev  startxref  %%EOF | ...
                   a true revision ends here^                    the next one^
```

A linearised file has two ends as well (annex F), and is one state: its first ``startxref`` is 0 or its first
section goes on after the end. So an end counts where its own sections all lie before it.
"""

from __future__ import annotations

import re
from typing import Final

_HEADER: Final = re.compile(rb"%PDF-\d")
_END: Final = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF[ \t]*(?:\r\n|\n|\r)?")
_PREVIOUS: Final = re.compile(rb"/Prev\s+(\d{1,12})")
_HYBRID: Final = re.compile(rb"/XRefStm\s+(\d{1,12})")
_HEADER_WITHIN: Final = 1_024
_SECTION: Final = 4 << 20
_MOST_SECTIONS: Final = 1_000
_BLANK: Final = b" \t\r\n\f\0"


def header_offset(content: bytes) -> int:
    """Return where the header is, -1 where there is none in the first 1,024 bytes."""
    found = _HEADER.search(content, 0, _HEADER_WITHIN + 8)
    return found.start() if found else -1


def revision_ends(content: bytes) -> list[int]:
    """Return the offsets at which each earlier true state ends, the oldest first; the last state is not among them."""
    start = max(0, header_offset(content))
    ends: list[int] = []
    states: set[int] = set()
    found = list(_END.finditer(content))
    for end in found[:-1]:
        section = int(end.group(1)) + start
        if section not in states and _stands_alone(content, section, (start, end.start()), states):
            states.add(section)
            ends.append(end.end())
    return ends


def _stands_alone(content: bytes, section: int, bounds: tuple[int, int], known: set[int]) -> bool:
    """Say whether the chain of sections from here lies within the bounds; that of a ``known`` one does."""
    start, end = bounds
    visited: set[int] = set()
    while start < section < end and section not in visited and len(visited) < _MOST_SECTIONS:
        if section in known:
            return True
        visited.add(section)
        head = content[section : section + 24].lstrip(_BLANK)
        if not (head.startswith(b"xref") or re.match(rb"\d+\s+\d+\s+obj", head)):
            return False
        dictionary = _dictionary(content, section, end)
        previous = _PREVIOUS.search(dictionary)
        if previous is None:
            return True
        section = int(previous.group(1)) + start
    return False


def _dictionary(content: bytes, section: int, end: int) -> bytes:
    """Return the trailer, or the dictionary of the cross-reference stream, that belongs to a section."""
    limit = min(end, section + _SECTION)
    if content[section : section + 24].lstrip(_BLANK).startswith(b"xref"):
        at = content.find(b"trailer", section, limit)
        stop = content.find(b"startxref", at, limit + 32) if at >= 0 else -1
        return content[at : stop if stop >= 0 else limit] if at >= 0 else b""
    stop = content.find(b"stream", section, limit)
    return content[section : stop if stop >= 0 else limit]


def is_cut_off(content: bytes) -> bool:
    """Say whether objects come after the last end, or there is no end: the rest of the file is missing."""
    return content.rfind(b"%%EOF") < content.rfind(b"endobj")


def bytes_outside(content: bytes) -> list[tuple[str, bytes]]:
    """Return what lies before the header and after the last end, blanks left out, each with its name."""
    found: list[tuple[str, bytes]] = []
    before = content[: max(0, header_offset(content))].strip(_BLANK + b"\xef\xbb\xbf")
    if before:
        found.append(("bytes before the header", before))
    at = content.rfind(b"%%EOF")
    if at >= 0:
        after = content[at + 5 :].strip(_BLANK)
        if after:
            found.append(("bytes after the end", after))
    return found
