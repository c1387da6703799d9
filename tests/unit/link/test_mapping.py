from __future__ import annotations

import pytest

from amends.link.mapping import FactColumn, Mapping
from amends.vocabulary.errors import UsageError

WHOLE = """
[leaked]
sheet = "Detained"
identifiers = ["A-Number"]
family_name = "Last Name"
given_name = "First Name"
date_of_birth = "DOB"
[leaked.facts.fear_finding]
column = "Fear Interview Result"
values = { Positive = "positive", Negative = "negative" }
[registry]
person_id = "person_id"
identifiers = "a_number"
full_name = "name"
[registry.facts.final_order]
column = "final_order"
values = { "1" = "yes", "0" = "no" }
[status]
file = "status.csv"
person_id = "person_id"
status = "status"
valid_from = "valid_from"
valid_to = "valid_to"
[status.values]
DETAINED = "in_custody"
[as_of]
status = ["in_custody"]
"""


def loaded(tmp_path, text=WHOLE):
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return Mapping.load(path)


def test_a_whole_mapping_is_read_as_it_is_written(tmp_path):
    mapping = loaded(tmp_path)
    assert mapping.leaked.sheet == "Detained"
    assert mapping.leaked.mapped == ("A-Number", "Last Name", "First Name", "DOB")
    assert mapping.leaked.facts["fear_finding"].values == {"Positive": "positive", "Negative": "negative"}
    assert mapping.registry.identifiers == ("a_number",)
    assert mapping.registry.full_name == "name"
    assert mapping.registry.facts["final_order"].column == "final_order"
    assert mapping.status is not None
    assert mapping.status.values == {"DETAINED": "in_custody"}
    assert mapping.as_of is not None
    assert mapping.as_of.status == ("in_custody",)


def test_status_and_as_of_may_be_absent(tmp_path):
    mapping = loaded(tmp_path, WHOLE[: WHOLE.index("[status]")])
    assert mapping.status is None
    assert mapping.as_of is None


def test_a_mapping_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError) as refused:
        Mapping.load(tmp_path / "nowhere.toml")
    assert (refused.value.code, refused.value.where) == ("mapping-missing", "nowhere.toml")


@pytest.mark.parametrize(
    ("old", "new", "place", "hint"),
    [
        ("[leaked]", "[leakd]", "leakd", '"leaked"'),
        ('family_name = "Last Name"', 'familyname = "Last Name"', "familyname", "family_name"),
        ('person_id = "person_id"\nidentifiers', "identifiers", "[registry] person_id", "Add person_id"),
        ('full_name = "name"', "full_name = 7", "[registry] full_name", "full_name ="),
        ('full_name = "name"', "", "[registry] family_name", "or full_name"),
        ('identifiers = ["A-Number"]', "identifiers = [3]", "[leaked] identifiers", "identifiers = ["),
        ('DETAINED = "in_custody"', 'DETAINED = "jailed"', "[status] values", "in_custody"),
        ('[as_of]\nstatus = ["in_custody"]', "[as_of]\nstatus = []", "[as_of] status", "in_custody"),
        ('column = "final_order"', 'colum = "final_order"', "[registry.facts.final_order] column", "column"),
        ("[as_of]", "[asof]", "asof", "as_of"),
    ],
)
def test_a_mistake_in_the_mapping_is_refused_with_its_key_and_a_way_out(tmp_path, old, new, place, hint):
    assert old in WHOLE
    with pytest.raises(UsageError) as refused:
        loaded(tmp_path, WHOLE.replace(old, new))
    assert refused.value.code == "mapping-invalid"
    assert place in refused.value.where
    assert hint in refused.value.hint


def test_a_missing_section_is_named(tmp_path):
    with pytest.raises(UsageError) as refused:
        loaded(tmp_path, WHOLE[WHOLE.index("[registry]") :])
    assert refused.value.code == "mapping-invalid"
    assert "[leaked]" in refused.value.where


def test_broken_toml_is_refused_with_the_file(tmp_path):
    with pytest.raises(UsageError) as refused:
        loaded(tmp_path, "[leaked\n")
    assert refused.value.code == "mapping-invalid"
    assert "mapping.toml" in refused.value.where


def test_a_missing_column_is_named_with_its_section_and_the_near_names(tmp_path):
    mapping = loaded(tmp_path)
    with pytest.raises(UsageError) as refused:
        mapping.check_leaked(["A-Number", "Lastname", "First Name", "DOB", "Fear Interview Result"])
    assert refused.value.code == "mapping-column-missing"
    assert '"Last Name"' in refused.value.message
    assert "[leaked]" in refused.value.message
    assert '"Lastname"' in refused.value.hint


def test_a_missing_column_of_a_fact_is_named_with_the_fact(tmp_path):
    with pytest.raises(UsageError) as refused:
        loaded(tmp_path).check_registry(["person_id", "a_number", "name"])
    assert "registry.facts.final_order" in refused.value.message


def test_complete_columns_pass(tmp_path):
    mapping = loaded(tmp_path)
    mapping.check_leaked(["A-Number", "Last Name", "First Name", "DOB", "Fear Interview Result", "more"])
    mapping.check_registry(["person_id", "a_number", "name", "final_order"])
    mapping.check_status(["person_id", "status", "valid_from", "valid_to"])


@pytest.mark.parametrize(
    ("cell", "word"),
    [("Positive", "positive"), (" POSITIVE ", "positive"), ("", "unknown"), ("Perhaps", "unknown")],
)
def test_a_fact_in_words_nobody_mapped_is_unknown_and_never_guessed(cell, word):
    assert FactColumn("fear_finding", "Result", {"Positive": "positive"}).translate(cell) == word


def test_a_fact_without_words_is_taken_as_it_stands():
    assert FactColumn("kind", "Kind", {}).translate(" asylum ") == "asylum"
