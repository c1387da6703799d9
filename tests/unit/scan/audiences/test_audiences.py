"""Who may receive what: the audiences that ship, those of an own file, and what is weighed against them."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.audiences.loading import Audience, audience_named, load_audiences
from amends.scan.audiences.weighing import objection
from amends.scan.columns import classify_columns
from amends.scan.identifiers.rules import load_rules
from amends.scan.screening import Finding, screen_opened
from amends.scan.tables import OpenedFile, Table
from amends.vocabulary.errors import UsageError
from amends.vocabulary.provenance import Provenance

OWN = """
[[audience]]
name = "public"
recipients = "Readers of the board's page."
categories = ["identity"]
kinds = []
never = ["date-of-birth"]
known_people = ["board"]
never_known_people = []
most_people = 2
may_learn_membership = false
"""


def finding(kind: str, *, people: int = 0) -> Finding:
    return Finding(Provenance.of("a.csv"), kind, people, 0, (), "", "")


def listed(*columns: str, rows: tuple[tuple[str, ...], ...]) -> Finding:
    table = Table(Provenance.of("a.csv"), "a", "", columns, rows, tuple(range(2, 2 + len(rows))))
    assert classify_columns(table)
    return screen_opened(OpenedFile((table,), ())).findings[0]


@pytest.fixture
def manifest() -> Finding:
    return listed(
        "Name", "Date of Birth", rows=(("Ana Zzcanary", "1990-02-11"), ("Bo Zzcanary", "1991-02-11"))
    )


@pytest.fixture
def custody() -> Finding:
    rows = (("Ana Zzcanary", "Centre 3"), ("Bo Zzcanary", "Centre 4"))
    return listed("Name", "Detention Facility", rows=rows)


def test_the_public_may_have_no_personal_data_at_all(manifest: Finding, custody: Finding) -> None:
    public = audience_named("public")
    assert objection(manifest, public)
    assert objection(custody, public)


def test_a_foreign_government_may_have_names_and_not_where_people_are_held(
    manifest: Finding, custody: Finding
) -> None:
    government = audience_named("foreign-government")
    assert objection(manifest, government) == ""
    assert objection(custody, government) == "The audience 'foreign-government' may not have: custody."


def test_the_person_may_have_their_own_and_nobody_else_s(manifest: Finding) -> None:
    person = audience_named("the-person")
    assert "may have 1 in one file, and it lists 2" in objection(manifest, person)
    assert objection(listed("Name", "DOB", rows=(("Ana Zzcanary", "1990-02-11"),)), person) == ""


@pytest.mark.parametrize("kind", ["implied-membership", "incident-overlap"])
def test_only_those_who_may_know_learn_who_was_in_an_incident(kind: str) -> None:
    told = {name for name, audience in load_audiences().items() if not objection(finding(kind), audience)}
    assert told == {"court", "the-person", "representative"}


@pytest.mark.parametrize("kind", ["hidden-sheet", "recipients-in-sight", "a-kind-that-nobody-foresaw"])
def test_what_no_rule_permits_goes_to_nobody(kind: str) -> None:
    assert all(objection(finding(kind), audience) for audience in load_audiences().values())


def test_known_people_of_an_index_that_is_not_named_go_to_nobody() -> None:
    assert all(objection(finding("known-people"), audience) for audience in load_audiences().values())


def test_an_own_audience_takes_the_place_of_one_that_ships(tmp_path: Path, manifest: Finding) -> None:
    own = tmp_path / "audiences.toml"
    own.write_text(OWN, encoding="utf-8")
    assert set(load_audiences(own)) == set(load_audiences())
    public = audience_named("public", own)
    assert (public.recipients, public.most_people) == ("Readers of the board's page.", 2)
    assert "may not have: identity" in objection(manifest, public), "never is stronger than categories"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('name = "public"', "does not say: name"),
        ('recipients = "Readers of the board\'s page."', "does not say: recipients"),
        ("most_people = 2", "does not say: most_people"),
    ],
)
def test_an_audience_that_leaves_anything_open_is_refused(tmp_path: Path, change: str, said: str) -> None:
    own = tmp_path / "audiences.toml"
    own.write_text(OWN.replace(change, ""), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_audiences(own)
    assert (error.value.code, said in error.value.message) == ("audiences-invalid", True)


def test_an_audience_with_a_misspelt_field_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "audiences.toml"
    own.write_text(OWN + 'category = ["special"]\n', encoding="utf-8")
    with pytest.raises(UsageError, match="nobody reads"):
        load_audiences(own)


def test_every_category_and_kind_that_an_audience_names_is_one_of_the_rules() -> None:
    rules = load_rules()
    known = {rule.category for rule in rules} | {rule.kind for rule in rules} | {"*"}
    named: set[str] = set()
    for audience in load_audiences().values():
        named |= audience.categories | audience.kinds | audience.never
    assert named <= known


def test_an_audience_that_nobody_has_described_may_have_nothing() -> None:
    assert Audience("x", "nobody").categories == frozenset()
    with pytest.raises(UsageError) as error:
        audience_named("martians")
    assert error.value.code == "audience-unknown"
