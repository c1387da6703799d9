from __future__ import annotations

import pytest

from amends.remedy.notices.fonts import describe, families_for, uncovered

NAMES = [
    "Nguyễn Thị Ánh",
    "Łukasz Żółć",
    "Ольга",
    "Αλέξης",
    "محمد علي",
    "דוד",
    "अनिल",
    "ആനി",
    "李明",
    "김민수",
    "አበበ",
    "გია",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_the_scripts_of_many_countries_can_be_printed(name):
    assert uncovered(name, families_for("und")) == frozenset()


def test_a_script_without_a_font_is_noticed_and_named_without_its_letters():
    boxes = uncovered("Amina \N{ADLAM CAPITAL LETTER ALIF}\N{JAVANESE LETTER KA}", families_for("und"))
    assert len(boxes) == 2
    assert describe(boxes) == "1 of Adlam, 1 of Javanese"


def test_a_private_character_is_never_printable():
    assert uncovered("\ue000", families_for("und")) == {"\ue000"}
    assert describe("\ue000") == "1 of an unassigned or private range"


def test_joiners_need_no_shape():
    assert uncovered("\u200c\u200d\u200f", families_for("und")) == frozenset()


@pytest.mark.parametrize(
    ("language", "family"),
    [
        ("ja", "JP"),
        ("ko", "KR"),
        ("zh", "SC"),
        ("zh-Hant-TW", "TC"),
        ("zh-HK", "HK"),
        ("ja-JP", "JP"),
        ("und", "SC"),
    ],
)
def test_han_characters_take_the_forms_of_the_persons_language(language, family):
    assert families_for(language)[-1] == f"Noto Sans CJK {family}"


def test_the_latin_family_comes_first_and_the_emoji_with_digits_after_every_script():
    families = families_for("en")
    assert families[0] == "Noto Sans"
    assert families.index("Noto Emoji") > families.index("Noto Sans Thai")
