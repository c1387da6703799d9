"""The names that public counts know: family names, given names; and ordinary words, since many a name is one.

The lists stand beside this module, one folded name a line in the order of its code points: family names and given
names out of the census of the United States (1990 and 2010; public domain) and of lists of common names of some seventy
countries (``scripts/generate_person_names.py`` says from where). A name that is missing is no evidence that it is none.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
_MANY: Final = 20_000
"""Look-ups from which on a set pays that takes a twentieth of a second to make."""


class NameList:
    """Folded names, looked up in the file's own bytes as long as few are asked."""

    def __init__(self, name: str) -> None:
        self._lines = b"\n" + (FOLDER / f"{name}.txt").read_bytes()
        self._known: dict[str, bool] = {}
        self._all: frozenset[str] | None = None

    def __contains__(self, name: str) -> bool:
        if self._all is not None:
            return name in self._all
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._search(name.encode("utf-8", "replace"))
            if len(self._known) > _MANY:
                self._all = frozenset(self._lines.decode("utf-8").split())
        return found

    def _search(self, name: bytes) -> bool:
        lines, low, high = self._lines, 0, len(self._lines) - 1
        while low < high:
            start = lines.rfind(b"\n", 0, (low + high) // 2 + 1)
            end = lines.find(b"\n", start + 1)
            line = lines[start + 1 : end]
            if line == name:
                return True
            if line < name:
                low = end
            else:
                high = start
        return False


def listed(name: str) -> frozenset[str]:
    """Return a short list as it stands beside this module, one word a line."""
    return frozenset((FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())


def folded(name: str) -> str:
    """Return a name in lower case without accents, apostrophes and hyphens: ``O'Néill`` is ``oneill``."""
    if name.isascii():
        return name.lower().replace("'", "").replace("-", "")
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if letter.isalpha())


@cache
def family_names() -> NameList:
    """Return the family names."""
    return NameList("family")


@cache
def given_names() -> NameList:
    """Return the given names."""
    return NameList("given")


@cache
def ordinary_words() -> NameList:
    """Return the words that English documentation writes in lower case, names among them: *may*, *brown*, *page*."""
    return NameList("ordinary")
