"""How to tell one kind of personal data in running text: a form, a checksum, and the words around it.

A form that gives itself away (an e-mail address, a dashed social security number) is believed wherever it
stands. Nine digits are a number of almost anything; they are believed only beside a word that says what they
are. So each rule has two confidences, and the lower one decides where the engine looks at all.

Forms are regular expressions over bytes of UTF-8 in a small dialect that both engines of
`amends.scan.identifiers.finding` understand alike: no look-around, no back-reference, no line end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from amends.scan.identifiers.validators import Validator, validator_named

LANGUAGES: Final = frozenset({"any", "en", "es", "fr", "de"})
"""``any`` is for acronyms and names that are the same in every language."""
BELIEVED: Final = 0.5
"""The default confidence from which a finding counts."""
_FIELDS: Final = frozenset(
    {
        "pattern",
        "anchor",
        "needs",
        "fewest_digits",
        "validator",
        "alone",
        "near",
        "after",
        "words",
        "examples",
        "counter_examples",
        "term",
    }
)
_OUTSIDE_DIALECT: Final = re.compile(r"\(\?[^:]|\\[1-9nrABZ]|\\b")
_REACH_AFTER: Final = 64

_BEFORE: Final = rb"(?<![A-Za-z0-9_])(?<![0-9][.-])(?:"
_BEHIND: Final = rb")(?![A-Za-z0-9_])(?![.-][0-9])"

Refusal = Callable[[str], Exception]
"""Makes the error for a rule of which the given thing is wrong."""


@dataclass(frozen=True, slots=True)
class TextRule:
    """How to tell one kind of personal data in running text."""

    pattern: str
    """The whole candidate; it is no piece of a longer word or number."""
    anchor: str
    """What hyperscan looks for in place of the pattern: something at or in each candidate, or empty."""
    needs: tuple[str, ...]
    """In small letters; a text without any of them has no candidate. Empty where that cannot be said."""
    fewest_digits: int
    """A text with fewer digits has no candidate."""
    alone: float
    """Confidence that a candidate is of this kind where no word says so; 0 to 1."""
    near: float
    """Confidence where one of the words stands by it; 0 to 1."""
    after: int
    """How many bytes a candidate may stand after its word."""
    examples: tuple[str, ...]
    """Texts in which it is found at the default confidence."""
    counter_examples: tuple[str, ...]
    """Texts in which it is not."""
    words: dict[str, tuple[str, ...]] = field(repr=False)
    """Language → words that say what the candidate is. A word in capitals counts only in capitals."""
    validator: Validator | None = field(default=None, repr=False)
    term: bool = False
    """Whether this is a word about a person, not a value: it counts only where the text speaks of a person."""

    @property
    def anywhere(self) -> bool:
        """Whether the form is believed without any word beside it."""
        return self.alone >= BELIEVED

    @property
    def everywhere(self) -> bool:
        """Whether candidates are looked for in the whole text, and not only beside a word."""
        return self.anywhere or self.term

    def regex(self) -> re.Pattern[bytes]:
        """Return the pattern between its borders."""
        return _between_borders(self.pattern)

    def valid(self, candidate: str) -> bool:
        """Say whether a candidate's checksum or range holds."""
        return self.validator is None or self.validator(candidate)


def text_rule_from(entry: dict[str, Any], validator: str | None, refusal: Refusal) -> TextRule:
    """Return the rule in a ``[rule.text]`` table. Raises what ``refusal`` makes where it is wrong.

    ``validator`` is the one of the rule for columns, which holds here too unless another is named.
    """
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        raise refusal(f"text has no field {', '.join(unknown)}")
    words = {language: tuple(listed) for language, listed in entry.get("words", {}).items()}
    alone, near = _confidences(entry, bool(words), refusal)
    if words.keys() - LANGUAGES or not all(words.values()):
        raise refusal(f"text.words are lists by language: {', '.join(sorted(LANGUAGES))}")
    if near >= BELIEVED > alone and not words:
        raise refusal("text has no words, and its form is not believed alone")
    examples, against = tuple(entry.get("examples", ())), tuple(entry.get("counter_examples", ()))
    if not examples or not against:
        raise refusal("text.examples and text.counter_examples are both needed")
    name = entry.get("validator", validator)
    return TextRule(
        pattern=_pattern(entry, refusal),
        anchor=entry.get("anchor", ""),
        needs=tuple(entry.get("needs", ())),
        fewest_digits=int(entry.get("fewest_digits", 0)),
        alone=alone,
        near=near,
        after=int(entry.get("after", _REACH_AFTER)),
        examples=examples,
        counter_examples=against,
        words=words,
        validator=_validator(name, refusal),
        term=entry.get("term") is True,
    )


def _confidences(entry: dict[str, Any], has_words: bool, refusal: Refusal) -> tuple[float, float]:
    alone = entry.get("alone", 0.0)
    near = entry.get("near", alone if not has_words else None)
    if (
        not isinstance(alone, float)
        or not isinstance(near, float)
        or not 0 <= alone <= near <= 1
        or near == 0
    ):
        raise refusal("text.alone and text.near are numbers from 0 to 1, and near is not below alone")
    return alone, near


def _pattern(entry: dict[str, Any], refusal: Refusal) -> str:
    pattern = entry.get("pattern")
    if not isinstance(pattern, str) or _OUTSIDE_DIALECT.search(pattern):
        raise refusal("text.pattern is missing, or uses what only one of the engines understands")
    try:
        re.compile(pattern)
    except re.error:
        raise refusal("text.pattern is not a regular expression") from None
    return pattern


def _validator(name: str | None, refusal: Refusal) -> Validator | None:
    if name is None:
        return None
    validator = validator_named(name)
    if validator is None:
        raise refusal(f"there is no validator of the name {name}")
    return validator


@cache
def _between_borders(pattern: str) -> re.Pattern[bytes]:
    return re.compile(_BEFORE + pattern.encode() + _BEHIND)
