"""The words of headers, simplified: ``DateOfBirth``, ``date_of_birth`` and ``Date of Birth`` agree."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from amends.scan.identifiers.rules import Rule, load_rules

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS: Final = re.compile(r"[\W_]+")


@cache
def simplified(header: str) -> str:
    """Return a header in lower case without accents, its words one space apart.

    >>> simplified("Fecha_de Nacimiento (dd/mm)")
    'fecha de nacimiento dd mm'
    """
    spaced = _CAMEL.sub(" ", header)
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(letter)
    )
    return _SEPARATORS.sub(" ", plain).strip().casefold()


@cache
def _phrases() -> dict[str, tuple[tuple[str, Rule], ...]]:
    """First word → phrases that begin with it, and their rules."""
    found: dict[str, list[tuple[str, Rule]]] = {}
    for rule in load_rules():
        for words in rule.header_words.values():
            for phrase in {simplified(word) for word in words}:
                found.setdefault(phrase.split(" ", 1)[0], []).append((phrase, rule))
    return {first: tuple(phrases) for first, phrases in found.items()}


def rules_for_header(header: str) -> dict[str, float]:
    """Return kind → how much of the header its longest phrase covers, 0 to 1; empty where none is found."""
    text = simplified(header)
    words = text.split()
    padded = f" {text} "
    found: dict[str, float] = {}
    for word in set(words):
        for phrase, rule in _phrases().get(word, ()):
            if f" {phrase} " not in padded or any(f" {other} " in padded for other in rule.not_header_words):
                continue
            share = len(phrase.split()) / len(words)
            found[rule.kind] = max(found.get(rule.kind, 0.0), share)
    return found


def is_header_word(text: str) -> bool:
    """Say whether a text is used as a header for personal data and little else: "Date of Birth", "Name"."""
    return any(share > _MOSTLY for share in rules_for_header(text).values())


_MOSTLY: Final = 0.5
