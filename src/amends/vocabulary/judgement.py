"""Is this row this person? The answer, and what becomes of the row."""

from __future__ import annotations

from enum import StrEnum


class Judgement(StrEnum):
    """The answer to "is this row this person". "Looked and cannot tell" differs from "not looked yet"."""

    MATCH = "match"
    NO_MATCH = "no_match"
    UNSURE = "unsure"
    NOT_JUDGED = "not_judged"


class RowOutcome(StrEnum):
    """What became of one row of the leaked file. Every row has exactly one; none vanishes (R13)."""

    MATCH = "match"
    """It is this person."""
    REVIEW = "review"
    """It may be this person; a human judges. The row is protected all the same."""
    UNMATCHED = "unmatched"
    """Nobody in the registry; the person is protected all the same."""
    DUPLICATE = "duplicate"
    """It is a person whom another row has already been linked to."""
    OUT_OF_SCOPE = "out_of_scope"
    """A known person whose status on the as-of date does not fit the file (R16)."""
    REFUSED = "refused"
    """Not a person's row at all (empty, a total, a repeated header); the reason says which."""
