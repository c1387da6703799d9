"""Whether the parts of a playbook fit each other, the workflows, the rules of law and the ledger's columns."""

from __future__ import annotations

from typing import Final

from amends.exposure.assessment import RecipientClass
from amends.jurisdictions.rules import load_rules
from amends.jurisdictions.working_days import known_countries
from amends.remedy.commitment_rules import commitment_rule_names
from amends.remedy.conditions import check_predicate
from amends.remedy.due_rule import INCIDENT_TRIGGERS, PERSON_TRIGGERS, DueRule
from amends.remedy.notices.notice_templates import load_template, notices
from amends.remedy.playbook_parts import (
    COMMITMENT_MOMENTS,
    ClawbackRule,
    Cohort,
    Commitment,
    Entitlement,
    Playbook,
    PopulationHold,
    instant_of,
)
from amends.remedy.workflow_table import workflows

_ADDRESSEES: Final = frozenset({"person", "representative", "guardian", "next_of_kin", "tribunal"})
_LETTER_ADDRESSEES: Final = frozenset({"person", "representative"})
"""Whom a letter can be written to by itself: of everyone else the registry has no address."""
_MOST_COHORTS: Final = 60
"""Memberships of one person are counted as one number with a bit for each cohort."""
LONGEST: Final = {
    "entitlement": 60,
    "owner": 60,
    "authority": 200,
    "barred_action": 60,
    "earliest_end": 200,
    "end_condition": 500,
}
"""Field → characters for which the ledger has room."""
_OF_KIND: Final = {
    "notice": ("addressee", "template"),
    "hold": ("barred_action", "earliest_end", "end_condition", "waiting_days"),
    "review": ("review", "second_look"),
}
"""Kind of entitlement → the keys that mean something for it alone."""


def check_playbook(playbook: Playbook) -> None:
    """Raise ``ValueError`` naming the first thing that does not fit."""
    hold, clawback = playbook.population_hold, playbook.clawback
    cohorts = [cohort.name for cohort in playbook.cohorts]
    entitlements = [entitlement.name for entitlement in playbook.entitlements]
    # A second measure of the same name would look as if it had been planned already.
    _check_once("cohort", cohorts)
    held = [each.entitlement for each in hold.each()]
    _check_once("entitlement", [*held, clawback.entitlement, *entitlements])
    for unknown in sorted(set(playbook.jurisdictions) - {rule.jurisdiction for rule in load_rules()}):
        raise ValueError(f"it names a jurisdiction without rules, so that no clock would run: {unknown!r}")
    if len(cohorts) > _MOST_COHORTS:
        raise ValueError(f"it has more than {_MOST_COHORTS} cohorts")
    for cohort in playbook.cohorts:
        _check_cohort(cohort)
    for entitlement in playbook.entitlements:
        _check_entitlement(entitlement, cohorts)
    _check_once("commitment", [commitment.name for commitment in playbook.commitments])
    for commitment in playbook.commitments:
        _check_commitment(commitment, playbook)
    for each in hold.each():
        _check_room(each, "the population hold")
    _check_due(clawback.due, "the clawback", of_person=False)
    _check_room(clawback, "the clawback")
    classes = {item.value for item in RecipientClass}
    for unknown in sorted(set(clawback.classes) - classes):
        raise ValueError(f"the clawback asks a class of recipients that nobody knows: {unknown!r}")


def _check_once(kind: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{kind} {twice[0]!r} stands there twice")


def _check_cohort(cohort: Cohort) -> None:
    check_predicate(cohort.predicate, f"cohort {cohort.name!r}")


def _check_entitlement(entitlement: Entitlement, cohorts: list[str]) -> None:
    place = f"entitlement {entitlement.name!r}"
    if entitlement.cohort not in cohorts:
        raise ValueError(
            f"{place} is owed to cohort {entitlement.cohort!r}, which the playbook does not have"
        )
    if entitlement.kind not in workflows():
        raise ValueError(f"{place} is of kind {entitlement.kind!r}, for which there is no workflow")
    if entitlement.kind == "clawback":
        raise ValueError(f"{place} is a clawback, which is asked of recipients and owed to nobody")
    if entitlement.kind == "hold" and not (entitlement.barred_action and entitlement.end_condition):
        raise ValueError(f"hold {entitlement.name!r} does not say what it bars and when it ends")
    if entitlement.kind == "notice" and entitlement.addressee not in _ADDRESSEES:
        raise ValueError(f"{place} does not say whom it tells: {', '.join(sorted(_ADDRESSEES))}")
    _check_only(entitlement, place)
    _check_template(entitlement, place)
    _check_due(entitlement.due, place, of_person=True)
    _check_room(entitlement, place)


def _check_only(entitlement: Entitlement, place: str) -> None:
    """A key that means nothing for this kind is a misunderstanding, and is not passed over."""
    for kind, names in _OF_KIND.items():
        for name in names:
            if entitlement.kind != kind and getattr(entitlement, name):
                raise ValueError(
                    f"{place} is a {entitlement.kind} and has {name!r}, which belongs to a {kind}"
                )


def _check_template(entitlement: Entitlement, place: str) -> None:
    if not entitlement.template:
        return
    if entitlement.addressee not in _LETTER_ADDRESSEES or entitlement.template not in notices():
        raise ValueError(f"{place} names a letter that cannot be written: {entitlement.template!r}")
    if load_template(entitlement.template, "en").audience != entitlement.addressee:
        raise ValueError(f"{place} names a letter for somebody else: {entitlement.template!r}")


def _check_due(due: DueRule, place: str, *, of_person: bool) -> None:
    known = INCIDENT_TRIGGERS | (PERSON_TRIGGERS if of_person else frozenset())
    if due.trigger not in known:
        raise ValueError(f"{place} is due after {due.trigger!r}, which is no moment of an incident")
    if due.holidays and due.holidays not in known_countries():
        raise ValueError(f"{place} is due by the holidays of {due.holidays!r}, which nobody knows")
    if due.holidays and not due.working_days:
        raise ValueError(f"{place} names holidays and counts calendar days")


def _check_commitment(commitment: Commitment, playbook: Playbook) -> None:
    place = f"commitment {commitment.name!r}"
    if commitment.rule not in commitment_rule_names():
        raise ValueError(f"{place} is checked by {commitment.rule!r}, which nobody knows how to check")
    if commitment.cohort not in {cohort.name for cohort in playbook.cohorts}:
        raise ValueError(
            f"{place} is given to cohort {commitment.cohort!r}, which the playbook does not have"
        )
    if commitment.since not in COMMITMENT_MOMENTS:
        try:
            instant_of(commitment.since)
        except ValueError as error:
            raise ValueError(f"{place} does not say since when: {commitment.since!r}") from error
    for key, longest in (("name", LONGEST["entitlement"]), ("barred_action", LONGEST["barred_action"])):
        if len(getattr(commitment, key)) > longest:
            raise ValueError(f"{key!r} of {place} is longer than {longest} characters")


def _check_room(measure: Entitlement | PopulationHold | ClawbackRule, place: str) -> None:
    name = measure.name if isinstance(measure, Entitlement) else measure.entitlement
    for key, longest in LONGEST.items():
        value = name if key == "entitlement" else getattr(measure, key, "")
        if len(value) > longest:
            raise ValueError(f"{key!r} of {place} is longer than {longest} characters")
