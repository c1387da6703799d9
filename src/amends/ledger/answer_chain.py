"""Digest of one recorded batch of answers: SHA-256 over the batch before it and every row of this one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

FIRST: Final = "0" * 64
"""What stands before the first batch."""


def digest_of(
    previous: str, batch: int, rows: Iterable[tuple[Any, ...]], checks: Iterable[tuple[Any, ...]] = ()
) -> str:
    """Return the digest of rows in the order of their columns; their second one, ``batch``, is taken from ``batch``.

    One line a row, its values apart by the unit separator, which none of them holds.
    """
    lines = [f"{previous}\x1f{batch}"]
    for row in rows:
        number, _, *values = row
        lines.append("\x1f".join(map(str, (number, *values))))
    for check in checks:
        number, _, *values, items = check
        lines.append("\x1f".join(map(str, (number, *values, items.hex()))))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
