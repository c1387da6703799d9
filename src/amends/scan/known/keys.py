"""Which fingerprints stand for a person, and how each is made; the registry and the release use the same ones.

====================  ==============================================  =====================================
kind                  of what                                         what a match means
====================  ==============================================  =====================================
``IDENTIFIER``        the normalised identifier                       weak: a random number matches as well
``IDENTIFIER_PART``   identifier and one part of the name             strong: both are one person's
``IDENTIFIER_BIRTH``  identifier and date of birth                    strong
``NAME``              all parts of a name, in no order                weak: other people bear it
``NAME_BIRTH``        all parts of a name and the date of birth       strong
``PART``              one part of any name                            says only that a word may be a name
====================  ==============================================  =====================================

Each is SipHash-2-4 over 64-bit words: the kind, then its parts. A part of a name is the SipHash of its letters; a whole
name is the sum of its parts modulo 2^64 with their count, which is what makes the order of no account. An identifier of
at most 18 digits is its number, any other the SipHash of its characters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np

from amends.scan.known.siphash import SipHash, Words

SHORTEST_IDENTIFIER: Final = 4
"""Characters of a normalised identifier: shorter ones stand in every table and tell nobody from anybody."""
MOST_DIGITS: Final = 18
FEWEST_PARTS: Final = 2
"""Parts that a name must have to be looked for by itself."""
_MOST_REMEMBERED: Final = 1 << 18
_TEXT_IDENTIFIER: Final = 1 << 63
_LABEL: Final = 0x414D454E_44530000
"""``AMENDS`` and two bytes: which kind of fingerprint this is."""
_CHECK: Final = b"amends known index: check value of its key, version 1"


class Kind(IntEnum):
    """What a fingerprint is made of. The numbers are part of the file format."""

    IDENTIFIER = 1
    IDENTIFIER_PART = 2
    IDENTIFIER_BIRTH = 3
    NAME = 4
    NAME_BIRTH = 5
    PART = 6


class Fingerprinter:
    """Makes fingerprints under one key. Its repr does not show the key."""

    def __init__(self, key: bytes) -> None:
        self._sip = SipHash(key)
        self._atoms: dict[str, int] = {}

    @property
    def check_value(self) -> str:
        """What an index notes down of its key, to tell another one: the fingerprint of a fixed text, in hexadecimal."""
        return f"{self._sip.of_bytes(_CHECK):016x}"

    @property
    def key_id(self) -> str:
        """Eight hexadecimal digits by which people tell keys apart."""
        return hashlib.sha256(self.check_value.encode()).hexdigest()[:8]

    def atoms(self, parts: Sequence[str]) -> Words:
        """Return the word that stands for each part of a name."""
        if len(self._atoms) > _MOST_REMEMBERED:
            self._atoms.clear()
        new = [part for part in dict.fromkeys(parts) if part not in self._atoms]
        if new:
            found = self._sip.of_messages([part.encode() for part in new])
            self._atoms.update(zip(new, found.tolist(), strict=True))
        return np.fromiter((self._atoms[part] for part in parts), dtype=np.uint64, count=len(parts))

    def identifier_words(self, normalised: Sequence[str]) -> Words:
        """Return the word that stands for each identifier in its normal form."""
        words = np.zeros(len(normalised), dtype=np.uint64)
        texts: list[int] = []
        for place, text in enumerate(normalised):
            if len(text) <= MOST_DIGITS and text.isascii() and text.isdigit():
                words[place] = int(text)
            else:
                texts.append(place)
        if texts:
            hashed = self._sip.of_messages([normalised[place].encode() for place in texts])
            words[texts] = hashed | np.uint64(_TEXT_IDENTIFIER)
        return words

    def identifiers(self, words: Words) -> Words:
        """Return the fingerprints of identifiers."""
        return self._of(Kind.IDENTIFIER, words)

    def identifiers_with_parts(self, words: Words, atoms: Words) -> Words:
        """Return the fingerprints of an identifier and a part of a name each."""
        return self._of(Kind.IDENTIFIER_PART, words, atoms)

    def identifiers_with_births(self, words: Words, days: Words) -> Words:
        """Return the fingerprints of an identifier and a date of birth each."""
        return self._of(Kind.IDENTIFIER_BIRTH, words, days)

    def names(self, sums: Words, counts: Words) -> Words:
        """Return the fingerprints of names."""
        return self._of(Kind.NAME, sums, counts)

    def names_with_births(self, sums: Words, counts: Words, days: Words) -> Words:
        """Return the fingerprints of a name and a date of birth each."""
        return self._of(Kind.NAME_BIRTH, sums, counts, days)

    def parts(self, atoms: Words) -> Words:
        """Return the fingerprints of single parts of names."""
        return self._of(Kind.PART, atoms)

    def _of(self, kind: Kind, *words: Words) -> Words:
        return self._sip.of_words(_LABEL | kind, words)


def day_words(days: Sequence[int] | np.ndarray) -> Words:
    """Return days since 1970-01-01, before it too, as the words that fingerprints are made of."""
    return np.asarray(days, dtype=np.int64).view(np.uint64)
