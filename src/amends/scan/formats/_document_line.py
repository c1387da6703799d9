"""One paragraph while its runs are joined: what a reader reads, and beside it what he does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

Key = Callable[[tuple[str, str, bool]], str]


class Segment(NamedTuple):
    """A stretch of text of one kind of hiding."""

    kind: str
    hidden: str
    text: str


class Line:
    """Collects the texts of a paragraph in their order."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, str, bool]] = []
        self._plain = True

    def add(self, text: str, hidden: str = "", *, inserted: bool = False) -> None:
        """Add a text: hidden for a reason, or seen; seen ones may be tracked insertions."""
        if text:
            self._pieces.append((text, hidden, inserted))
            self._plain = self._plain and not hidden and not inserted

    def seen(self) -> str:
        """Return what a reader reads, with insertions and without all that is hidden."""
        return "".join(text for text, hidden, _ in self._pieces if not hidden)

    def unseen(self) -> Iterator[Segment]:
        """Yield each hidden stretch, each inserted one, and the whole where a word runs through both."""
        if self._plain:
            return
        stretches = list(self._stretches(lambda piece: piece[1]))
        for text, hidden in stretches:
            if hidden and text.strip():
                yield Segment("deleted-text" if hidden == "tracked-deletion" else "hidden-text", hidden, text)
        for text, inserted in self._stretches(lambda piece: "tracked-insertion" if piece[2] else ""):
            if inserted and text.strip():
                yield Segment("inserted-text", inserted, text)
        for (left, one), (right, other) in zip(stretches, stretches[1:], strict=False):
            if left[-1].isalnum() and right[0].isalnum():
                yield Segment("whole-paragraph", one or other, "".join(text for text, _ in stretches))
                return

    def _stretches(self, key: Key) -> Iterator[tuple[str, str]]:
        collected: list[str] = []
        current = ""
        for piece in self._pieces:
            if key(piece) != current and collected:
                yield "".join(collected), current
                collected = []
            current = key(piece)
            collected.append(piece[0])
        if collected:
            yield "".join(collected), current
