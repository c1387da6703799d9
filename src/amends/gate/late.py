"""Answers that were given before they could be recorded. All of them are holds; they are written afterwards.

Kept in memory, and not without bound: what does not fit is counted and lost, and the count is recorded. No ``clear`` is
ever among them.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from amends.gate.answers import Row

MOST: Final = 20_000


class LateAnswers:
    """A queue of rows to record. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._rows: deque[Row] = deque()
        self._most = most
        self.lost = 0

    def add(self, row: Row) -> None:
        """Keep a row for later, or count it as lost."""
        if len(self._rows) >= self._most:
            self.lost += 1
        else:
            self._rows.append(row._replace(late=1))

    def take(self, most: int) -> list[Row]:
        """Return the oldest rows and forget them; whoever cannot record them gives them back."""
        found: list[Row] = []
        while self._rows and len(found) < most:
            found.append(self._rows.popleft())
        return found

    def give_back(self, rows: list[Row]) -> None:
        """Put rows back where they were."""
        self._rows.extendleft(reversed(rows))

    def __len__(self) -> int:
        return len(self._rows)
