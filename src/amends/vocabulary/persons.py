"""Are two names of acting persons the same person's? What every rule of "another person" asks."""

from __future__ import annotations


def folded_name(name: str) -> str:
    """Return a name as people compare it: without case, and with single blanks."""
    return " ".join(name.split()).casefold()


def same_person(one: str, other: str) -> bool:
    """Return whether two names are one person's: "Tester " is no second person beside "tester"."""
    return folded_name(one) == folded_name(other)
