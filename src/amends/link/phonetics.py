"""A consonant skeleton under which transliterations of one name fall together.

Muhammad, Mohammed and the Arabic spelling all become ``mhmd``; Yusuf, Yousef and Iosif ``ysf``; Volodymyr
and Vladimir ``vldmr``. The fold follows what romanisation systems
disagree about (vowels, doubled letters, kh/h, q/k/c, w/v/u, y/j/i, z/s): it is our own table, meant for
blocking and for a weak level of agreement, never as proof that two names are one.
"""

from __future__ import annotations

import re
from typing import Final

_DIGRAPHS: Final = (
    ("tsch", "c"), ("dzh", "j"), ("sch", "s"), ("tch", "c"), ("kh", "h"), ("gh", "g"), ("sh", "s"),
    ("zh", "j"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("dj", "j"), ("ck", "k"), ("qu", "k"), ("ks", "x"),
    ("ts", "c"), ("tz", "c"), ("ce", "se"), ("ci", "si"), ("gu", "g"), ("ou", "u"), ("rh", "r"),
)  # fmt: skip
"""Replaced in this order, longest first."""

_LETTERS: Final = str.maketrans({"q": "k", "c": "k", "z": "s", "w": "v", "j": "y", "i": "y"})
_DOUBLED: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"[aeiouyv]")
_SHORTEST: Final = 2


def skeleton(token: str) -> str:
    """Return the consonant skeleton of a lower-case ASCII ``token``; the token itself where too little is
    left.

    The first letter survives even where it is weak (``y`` for y, j and i; ``v`` for v and w); other first
    vowels fall, because Arabic script writes many of them with a letter that has no Latin counterpart.
    """
    folded = token
    for letters, sound in _DIGRAPHS:
        folded = folded.replace(letters, sound)
    folded = folded.translate(_LETTERS)
    head, tail = folded[:1], folded[1:]
    if head in "aeou":
        head = ""
    result = _DOUBLED.sub(r"\1", head + _VOWELS.sub("", tail))
    return result if len(result) >= _SHORTEST else token
