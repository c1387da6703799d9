"""What a playbook promises becomes a commitment that is checked, and none goes unchecked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amends.remedy.action_kinds import action_kinds, irreversible_kinds
from amends.remedy.breach_case import BREACH
from amends.remedy.commitment_rules import commitment_rule_names, commitment_rules
from amends.remedy.commitments.interface import Commitment
from amends.remedy.playbook import load_playbook, playbook_names
from amends.remedy.promises import commitments_of, find_breaches
from amends.vocabulary.errors import UsageError
from tests.contracts.workflows import test_workflows as contract
from tests.ledger_cases import NOW, incident_with_rows


@pytest.mark.parametrize("name", playbook_names())
def test_every_promise_of_every_playbook_has_a_rule_and_a_kind_of_action_that_can_be_reported(name):
    found = commitments_of(load_playbook(name))
    assert {commitment.rule for commitment in found} <= commitment_rules().keys()
    assert {commitment.barred_action for commitment in found} <= action_kinds().keys()
    assert all(len(commitment.name) <= 60 for commitment in found)
    names = [commitment.name for commitment in found]
    assert len(set(names)) == len(names)


def test_a_rule_has_the_name_of_its_module():
    assert {name: rule.name for name, rule in commitment_rules().items()} == {
        name: name for name in commitment_rule_names()
    }


def test_every_hold_of_a_playbook_is_checked():
    playbook = load_playbook("custody")
    holds = {c.name for c in commitments_of(playbook) if c.rule == "hold_in_force"}
    entitlements = {item.name for item in playbook.entitlements if item.kind == "hold"}
    assert holds == {playbook.population_hold.entitlement} | entitlements


def test_the_promises_of_the_custody_playbook_are_those_that_were_made_in_public():
    found = {c.rule: c for c in commitments_of(load_playbook("custody"))}
    assert found["no_removal_before_relief"].barred_action == "removal"
    assert found["waiting_period"].waiting_days == 30
    assert found["motion_not_opposed"].cohort == "final_order"


def test_every_barred_action_of_a_hold_on_several_has_its_waiting_time_checked():
    playbook = load_playbook("gdpr")
    found = {(c.rule, c.barred_action) for c in commitments_of(playbook)}
    for action in playbook.population_hold.barred_actions:
        assert ("hold_in_force", action) in found
        assert (("waiting_period", action) in found) is bool(playbook.population_hold.waiting_days)


def test_a_promise_that_no_rule_checks_is_refused(ledger):
    promise = Commitment("x", "x", "best_effort", "removal")
    with pytest.raises(UsageError) as refused:
        find_breaches(promise, incident=incident_with_rows(1), playbook=load_playbook("custody"), now=NOW)
    assert refused.value.code == "commitment-rule-unknown"


def test_a_promise_says_in_words_how_it_was_broken():
    commitment = Commitment("w", "w", "waiting_period", "removal", waiting_days=30)
    for rule in commitment_rules().values():
        said = rule.says(commitment)
        assert said.startswith("removal ")
        assert "{" not in said
        assert len(said) <= 300


def test_a_removal_cannot_be_taken_back_and_an_opposition_can():
    assert "removal" in irreversible_kinds()
    assert "opposition_to_motion_to_reopen" not in irreversible_kinds()


# ------------------------------------------------------------------ the case of a breach keeps to the contract


@pytest.mark.parametrize(
    "check",
    [
        contract.unreachable_states,
        contract.dead_ends,
        contract.undeclared_reopenings,
        contract.ambiguous_steps,
    ],
)
def test_the_life_of_a_breach_is_a_workflow_like_the_others(check):
    assert not check(BREACH)


def test_a_breach_is_settled_only_with_something_to_show():
    silent = [s.name for s in BREACH.transitions if s.target in BREACH.finals and not s.requires]
    assert silent == []
    assert contract.unknown_requirements(replace(BREACH).transitions) == set()
