"""Every distinct name token of both sides, normalised once.

A million people share some ten thousand tokens, so whatever costs time (transliteration, phonetic folding,
hashing) is done per token and never per person.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii
from numpy.typing import NDArray

from amends.link.phonetics import skeleton
from amends.link.ragged import Ragged
from amends.link.short_forms import FORMAL

PARTICLES: Final = frozenset(
    (
        *("al", "el", "ul", "bin", "ben", "ibn", "bint", "abu"),
        *("de", "del", "dela", "la", "las", "los", "da", "do", "dos", "das", "di", "du", "y", "e"),
        *("der", "den", "van", "von", "ter", "te", "st", "san"),
    )
)
"""Words that come and go in writing the same name; their absence says nothing."""

_APOSTROPHES: Final = r"['’‘ʼʻ`´ʾʿ]"
_SEPARATORS: Final = r"[^\p{L}\p{M}\p{N}]+"
_NOT_ASCII_WORD: Final = re.compile(r"[^a-z0-9]+")
_CAPITALISED: Final = re.compile(r"[A-Z][a-z]*|[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Properties of every token, indexed by token number."""

    texts: NDArray[np.object_]
    lengths: NDArray[np.int16]
    letters: NDArray[np.uint64]
    """Bit set of the characters that occur: two tokens two edits apart differ in at most four bits."""
    sounds: NDArray[np.int32]
    """Number of the phonetic skeleton; equal numbers, equal skeletons."""
    sound_hashes: NDArray[np.uint64]
    """Stable 64-bit hash of the skeleton (BLAKE2b), fit for storing."""
    initials: NDArray[np.uint8]
    """First character as a code point."""
    particles: NDArray[np.bool_]
    short_forms: NDArray[np.bool_]
    """Whether the skeleton is that of the full form: such a token need not look like its counterpart."""


class NameVocabulary:
    """Grows as columns are read; `table` closes it."""

    def __init__(self) -> None:
        self._of_raw: dict[str, tuple[int, ...]] = {}
        self._of_text: dict[str, int] = {}

    def tokens_of(self, values: pa.Array) -> Ragged:
        """Return the token numbers of every name in ``values`` (distinct texts), in order."""
        lists = pc.utf8_split_whitespace(_spaced(values))
        flat = lists.flatten().dictionary_encode()
        offsets = lists.offsets.to_numpy().astype(np.int64)
        raw_codes = flat.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        raw = Ragged(offsets - offsets[0], raw_codes)
        return raw.flat_map(self._intern(flat.dictionary.to_pylist()))

    def _intern(self, raw_tokens: list[str]) -> Ragged:
        numbers: list[int] = []
        offsets = [0]
        for raw in raw_tokens:
            found = self._of_raw.get(raw)
            if found is None:
                found = tuple(self._number(text) for text in latin_tokens(raw))
                self._of_raw[raw] = found
            numbers.extend(found)
            offsets.append(len(numbers))
        return Ragged(np.array(offsets, dtype=np.int64), np.array(numbers, dtype=np.int32))

    def _number(self, text: str) -> int:
        return self._of_text.setdefault(text, len(self._of_text))

    def table(self) -> TokenTable:
        """Return the properties of every token seen so far."""
        texts = list(self._of_text)
        skeletons = [skeleton(FORMAL.get(text, text)) for text in texts]
        numbers: dict[str, int] = {}
        sounds = [numbers.setdefault(sound, len(numbers)) for sound in skeletons]
        table = np.empty(len(texts), dtype=np.object_)
        table[:] = texts
        return TokenTable(
            texts=table,
            lengths=np.array([len(text) for text in texts], dtype=np.int16),
            letters=np.array([_letter_bits(text) for text in texts], dtype=np.uint64),
            sounds=np.array(sounds, dtype=np.int32),
            sound_hashes=stable_hashes(skeletons),
            initials=np.array([ord(text[0]) for text in texts], dtype=np.uint8),
            particles=np.array([text in PARTICLES for text in texts], dtype=np.bool_),
            short_forms=np.array([text in FORMAL for text in texts], dtype=np.bool_),
        )


def latin_tokens(raw: str) -> list[str]:
    """Return ``raw`` (one word of a name, any script) as lower-case ASCII tokens.

    Chinese comes out of transliteration as ``WangXiaoMing`` and is cut at the capitals; everything else
    stays one token.
    """
    ascii_text = anyascii(raw)
    if not raw.isascii() and sum(letter.isupper() for letter in ascii_text) > 1 and not raw.isupper():
        pieces = _CAPITALISED.findall(ascii_text)
    else:
        pieces = [ascii_text]
    cleaned = (_NOT_ASCII_WORD.sub("", piece.casefold()) for piece in pieces)
    return [text for text in cleaned if text]


def _spaced(values: pa.Array) -> pa.Array:
    composed = pc.utf8_normalize(values, form="NFKC")
    joined = pc.replace_substring_regex(composed, pattern=_APOSTROPHES, replacement="")
    lower = pc.utf8_lower(pc.replace_substring_regex(joined, pattern=_SEPARATORS, replacement=" "))
    return pc.utf8_trim_whitespace(lower)


def stable_hashes(texts: list[str]) -> NDArray[np.uint64]:
    """Return a 64-bit BLAKE2b hash (RFC 7693) of each text, the same on every machine and in every
    version."""
    digests = b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _letter_bits(text: str) -> int:
    bits = 0
    for character in text:
        bits |= 1 << (ord(character) - 48 & 63)
    return bits
