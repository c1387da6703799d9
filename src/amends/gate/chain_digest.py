"""Digest of one recorded batch of answers: SHA-256 over the batch before it and every row of this one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

FIRST: Final = "0" * 64
"""What stands before the first batch."""


def digest_of(
    previous: str, batch: int, rows: Iterable[Sequence[Any]], checks: Iterable[Sequence[Any]] = ()
) -> str:
    """Return the digest; the rows' own column ``batch`` (the second) is taken from ``batch``."""
    lines = [f"{previous}\x1f{batch}"]
    lines += [f"{row[0]}\x1f{row[2:]!r}" for row in map(tuple, rows)]
    lines += [f"{check[0]}\x1f{check[2:-1]!r}\x1f{check[-1].hex()}" for check in map(tuple, checks)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
