"""Latin spellings of names in other scripts, as an office without the language would write them.

Scripts that leave short vowels out (Arabic, Hebrew) or imply them (the scripts of India) come out of a
letter-by-letter transliteration as consonants only. `romanise` puts an ``a`` wherever a speaker of a
European language would stumble, which gives names that look and collide as real ones do. It does not
claim to give the right spelling of any name; frequent names have curated spellings in ``cultures/``.
"""

from __future__ import annotations

import re
from typing import Final

from anyascii import anyascii

_FIRST_NON_LATIN: Final = 0x0370
_UNVOWELLED: Final = (0x0590, 0x0DFF)
_SILENT_LETTERS: Final = str.maketrans("اآأإىעאع", "aaaiaaaa")
"""Letters that carry a vowel and leave no trace in the transliteration."""
_VOWELS: Final = frozenset("aeiou")
_NOT_A_LETTER: Final = re.compile(r"[^a-z]+")


def is_native_script(name: str) -> bool:
    """Whether the name has a letter outside the Latin script (Greek and everything after it in Unicode)."""
    return any(
        ord(letter) >= _FIRST_NON_LATIN and letter.isalpha() and not _is_latin(letter) for letter in name
    )


def romanise(name: str) -> str:
    """Return a Latin spelling of ``name`` with a capital at the head of each word; may be empty."""
    unvowelled = any(_UNVOWELLED[0] <= ord(letter) <= _UNVOWELLED[1] for letter in name)
    words = (
        _NOT_A_LETTER.sub("", anyascii(word.translate(_SILENT_LETTERS)).lower()) for word in name.split()
    )
    return " ".join((_vowelled(word) if unvowelled else word).capitalize() for word in words if word)


def _vowelled(word: str) -> str:
    """Break up clusters: none at the head or the end of the word, nowhere three consonants in a row.

    ``y`` and ``w`` between consonants stand for the long vowels that they mark.
    """
    spoken = _semivowels_spoken(word)
    out: list[str] = []
    run = 0
    for position, letter in enumerate(spoken):
        if letter in _VOWELS:
            run = 0
        else:
            at_the_end = position == len(spoken) - 1
            if run and (run == 2 or at_the_end or len(out) == run):  # two in a row is the most
                out.append("a")
                run = 0
            run += 1
        out.append(letter)
    return "".join(out)


def _semivowels_spoken(word: str) -> str:
    spoken = list(word)
    for position in range(1, len(spoken)):
        before = spoken[position - 1]
        after = spoken[position + 1] if position + 1 < len(spoken) else ""
        if spoken[position] in "yw" and before not in _VOWELS and after not in _VOWELS:
            spoken[position] = "i" if spoken[position] == "y" else "u"
    return "".join(spoken)


def _is_latin(letter: str) -> bool:
    return 0x1E00 <= ord(letter) <= 0x1EFF  # Latin Extended Additional: Vietnamese
