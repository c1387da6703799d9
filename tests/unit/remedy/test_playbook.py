"""A playbook is understood as a whole, or refused with a message that names what is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from importlib import resources

import pytest

from amends.ledger.models import Incident, Remedy
from amends.remedy.playbook import (
    LANGUAGES,
    LONGEST,
    DueRule,
    Playbook,
    load_playbook,
    parse_playbook,
    playbook_names,
)
from amends.vocabulary.errors import UsageError
from tests.ledger_cases import REPORTED

GOOD = """
name = "sample"
version = "1"
title = "Sample"
jurisdictions = ["us-federal"]

[population_hold]
entitlement = "hold_removal"
barred_action = "removal"
owner = "Operations"
authority = "commitment"
earliest_end = "30 days after notice"
end_condition = "notice proven delivered"
waiting_days = 30
en = "No removal."
es = "Ninguna deportación."

[[cohort]]
name = "everyone"
title = "Everyone"

[[cohort]]
name = "in_custody"
title = "In custody"
where = { status_at_exposure = ["in_custody"], fear_finding = ["positive", "pending"] }

[[entitlement]]
name = "notice_person"
cohort = "everyone"
kind = "notice"
addressee = "person"
owner = "Privacy office"
authority = "policy"
due = { trigger = "reported_at", days = 2 }
en = "A notice."
es = "Una notificación."

[[entitlement]]
name = "no_opposition"
cohort = "in_custody"
kind = "hold"
barred_action = "opposition"
end_condition = "decision"
owner = "Legal adviser"
authority = "commitment"
due = { trigger = "confirmed_at", days = 0 }
en = "No opposition."
es = "Ninguna oposición."

