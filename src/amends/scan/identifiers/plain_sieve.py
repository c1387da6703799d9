"""The sieve that needs nothing but Python: for small texts, for machines without hyperscan, and as the oracle."""

from __future__ import annotations

from collections.abc import Sequence

from amends.scan.identifiers.lexicon import Word, WordHit, flattened, stands_alone
from amends.scan.identifiers.odd_characters import odd_places
from amends.scan.identifiers.sieve import Hits
from amends.scan.identifiers.text_rules import TextRule


class PlainSieve:
    """Looks for every word and every form, one after the other."""

    def __init__(self, rules: Sequence[TextRule], words: Sequence[Word]) -> None:
        self._rules = rules
        self._words = words

    def hits(self, data: bytes) -> Hits:
        """Return what stands in a block."""
        return Hits(self._anchors(data), self._word_hits(data), odd_places(data))

    def _anchors(self, data: bytes) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        digits = len(data) - len(data.translate(None, b"0123456789"))
        small = data.lower()
        for position, text in enumerate(self._rules):
            if not text.everywhere or digits < text.fewest_digits:
                continue
            if text.needs and not any(needed.encode() in small for needed in text.needs):
                continue
            ends = [match.end() for match in text.regex().finditer(data)]
            if ends:
                found[position] = ends
        return found

    def _word_hits(self, data: bytes) -> list[WordHit]:
        written = flattened(data)
        small = written.lower()
        found: list[WordHit] = []
        for word in self._words:
            text, size = (written if word.as_written else small), len(word.spelling)
            start = text.find(word.spelling)
            while start >= 0:
                if stands_alone(data, start, start + size):
                    found.append(WordHit(start, start + size, word.rules))
                start = text.find(word.spelling, start + 1)
        found.sort(key=lambda hit: (hit.end, hit.start))
        return found
