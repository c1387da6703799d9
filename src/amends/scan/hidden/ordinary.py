"""Tells what programs put into every file from what somebody wrote: by whole texts, never by likeness."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from amends.vocabulary.errors import FaultError

_FILE: Final = Path(__file__).with_name("ordinary.toml")
_FIELDS: Final = frozenset({"kinds", "repeated", "words", "patterns"})
_LONGEST: Final = 4_096
"""Characters; whatever is longer somebody wrote."""


def is_ordinary(kind: str, text: str) -> bool:
    """Say whether a hidden text is made of nothing but what programs write into it by themselves.

    ``kind`` is the kind of hiding. One word beside the listed ones, and it is not ordinary.
    """
    pattern = _patterns().get(kind)
    return pattern is not None and len(text) <= _LONGEST and pattern.fullmatch(text.strip()) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    alternatives: dict[str, list[str]] = {}
    for entry in tomllib.loads(_FILE.read_text(encoding="utf-8"))["ordinary"]:
        if not set(entry) <= _FIELDS or "repeated" not in entry:
            raise FaultError(
                "hidden-kind-invalid",
                "an entry of what is ordinary lacks a field or has one that it must not have",
                hint="mend the rule; it is part of the program",
                where=f"scan/hidden/{_FILE.name}",
            )
        words = [re.escape(word) for word in sorted(entry.get("words", ()), key=len, reverse=True)]
        found = "|".join([*words, *entry.get("patterns", ())])
        # Possessive: what a word has taken it keeps, so that no text makes the pattern try again and again.
        repeated = rf"(?:(?:{found})(?:\s+|(?=&)|(?<=&.)|(?<=&..)|(?<=[\]\"])|$))*+"
        for kind in entry["kinds"]:
            alternatives.setdefault(kind, []).append(repeated if entry["repeated"] else found)
    return {
        kind: re.compile("|".join(f"(?:{one})" for one in listed)) for kind, listed in alternatives.items()
    }