[clawback]
entitlement = "clawback"
owner = "Privacy office"
authority = "request"
classes = ["outside"]
due = { trigger = "removed_at", days = 2 }
"""


def with_change(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def complaint(text: str) -> str:
    with pytest.raises(UsageError) as refused:
        parse_playbook(text, where="sample.toml")
    assert refused.value.code == "playbook-invalid"
    assert refused.value.where == "sample.toml"
    return refused.value.message


def test_a_good_playbook_is_read_as_it_stands():
    book = parse_playbook(GOOD, where="sample.toml")
    assert book.cohort("in_custody").where == {
        "status_at_exposure": ("in_custody",),
        "fear_finding": ("positive", "pending"),
    }
    assert [item.name for item in book.entitlements] == ["notice_person", "no_opposition"]
    assert book.entitlements[1].sentences == {"en": "No opposition.", "es": "Ninguna oposición."}
    assert book.population_hold.waiting_days == 30
    assert book.clawback.classes == ("outside",)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('cohort = "everyone"', 'cohort = "nobody"', ("notice_person", "nobody")),
        ('kind = "notice"', 'kind = "apology"', ("notice_person", "apology")),
        ('kind = "notice"', 'kind = "clawback"', ("notice_person", "clawback")),
        ('barred_action = "opposition"\n', "", ("no_opposition", "bars")),
        ('end_condition = "decision"\n', "", ("no_opposition", "ends")),
        ('barred_action = "removal"\n', "", ("population hold", "barred_action")),
        ('barred_action = "removal"', 'barred_action = ""', ("population hold", "barred_action")),
        ('name = "in_custody"', 'name = "everyone"', ("cohort", "everyone", "twice")),
        ('name = "no_opposition"', 'name = "notice_person"', ("entitlement", "notice_person", "twice")),
        ('name = "no_opposition"', 'name = "hold_removal"', ("entitlement", "hold_removal", "twice")),
        ('name = "no_opposition"', 'name = "clawback"', ("entitlement", "clawback", "twice")),
        ('trigger = "reported_at"', 'trigger = "full_moon"', ("notice_person", "full_moon")),
        ('trigger = "removed_at"', 'trigger = "full_moon"', ("clawback", "full_moon")),
        ("days = 2", 'days = "two"', ("notice_person", "days")),
        ("days = 2", "days = -2", ("notice_person", "days")),
        ("waiting_days = 30", "waiting_days = true", ("population hold", "waiting_days")),
        ('es = "Una notificación."\n', "", ("notice_person", "'es'")),
        ('en = "No removal."\n', "", ("population hold", "'en'")),
        ('es = "Ninguna oposición."', 'es = ""', ("no_opposition", "'es'")),
        ('owner = "Legal adviser"\n', "", ("no_opposition", "owner")),
        ('owner = "Legal adviser"', "owner = 7", ("no_opposition", "owner")),
        ('addressee = "person"\n', "", ("notice_person", "whom it tells")),
        ('addressee = "person"', 'addressee = "newspaper"', ("notice_person", "whom it tells")),
        ('addressee = "person"', 'adressee = "person"', ("notice_person", "adressee")),
        ('title = "In custody"', 'titel = "In custody"', ("in_custody", "titel")),
        ('["in_custody"]', '"in_custody"', ("in_custody", "status_at_exposure", "list")),
        ('["in_custody"]', "[]", ("in_custody", "status_at_exposure", "no value")),
        ('["in_custody"]', '["detained"]', ("in_custody", "status_at_exposure", "detained")),
        ('["positive", "pending"]', "[1, 2]", ("in_custody", "fear_finding", "list")),
        ("fear_finding", "fear__finding", ("in_custody", "fear__finding")),
        ("fear_finding", "'fear finding'", ("in_custody", "fear finding")),
        ("status_at_exposure = [", 'represented = ["maybe"], status_at_hold = [', ("represented", "maybe")),
        ('classes = ["outside"]', 'classes = ["newspaper"]', ("clawback", "newspaper")),
        ('classes = ["outside"]', 'classes = "outside"', ("clawback", "list")),
        ('jurisdictions = ["us-federal"]', 'jurisdictions = ["us-federl"]', ("jurisdiction", "us-federl")),
        ('version = "1"\n', "", ("version",)),
        ('version = "1"', "version = 1", ("version",)),
        ('authority = "policy"', f'authority = "{"x" * 201}"', ("notice_person", "authority", "200")),
        ('name = "no_opposition"', f'name = "{"x" * 61}"', ("entitlement", "60")),
        ("[clawback]", "[callback]", ("clawback",)),
        ("[population_hold]", "[[population_hold]]", ("table",)),
        ("[clawback]", "[clawback", ("TOML",)),
    ],
)
def test_a_wrong_playbook_is_refused_and_what_is_wrong_is_named(old, new, named):
    message = complaint(with_change(old, new))
    assert all(word in message for word in named), message


@pytest.mark.parametrize("text", ["", "not a playbook", "cohort = 3", "\0", "[[cohort]]\n"])
def test_what_is_no_playbook_at_all_is_refused(text):
    assert complaint(text).startswith("the playbook cannot be used: ")


def test_a_playbook_that_nobody_wrote_is_refused_with_the_list_of_those_there_are():
    with pytest.raises(UsageError) as refused:
        load_playbook("../custody")
    assert refused.value.code == "playbook-unknown"
    assert "custody" in refused.value.hint


def test_a_playbook_that_calls_itself_otherwise_than_its_file_is_refused(tmp_path, monkeypatch):
    text = (resources.files("amends.remedy.playbooks") / "custody.toml").read_text(encoding="utf-8")
    (tmp_path / "renamed.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("amends.remedy.playbook.resources.files", lambda _package: tmp_path)
    with pytest.raises(UsageError, match="'custody'.*renamed"):
        load_playbook("renamed")


@pytest.fixture(params=playbook_names())
def shipped(request: pytest.FixtureRequest) -> Playbook:
    return load_playbook(request.param)


def test_every_playbook_that_comes_with_amends_can_be_used(shipped):
    assert shipped.cohorts
    assert shipped.entitlements


def test_everyone_is_owed_a_notice_whatever_their_status(shipped):
    everyone = {cohort.name for cohort in shipped.cohorts if not cohort.where}
    notices = [item for item in shipped.entitlements if item.kind == "notice" and item.addressee == "person"]
    assert [item for item in notices if item.cohort in everyone]


def test_every_entitlement_can_be_told_in_every_language(shipped):
    for told in (*shipped.entitlements, shipped.population_hold):
        assert set(told.sentences) == set(LANGUAGES)
        assert all(told.sentences.values())


def test_every_cohort_but_those_that_only_count_is_owed_something(shipped):
    owed = {item.cohort for item in shipped.entitlements}
    assert {cohort.name for cohort in shipped.cohorts} - owed <= {"removed_before_hold"}


def test_the_longest_texts_are_those_for_which_the_ledger_has_room():
    lengths = {field.name: getattr(field, "max_length", None) for field in Remedy._meta.get_fields()}
    assert {name: lengths[name] for name in LONGEST} == LONGEST


@pytest.mark.parametrize("days", [0, 2, 52])
def test_a_measure_is_due_so_many_days_after_its_trigger(days):
    assert DueRule("reported_at", days).due_at({"reported_at": REPORTED}) == REPORTED + timedelta(days=days)


@pytest.mark.parametrize("triggers", [{}, {"confirmed_at": None}])
def test_before_its_trigger_has_happened_nothing_is_due(triggers):
    assert DueRule("confirmed_at", 2).due_at(triggers) is None


def test_every_trigger_is_a_timestamp_of_an_incident():
    from amends.remedy.due_rule import INCIDENT_TRIGGERS
    from amends.remedy.planning import triggers

    assert set(triggers(Incident())) == INCIDENT_TRIGGERS
