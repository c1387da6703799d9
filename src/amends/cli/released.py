"""What two people have released, as a door asks for it: with a ledger, and without one."""

from __future__ import annotations

from typing import Protocol


class Releases(Protocol):
    """What two people have released, for the audience of this door."""

    def holds(self, sha256: str) -> bool:
        """Return whether this file is released now."""

    def standing(self) -> frozenset[str]:
        """Return every file that is released now."""


class NoReleases:
    """Without a ledger nothing was ever released."""

    def holds(self, sha256: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def standing(self) -> frozenset[str]:
        """Return nothing."""
        return frozenset()
