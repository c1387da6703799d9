"""Tells quickly that a text says nothing of any incident: it has none of the words without which no phrase is one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

from amends.scan.implied_membership.phrases import anchors, folded

WORTH_COMPILING: Final = 1 << 18
"""Characters from which hyperscan, which is loaded and given the words first, is done sooner."""

Anchored = Callable[[str], bool]


def anchored_search(characters: int) -> Anchored:
    """Return the question for so many characters of text; true of every text that has one of the words, in any case."""
    if characters >= WORTH_COMPILING:
        try:
            return _by_hyperscan()
        except ImportError:
            pass
    return anchored


def anchored(text: str) -> bool:
    """Say whether one of the words is in the text, in any case and with any accents."""
    plain = _comparable(text)
    for anchor in anchors():  # noqa: SIM110 - a generator would take twice as long
        if anchor in plain:
            return True
    return False


def _comparable(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Accents over letters of an anchor there are none; letters put together of two signs, and wide ones, there may be.
    return text.lower() if unicodedata.is_normalized("NFKC", text) else folded(text)


def _by_hyperscan() -> Anchored:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    words = [anchor.encode() for anchor in anchors()]
    database.compile(
        expressions=words,
        ids=list(range(len(words))),
        elements=len(words),
        flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH] * len(words),
    )
    found: list[int] = []

    def note(identity: int, *_: Any) -> None:
        found.append(identity)

    def search(text: str) -> bool:
        if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
            return anchored(text)
        found.clear()
        database.scan(text.encode("utf-8", "surrogatepass"), match_event_handler=note)
        return bool(found)

    return search
