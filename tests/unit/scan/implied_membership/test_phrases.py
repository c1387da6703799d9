"""Each phrase finds its examples and not its counter-examples."""

from __future__ import annotations

import pytest

from amends.scan.implied_membership.phrases import Language, Says, check_examples, folded, languages


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.tag)
def test_every_phrase_finds_its_examples_and_no_counter_example(language: Language) -> None:
    check_examples(language)


def test_english_and_spanish_have_phrases_of_both_halves() -> None:
    for language in languages():
        said = {phrase.says for phrase in language.phrases}
        assert said >= {Says.MEMBERSHIP, Says.REFERENCE}, language.tag
    assert {language.tag for language in languages()} >= {"en", "es"}


def test_accents_case_line_breaks_and_curly_quotes_make_no_difference() -> None:
    assert folded("Divulgación\r\n  de  «ÉL» – last week’s") == "divulgacion de el - last week's"
