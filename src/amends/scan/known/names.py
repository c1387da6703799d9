"""Names as parts that two writings of one name share: folded, transliterated, in no order.

``GARCÍA-LÓPEZ, Juan`` and ``juan garcia lopez`` have the same parts, and so have ``Ольга`` and ``Olga``. Parts that
come and go in writing the same name (``de``, ``al``, an initial) and what offices write for a missing name (``FNU``)
are none. The registry and the release go through this one definition: what were folded differently would never be
found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

MOST_PARTS: Final = 12
"""Parts of one name that are looked at: a longer text is no name."""
VERSION: Final = 1
"""Of these rules. An index made by others would silently find nobody, and is refused."""

WORD_SEPARATORS: Final = r"[\x00-&(-/:-@\[-_{-\x7f]+"
"""Every ASCII character that is neither a letter nor a digit nor an apostrophe or grave accent."""
_SPLIT: Final = re.compile(WORD_SEPARATORS)
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘ʼʻ`´ʾʿ＇"))
_NOT_ASCII_WORD: Final = re.compile(r"[^a-z0-9]+")
_CAPITALISED: Final = re.compile(r"[A-Z][a-z]*|[a-z0-9]+")
_NO_PARTS: Final = frozenset(
    (
        *("al", "el", "ul", "bin", "ben", "ibn", "bint", "abu"),
        *("de", "del", "dela", "la", "las", "los", "da", "do", "dos", "das", "di", "du"),
        *("der", "den", "van", "von", "ter", "te", "st"),
        *("fnu", "lnu", "nfn", "nln", "unknown", "unk", "jr", "sr", "mr", "mrs", "ms", "dr"),
    )
)
_UMLAUTS: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}


def name_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a name in the order written; parts that do not tell one name from another are left out."""
    found = [part for word in _SPLIT.split(text) if word for part in parts_of_word(word)]
    return tuple(found[:MOST_PARTS])


def spelt_out(text: str) -> str:
    """Return ``text`` with umlauts as two letters (``Müller`` as ``Mueller``): the other way to write them in ASCII."""
    if text.isascii():
        return text
    lowered = unicodedata.normalize("NFC", text).lower()
    return "".join(_UMLAUTS.get(letter, letter) for letter in lowered)


@lru_cache(maxsize=1 << 18)
def parts_of_word(word: str) -> tuple[str, ...]:
    """Return the parts of one word; a word has no ASCII separator in it, and may be in any script."""
    if word.isascii():
        parts = [word.translate(_APOSTROPHES).lower()]
    else:
        parts = list(_latin(unicodedata.normalize("NFKC", word).translate(_APOSTROPHES)))
    return tuple(part for part in parts if len(part) > 1 and part not in _NO_PARTS)


def _latin(word: str) -> Iterator[str]:
    from anyascii import anyascii

    lettered = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in word)
    for piece in lettered.split():
        latin = anyascii(piece)
        # Chinese comes out as ``WangXiaoMing``: it is cut at the capitals, everything else stays whole.
        several = not piece.isascii() and sum(c.isupper() for c in latin) > 1 and not piece.isupper()
        for part in _CAPITALISED.findall(latin) if several else (latin,):
            if cleaned := _NOT_ASCII_WORD.sub("", part.lower()):
                yield cleaned
