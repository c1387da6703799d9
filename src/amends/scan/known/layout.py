"""The file of an index: a header, the entries in ascending order, and a directory of buckets.

::

    0      8   magic ``AMENDSKP``
    8      4   version of the format, little-endian
    12     4   length of the description
    16         description: canonical JSON (`Description`)
    4064   32  SHA-256 of the bytes before it
    4096       section ``upper``: bits b to b+32 of every fingerprint, 4 bytes each, little-endian
               section ``lower``: the 8 bits after these, 1 byte each
               section ``directory``: where each of the 2^b buckets begins, and the end; 4 bytes each (8 from 2^32 on)

Sections begin at multiples of 4,096. A fingerprint's first b bits are its bucket, so they are stored nowhere: an entry
of 5 bytes keeps b + 40 bits of 64. Buckets hold 1.25 to 2.5 entries on average, so the directory takes 1.6 to 3.2 bytes
an entry, and the whole at most 8.3.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from amends.vocabulary.errors import FaultError, UsageError

MAGIC: Final = b"AMENDSKP"
VERSION: Final = 1
HEADER_BYTES: Final = 4096
STORED_BITS: Final = 40
"""Bits of a fingerprint that an entry keeps after those of its bucket."""
HASH_BITS: Final = 64
FEWEST_BUCKET_BITS: Final = 10
"""So that the ranges of the sort are whole buckets."""
SECTIONS: Final = ("upper", "lower", "directory")
_ALIGNMENT: Final = 4096
_DIGEST_AT: Final = HEADER_BYTES - 32
_PREFIX: Final = struct.Struct("<8sII")


@dataclass(frozen=True, slots=True)
class Section:
    """Where a section lies, and the SHA-256 of it in hexadecimal."""

    offset: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What an index says of itself and of the registry, without a word about any person."""

    people: int
    """Lines of the registries that it was made of."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Kind of fingerprint → how many were made, repeated ones included."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Reason → how many people or values were left out: never silently."""
    common_names: float = 0.0
    """Chance that another person of the same population bears a name that is in the index (Good and Turing)."""
    common_births: float = 0.0
    """The same of a name together with a date of birth."""
    built_at: str = ""
    """When the whole was built, ISO 8601."""
    updated_at: str = ""
    updates: int = 0
    """How often people were added since."""
    key_check: str = ""
    rules: int = 0
    """Version of the rules by which names are folded (`names.VERSION`)."""


@dataclass(frozen=True, slots=True)
class Description:
    """The header of an index."""

    entries: int
    bucket_bits: int
    significant_bits: int
    """How many bits of a fingerprint are compared; what lies behind was cut away."""
    contents: Contents
    sections: Mapping[str, Section]

    @property
    def chance_of_collision(self) -> float:
        """How likely one look-up of what is not in the index matches all the same."""
        return self.entries / 2.0**self.significant_bits

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return max(section.offset + section.size for section in self.sections.values())


def bucket_bits_for(entries: int) -> int:
    """Return how many bits choose the bucket: a bucket holds 1.25 to 2.5 entries on average."""
    return max(FEWEST_BUCKET_BITS, (entries * 4 // 5).bit_length() - 1)


def directory_type(wide: bool) -> np.dtype[Any]:
    """Return the type of the directory's numbers; ``wide`` for more than 2^32 entries."""
    return np.dtype("<u8" if wide else "<u4")


def aligned(offset: int) -> int:
    """Return the next offset at which a section may begin."""
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def encode(description: Description) -> bytes:
    """Return the header's 4,096 bytes."""
    text = json.dumps(asdict(description), sort_keys=True, separators=(",", ":")).encode()
    header = (_PREFIX.pack(MAGIC, VERSION, len(text)) + text).ljust(_DIGEST_AT, b"\0")
    if len(header) > _DIGEST_AT:
        raise ValueError("the description of the index does not fit its header")
    return header + hashlib.sha256(header).digest()


def decode(header: bytes, where: str) -> Description:
    """Return what a header says.

    Raises `UsageError` ``index-foreign`` (no index) and ``index-version``, `FaultError` ``index-damaged``.
    """
    if len(header) < _PREFIX.size or header[:8] != MAGIC:
        raise UsageError(
            "index-foreign",
            "This is not an index of known people.",
            hint="Give the file that `amends known build` wrote.",
            where=where,
        )
    _, version, length = _PREFIX.unpack_from(header)
    if version != VERSION:
        raise UsageError(
            "index-version",
            f"The index has version {version} of the format, and this program reads version {VERSION}.",
            hint="Build it anew from the registry with this program, or use the program that built it.",
            where=where,
        )
    if len(header) < HEADER_BYTES or hashlib.sha256(header[:_DIGEST_AT]).digest() != header[_DIGEST_AT:]:
        raise damaged(where, "its header does not match its checksum")
    fields = json.loads(header[_PREFIX.size : _PREFIX.size + length])
    sections = {name: Section(**place) for name, place in fields.pop("sections").items()}
    return Description(contents=Contents(**fields.pop("contents")), sections=sections, **fields)


def damaged(where: str, problem: str) -> FaultError:
    """Return the fault of an index that must not be used: what it does not find might be in it."""
    return FaultError(
        "index-damaged",
        f"The index of known people is damaged: {problem}.",
        hint="Take it from a copy or build it anew; until then nothing may be called free of known people.",
        where=where,
    )
