"""A personal value that masks itself wherever it would be written by accident.

Log lines, tracebacks and reprs are where a system that protects people leaks them again. A
`Personal` shows only that something is there; the value comes out through `reveal()`, a word
that a reviewer can search for.
"""

from __future__ import annotations

from typing import Final

MASK: Final = "‹personal›"
_SHOWN_AT_EACH_END: Final = 1
_SHORTEST_SAMPLE: Final = 5


class Personal:
    """One personal value (a name, a date of birth, an identifier) as text.

    Equality and hashing follow the value, so that values can be compared and counted without
    being shown. Pickling is refused: a pickle is a copy that nobody masks.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself; the caller answers for where it goes."""
        return self._value

    def sample(self) -> str:
        """Return a masked sample: first and last character, and the length between as dots."""
        return masked_sample(self._value)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Personal) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Personal is not pickled; reveal() it where it may be written")


def masked_sample(value: str) -> str:
    """Return ``value`` with all but its first and last character as dots.

    Values shorter than five characters are wholly masked, because two characters of four
    give away too much.
    """
    if len(value) < _SHORTEST_SAMPLE:
        return "•" * len(value)
    hidden = len(value) - 2 * _SHOWN_AT_EACH_END
    return f"{value[:_SHOWN_AT_EACH_END]}{'•' * hidden}{value[-_SHOWN_AT_EACH_END:]}"
