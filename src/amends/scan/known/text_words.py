"""The words of a text that may be parts of names, and which of them stand side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.keys import FEWEST_PARTS
from amends.scan.known.lists import Integers
from amends.scan.known.lookups import Lookups
from amends.scan.known.siphash import Words

_WORD: Final = re.compile(r"[^\x00-&(-/:-@\[-_{-\x7f]+")
_WITHIN_A_NAME: Final = re.compile(r"[ \t,.\-\u00a0]{1,4}|[ \t,.]{0,3}\r?\n[ \t]{0,8}")


@dataclass(frozen=True, slots=True)
class Parts:
    """The known parts of names in the text, in order."""

    begins: Integers
    atoms: Words
    runs: Integers
    """Parts of one run stand next to each other and may be one name."""
    lines: Integers
    """The line of each part: a name may run on to the next."""
    capital: NDArray[np.bool_]
    """Whether the word could be written so as a name: not in lower case among words with capitals."""
    runs_seen: int
    """How many runs of two parts or more there are: so many names may stand in the text."""


def parts_of(text: str, lookups: Lookups) -> Parts:
    """Return the parts of names in a text that somebody of the index bears."""
    words = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
    lookups.learn_words(word for _, _, word in words)
    cased = any(word[0].isupper() for _, _, word in words)
    begins: list[int] = []
    atoms: list[int] = []
    runs: list[int] = []
    capital: list[bool] = []
    run, before = 0, -1
    for begin, end, word in words:
        parts = lookups.atoms_of(word)
        known = bool(parts) and all(map(lookups.is_known, parts))
        # What is no part of a name (de, al, an initial) may stand within one.
        if not known and parts:
            before = -1
            continue
        if before < 0 or not _WITHIN_A_NAME.fullmatch(text, before, begin):
            run += 1
        before = end
        for atom in parts:
            begins.append(begin)
            atoms.append(atom)
            runs.append(run)
            capital.append(not cased or not word[0].islower())
    names = np.array(runs, dtype=np.int64)
    ends = np.array([match.start() for match in re.finditer("\n", text)], dtype=np.int64)
    lines = np.searchsorted(ends, np.array(begins, dtype=np.int64))
    _, sizes = (
        np.unique(np.stack((names, lines)), axis=1, return_counts=True) if len(names) else ((), np.empty(0))
    )
    return Parts(
        np.array(begins, dtype=np.int64),
        np.array(atoms, dtype=np.uint64),
        names,
        lines,
        np.array(capital, dtype=np.bool_),
        int((sizes >= FEWEST_PARTS).sum()),
    )
