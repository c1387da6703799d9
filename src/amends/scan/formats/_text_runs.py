"""Readable text in bytes of which nothing else is known: runs of ASCII and of UTF-16 (little-endian).

Streams of old programs are many and mostly undocumented. A name or a number in them is found all the same,
where it is stored as plain characters; compressed or encrypted bytes show nothing, which is why the caller
says for itself whether such a stream counts as read.
"""

from __future__ import annotations

import re
from typing import Final

_ASCII: Final = re.compile(rb"[\x20-\x7e\t\r\n]{6,}")
_UTF_16: Final = re.compile(rb"(?:[\x20-\x7e\t\r\n\xa0-\xff]\x00|[\x00-\xff][\x01-\x06]){4,}")
_LETTERS: Final = re.compile(r"[^\W_]{3}|\d{2}")
_MOST_CHARACTERS: Final = 16 << 20
_MOSTLY: Final = 0.9
_MOST_BLOCKS: Final = 2


def text_runs(content: bytes) -> str:
    """Return the runs in their order, one a line; empty where there is none."""
    found: list[tuple[int, str]] = []
    characters = 0
    for pattern, encoding in ((_ASCII, "ascii"), (_UTF_16, "utf-16-le")):
        for run in pattern.finditer(content):
            text = run.group().decode(encoding, "replace").strip()
            if _LETTERS.search(text) and (encoding == "ascii" or _is_one_script(text)):
                found.append((run.start(), text))
                characters += len(text)
                if characters > _MOST_CHARACTERS:
                    break
    found.sort()
    return "\n".join(text for _, text in found)


def _is_one_script(text: str) -> bool:
    """Numbers that happen to look like letters come from many blocks of Unicode, words from one or two."""
    return len({ord(letter) >> 8 for letter in text}) <= _MOST_BLOCKS


def is_mostly_text(content: bytes) -> bool:
    """Say whether nearly every byte belongs to a run, so that nothing beside them is left to be read."""
    used = sum(len(run.group()) for run in _ASCII.finditer(content))
    wide = sum(len(run.group()) for run in _UTF_16.finditer(content))
    return max(used, wide) >= _MOSTLY * len(content)
