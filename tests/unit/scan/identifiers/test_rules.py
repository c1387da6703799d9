"""Every rule is complete, fits its examples, and refuses its counter-examples."""

from __future__ import annotations

from typing import Any

import pytest

from amends.scan.identifiers.rules import GENERATED, Rule, check_examples, load_rules, rule_from
from amends.scan.identifiers.text_detector import forms, plain_engine
from amends.scan.identifiers.text_rules import TextRule
from amends.scan.identifiers.validators import VALIDATORS
from amends.scan.identifiers.words import simplified
from amends.vocabulary.errors import FaultError
from scripts.generate_rules import generated

RULES = load_rules()
TEXT: dict[str, Any] = {
    "pattern": "42", "alone": 0.9, "examples": ["size 42"], "counter_examples": ["size 420"],
}  # fmt: skip
COMPLETE: dict[str, Any] = {
    "kind": "shoe-size",
    "name": "Shoe size",
    "label_en": "shoe size",
    "label_es": "talla de zapato",
    "category": "identity",
    "country": "international",
    "identifying": "indirect",
    "confidence": 0.5,
    "pattern": r"\d\d",
    "header_words": {"en": ["shoe size"], "es": ["talla"], "fr": ["pointure"], "de": ["schuhgrosse"]},
    "examples": ["42"],
    "counter_examples": ["large"],
    "source": "ISO 9407:2019",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_a_rule_fits_its_examples_and_refuses_its_counter_examples(rule: Rule) -> None:
    check_examples(rule)


def kinds_in(text: str) -> set[str]:
    return {forms()[span.rule][0].kind for span in plain_engine().spans(text.encode())}


@pytest.mark.parametrize(("rule", "text"), forms(), ids=[rule.kind for rule, _ in forms()])
def test_a_rule_is_told_in_its_texts_and_in_no_other(rule: Rule, text: TextRule) -> None:
    assert [example for example in text.examples if rule.kind not in kinds_in(example)] == []
    assert [example for example in text.counter_examples if rule.kind in kinds_in(example)] == []


def test_the_generated_rules_are_those_that_are_written() -> None:
    assert GENERATED.read_text(encoding="utf-8") == generated()


def test_national_numbers_of_forty_countries_are_told() -> None:
    countries = {
        rule.country
        for rule in RULES
        if rule.country != "international" and rule.category == "government-identifier" and rule.texts
    }
    assert len(countries) >= 40


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_header_words_are_written_as_headers_are_compared(rule: Rule) -> None:
    words = [*rule.not_header_words, *(word for listed in rule.header_words.values() for word in listed)]
    assert [word for word in words if simplified(word) != word] == []


def test_every_validator_is_used_by_a_rule() -> None:
    used = {rule.validator for rule in RULES} | {text.validator for rule in RULES for text in rule.texts}
    assert [name for name, validator in VALIDATORS.items() if validator not in used] == []


def test_the_kinds_that_letters_speak_of_are_there() -> None:
    kinds = {rule.kind for rule in RULES}
    assert kinds >= {
        "address", "alien-registration-number", "asylum-claim", "custody-date", "date-of-birth", "email",
        "facility", "family-name", "fear-interview-result", "full-name", "gender", "given-name", "health",
        "identification-number", "language", "nationality", "passport-number", "phone", "religion",
        "social-security-number",
    }  # fmt: skip


@pytest.mark.parametrize("missing", ["kind", "label_es", "source", "header_words", "confidence", "examples"])
def test_a_rule_with_a_hole_is_refused(missing: str) -> None:
    entry = {name: value for name, value in COMPLETE.items() if name != missing}
    with pytest.raises(FaultError) as refusal:
        rule_from(entry, "own.toml")
    assert refusal.value.code == "rule-invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "Shoe Size"},
        {"pattern": "("},
        {"values": ["42"]},
        {"identifying": "perhaps"},
        {"confidence": 1.5},
        {"confidence": 1},
        {"validator": "shoe"},
        {"header_words": {"en": ["shoe size"]}},
        {"header_words": {}},
        {"validator": "stdnum.shoe"},
        {"text": [{"pattern": "42", "alone": 0.9, "examples": ["size 42"]}]},
        {"text": [TEXT | {"pattern": "(?=4)42"}]},
        {"text": [TEXT | {"pattern": "("}]},
        {"text": [TEXT | {"anchors": [r"(4)\1"]}]},
        {"text": [TEXT | {"alone": 0.2}]},
        {"text": [TEXT | {"near": 0.1, "words": {"en": ["shoe"]}}]},
        {"text": [TEXT | {"words": {"xx": ["shoe"]}}]},
        {"text": [TEXT | {"size": 3}]},
        {"text": [TEXT | {"validator": "shoe"}]},
        {"counter_examples": []},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        rule_from(COMPLETE | change, "own.toml")


@pytest.mark.parametrize("change", [{"examples": ["large"]}, {"counter_examples": ["42"]}])
def test_a_rule_that_fails_its_own_examples_is_found_out(change: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        check_examples(rule_from(COMPLETE | change, "own.toml"))
