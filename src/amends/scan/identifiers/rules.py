"""Loads the rules that say what kinds of personal data there are and how to tell them.

The rules are data (``rules/*.toml``), so that a lawyer can read and a newcomer can add one. Loading
checks every field and the pattern. That each example fits and each counter-example does not is
checked by an ordinary test (`check_examples`), and not each time that a file is screened.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from amends.scan.identifiers.text_rules import TextRule, text_rule_from
from amends.scan.identifiers.validators import Validator, validator_named
from amends.vocabulary.errors import FaultError

_FOLDER: Final = Path(__file__).with_name("rules")
_KIND: Final = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_LANGUAGES: Final = frozenset({"en", "es", "fr", "de"})
_TEXT_FIELDS: Final = ("kind", "name", "label_en", "label_es", "category", "country", "source")
IDENTIFYING: Final = frozenset({"direct", "indirect", "contextual"})


@dataclass(frozen=True, slots=True)
class Rule:
    """How to tell one kind of personal data in a column, and in running text."""

    kind: str
    """Stable, kebab-case: ``date-of-birth``."""
    name: str
    label_en: str
    """What a letter to the person calls it: "your date of birth" without the "your"."""
    label_es: str
    category: str
    """``identity``, ``contact``, ``government-identifier``, ``custody``, ``protection``, ``special`` ..."""
    country: str
    """ISO 3166-1 alpha-2, or ``international``."""
    identifying: str
    """``direct`` singles out a person alone, ``indirect`` with other columns, ``contextual`` says what
    being on the list means."""
    confidence: float
    """That a column is of this kind, where header and all values fit; 0 to 1."""
    source: str
    """Where the form of the values is laid down."""
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    header_words: dict[str, tuple[str, ...]] = field(repr=False)
    """Language → words or phrases of headers, simplified (`amends.scan.identifiers.words.simplified`);
    empty for what stands in no column, as a private key does."""
    not_header_words: tuple[str, ...] = ()
    """Words that say that the header means something else: ``facility`` beside ``name``."""
    pattern: str = field(default="", repr=False)
    """A whole value, as a regular expression; empty where ``values`` decides."""
    values: frozenset[str] = field(default=frozenset(), repr=False)
    """A closed vocabulary, casefolded."""
    validator: Validator | None = field(default=None, repr=False)
    distinctive_pattern: str = field(default="", repr=False)
    """A whole value that gives the kind away, whatever the header says; empty where none does."""
    context: str = ""
    """What being listed means, in words, where that is sensitive in itself."""
    texts: tuple[TextRule, ...] = field(default=(), repr=False)
    """How it is told in running text, in one way or several; empty where only a column tells it."""

    def fits(self, value: str) -> bool:
        """Say whether a whole value can be of this kind."""
        text = value.strip()
        if not self.pattern:
            return text.casefold() in self.values
        if _regex(self.pattern).fullmatch(text) is None:
            return False
        return self.validator is None or self.validator(text)

    def gives_away(self, value: str) -> bool:
        """Say whether a whole value is of this kind under any header."""
        text = value.strip()
        return (
            self.distinctive_pattern != ""
            and _regex(self.distinctive_pattern).fullmatch(text) is not None
            and (self.validator is None or self.validator(text))
        )


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    # Compiling all of them would take longer than screening a small file.
    return re.compile(pattern, re.IGNORECASE)


@cache
def load_rules() -> tuple[Rule, ...]:
    """Return all rules, ordered by kind.

    Raises `FaultError` with ``rule-invalid`` where one is incomplete.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", []):
            rule = rule_from(entry, path.name)
            if rule.kind in rules:
                raise _invalid(path.name, rule.kind, "another rule has the same kind")
            rules[rule.kind] = rule
    return tuple(rules[kind] for kind in sorted(rules))


