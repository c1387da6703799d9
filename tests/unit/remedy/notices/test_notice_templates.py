from __future__ import annotations

import shutil

import pytest

from amends.remedy.notices.notice_templates import (
    TEMPLATES_FOLDER,
    best_language,
    languages_of,
    load_template,
    notices,
    read_template,
)
from amends.vocabulary.errors import FaultError, UsageError

FLAWS = [
    ("the element which_data is missing", 'element = "which_data"', 'element = "what_happened"'),
    ("stands there twice", 'element = "which_data"', 'element = "what_happened"'),
    ("is not one that the notice knows", 'element = "which_data"', 'element = "advertising"'),
    ("does not use duration", "That is {duration}.", ""),
    ("does not use unknowns", '  { list = "unknowns" },\n', ""),
    ("the placeholder shoe_size is not known", "That is {duration}.", "That is {duration} {shoe_size}."),
    ("the field person is forbidden", "Dear {addressee}", "Dear {addressee} and {person}"),
    ("does not name the addressee", "Dear {addressee}", "Dear Sir or Madam"),
    ("a brace belongs to no placeholder", "We are sorry.", "We are sorry {."),
    ("of no known kind", 'style = "key"', 'style = "blinking"'),
]


@pytest.mark.parametrize(("flaw", "before", "after"), FLAWS)
def test_words_that_do_not_fit_the_demands_never_load(tmp_path, flaw, before, after):
    folder = tmp_path / "breach_notice"
    shutil.copytree(TEMPLATES_FOLDER / "breach_notice", folder)
    words = (folder / "en" / "text.toml").read_text(encoding="utf-8")
    assert before in words
    (folder / "en" / "text.toml").write_text(words.replace(before, after), encoding="utf-8")
    with pytest.raises(FaultError) as refused:
        read_template(folder, "en")
    assert refused.value.code == "template-invalid"
    assert flaw in refused.value.message


def test_a_notice_or_language_that_does_not_exist_is_refused():
    for notice, language in (("love_letter", "en"), ("breach_notice", "xx"), ("../templates", "en")):
        with pytest.raises(UsageError) as refused:
            load_template(notice, language)
        assert refused.value.code == "unknown-notice"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("es", "es"), ("es-419", "es"), ("ES_mx", "es"), ("ar", "en"), ("", "en"), ("en-GB", "en")],
)
def test_a_person_is_written_to_in_the_nearest_language_that_there_is(wanted, language):
    assert best_language("breach_notice", wanted) == language


def test_every_notice_to_people_is_in_english_and_spanish():
    for notice in notices():
        written = [load_template(notice, language) for language in languages_of(notice)]
        if written[0].audience in ("person", "representative", "bearer"):
            assert {"en", "es"} <= {template.language for template in written}
