"""One index and the key to it, asked in the terms of the matching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from amends.scan.known.evidence import Chance
from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import SHORTEST_IDENTIFIER, Fingerprinter
from amends.scan.known.names import parts_of_word
from amends.scan.known.siphash import Words
from amends.vocabulary.identifier import normalised_identifier

_LONGEST_IDENTIFIER = 40


class Lookups:
    """Which words of a release are in the index, each asked once a file."""

    def __init__(self, index: KnownIndex, fingerprinter: Fingerprinter) -> None:
        index.check_key(fingerprinter)
        self.index = index
        self.make = fingerprinter
        contents = index.description.contents
        self.chance = Chance(
            contents.common_names, contents.common_births, contents.counts.get("identifier", 0)
        )
        self._parts: dict[str, tuple[int, ...]] = {}
        self._known: dict[int, bool] = {}

    def learn_words(self, words: Iterable[str]) -> None:
        """Look up all words at once, so that `known_parts` answers from memory."""
        new = [word for word in dict.fromkeys(words) if word not in self._parts]
        parts = [parts_of_word(word) for word in new]
        flat = list(dict.fromkeys(part for several in parts for part in several))
        if not flat:
            self._parts.update((word, ()) for word in new)
            return
        atoms = self.make.atoms(flat)
        number = dict(zip(flat, atoms.tolist(), strict=True))
        known = self.index.contains(self.make.parts(atoms))
        self._known.update(zip(atoms.tolist(), known.tolist(), strict=True))
        self._parts.update(
            (word, tuple(number[part] for part in several)) for word, several in zip(new, parts, strict=True)
        )

    def atoms_of(self, word: str) -> tuple[int, ...]:
        """Return the parts of a word that was learnt, known or not."""
        return self._parts[word]

    def is_known(self, atom: int) -> bool:
        """Whether a part that was learnt is part of anybody's name."""
        return self._known[atom]

    def known_identifiers(self, normalised: Sequence[str]) -> tuple[Words, Words]:
        """Return the words of those identifiers that somebody has, and their fingerprints."""
        words = self.make.identifier_words(normalised)
        fingerprints = self.make.identifiers(words) if len(words) else words
        found = self.index.contains(fingerprints)
        return words[found], fingerprints[found]

    def contains(self, fingerprints: Words) -> NDArray[np.bool_]:
        """Return which fingerprints are in the index."""
        if not len(fingerprints):
            return np.zeros(0, dtype=np.bool_)
        return self.index.contains(fingerprints)


def identifier_of(text: str) -> str:
    """Return the normal form of what may be an identifier, or the empty string."""
    if len(text) > _LONGEST_IDENTIFIER or not any(map(str.isdigit, text)):
        return ""
    normal = normalised_identifier(text)
    return normal if len(normal) >= SHORTEST_IDENTIFIER else ""