def rule_from(entry: dict[str, Any], file: str) -> Rule:
    """Return the rule in a TOML entry. Raises `FaultError` with ``rule-invalid``."""
    kind = str(entry.get("kind", "(no kind)"))
    missing = [name for name in _TEXT_FIELDS if not isinstance(entry.get(name), str) or not entry[name]]
    if missing:
        raise _invalid(file, kind, f"these fields are missing: {', '.join(missing)}")
    if not _KIND.fullmatch(kind):
        raise _invalid(file, kind, "the kind is not kebab-case")
    words = {language: tuple(listed) for language, listed in entry.get("header_words", {}).items()}
    of_columns = bool(words) or "text" not in entry
    if of_columns and not ("any" in words or words.keys() >= _LANGUAGES) or not all(words.values()):
        raise _invalid(file, kind, f"header_words are needed in {', '.join(sorted(_LANGUAGES))}, or any")
    rule = Rule(
        **{name: entry[name] for name in _TEXT_FIELDS},
        identifying=_one_of(entry, "identifying", IDENTIFYING, file),
        confidence=_confidence(entry, file),
        examples=tuple(entry.get("examples", ())),
        counter_examples=tuple(entry.get("counter_examples", ())),
        header_words=words,
        not_header_words=tuple(entry.get("not_header_words", ())),
        pattern=_pattern(entry, file),
        values=frozenset(value.casefold() for value in entry.get("values", ())),
        validator=_validator(entry, file),
        distinctive_pattern=_distinctive_pattern(entry, file),
        context=entry.get("context", ""),
        texts=_texts(entry, file),
    )
    if not rule.examples or not rule.counter_examples:
        raise _invalid(file, rule.kind, "examples and counter_examples are both needed")
    return rule


def check_examples(rule: Rule, file: str = "") -> None:
    """Raise `FaultError` with ``rule-invalid`` where an example does not fit or a counter-example does."""
    for position, value in enumerate(rule.examples, 1):
        if not rule.fits(value):
            raise _invalid(file, rule.kind, f"example {position} does not fit")
    if rule.distinctive_pattern and not any(map(rule.gives_away, rule.examples)):
        raise _invalid(file, rule.kind, "no example shows what is distinctive")
    for position, value in enumerate(rule.counter_examples, 1):
        if rule.fits(value) or rule.gives_away(value):
            raise _invalid(file, rule.kind, f"counter-example {position} fits")


def _one_of(entry: dict[str, Any], name: str, allowed: frozenset[str], file: str) -> str:
    value = entry.get(name)
    if value not in allowed:
        raise _invalid(file, entry["kind"], f"{name} must be one of {', '.join(sorted(allowed))}")
    return str(value)


def _confidence(entry: dict[str, Any], file: str) -> float:
    value = entry.get("confidence")
    if not isinstance(value, float) or not 0 < value <= 1:
        raise _invalid(file, entry["kind"], "confidence must be a number above 0 and at most 1")
    return value


def _pattern(entry: dict[str, Any], file: str) -> str:
    if ("pattern" in entry) == ("values" in entry):
        raise _invalid(file, entry["kind"], "exactly one of pattern and values is needed")
    return _checked(entry, "pattern", file) if "pattern" in entry else ""


def _distinctive_pattern(entry: dict[str, Any], file: str) -> str:
    """``distinctive = true`` means that the pattern itself is; otherwise a narrower one may be given."""
    if entry.get("distinctive") is True:
        return _pattern(entry, file)
    return _checked(entry, "distinctive_pattern", file) if "distinctive_pattern" in entry else ""


def _checked(entry: dict[str, Any], name: str, file: str) -> str:
    pattern = entry[name]
    try:
        re.compile(pattern)
    except (re.error, TypeError):
        raise _invalid(file, entry["kind"], f"the {name} is not a regular expression") from None
    return str(pattern)


def _validator(entry: dict[str, Any], file: str) -> Validator | None:
    name = entry.get("validator")
    if name is None:
        return None
    validator = validator_named(name)
    if validator is None:
        raise _invalid(file, entry["kind"], f"there is no validator of the name {name}")
    return validator


def _texts(entry: dict[str, Any], file: str) -> tuple[TextRule, ...]:
    kind, named = entry["kind"], entry.get("validator")
    return tuple(
        text_rule_from(text, named, lambda what: _invalid(file, kind, what)) for text in entry.get("text", ())
    )


def _invalid(file: str, kind: str, what: str) -> FaultError:
    return FaultError(
        "rule-invalid",
        f"The rule {kind} cannot be used: {what}.",
        hint="Mend the entry in the file; `amends.scan.identifiers.rules.Rule` says what each field means.",
        where=file,
    )
