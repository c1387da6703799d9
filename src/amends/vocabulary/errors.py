"""Refusals and faults: a stable code, a message that says what and where, a hint that says how to mend it.

Messages never carry personal data: a column may be named, a value may not. Doors translate once:
`UsageError` to exit 2 and HTTP 400, `IncompleteError` to exit 3 and 422, `RefusalError` to exit 2 and 409,
`FaultError` to exit 4 and 500.
"""

from __future__ import annotations


class AmendsError(Exception):
    """Base of every error that Amends raises on purpose."""

    def __init__(self, code: str, message: str, *, hint: str, where: str = "") -> None:
        super().__init__(message)
        self.code = code
        """Stable, kebab-case; programs match on it."""
        self.message = message
        """What is wrong, in a sentence."""
        self.hint = hint
        """How to mend it, in a sentence."""
        self.where = where
        """File, column, line or table; empty where it has no place."""

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.message}{place}"


class UsageError(AmendsError):
    """What was asked for or given is wrong; the caller can mend it."""


class IncompleteError(AmendsError):
    """Something could not be opened or read, so no answer may be given."""


class RefusalError(AmendsError):
    """The request is well formed, and the state, the policy or the permissions say no."""


class FaultError(AmendsError):
    """Amends or what it stands on is broken: a full disk, a missing key, a damaged ledger."""
