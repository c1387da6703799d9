"""Receipts: what the gate said, authenticated, so that nobody can later say that it said something else.

HMAC-SHA-256 over the canonical JSON (sorted keys, no white space, UTF-8) of the answer without its receipt, with the
system that asked and the fingerprint added. The key is derived from the ledger's key (HKDF-Expand, RFC
5869, one block) for this purpose alone. A receipt proves to whoever has that key; it is no public signature.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Final

from amends.ledger.home import LedgerHome

_PURPOSE: Final = b"amends/gate-receipt/1"


def receipt_key(home: LedgerHome) -> tuple[str, bytes]:
    """Return key id and the key of receipts. Raises `FaultError` where the ledger's key cannot be read."""
    key_id, key = home.key()
    return key_id, hmac.new(key, _PURPOSE + b"\x01", hashlib.sha256).digest()


def canonical(answer: dict[str, Any]) -> bytes:
    """Return the bytes that the receipt of an answer stands for."""
    receipt = answer["receipt"]
    # The answers about a list stand in its receipt by their hash.
    content = {name: value for name, value in answer.items() if name not in ("receipt", "answers")}
    content |= {name: value for name, value in receipt.items() if name not in ("key_id", "mac")}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify_receipt(answer: dict[str, Any], key: bytes) -> bool:
    """Return whether the receipt of an answer, as it was sent, fits it under this key."""
    expected = hmac.new(key, canonical(answer), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, str(answer["receipt"]["mac"]))
