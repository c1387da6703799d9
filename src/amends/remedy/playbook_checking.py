"""Whether the parts of a playbook fit each other, the workflows, the rules of law and the ledger's columns."""

from __future__ import annotations

import re
from typing import Final

from amends.exposure.assessment import RecipientClass
from amends.jurisdictions.rules import load_rules
from amends.remedy.playbook_parts import ClawbackRule, Cohort, DueRule, Entitlement, Playbook, PopulationHold
from amends.remedy.workflow_table import workflows

TRIGGERS: Final = frozenset({"exposed_from", "reported_at", "confirmed_at", "removed_at"})
_STATUSES: Final = frozenset({"in_custody", "released", "removed", "other", "unknown"})
_YES_NO: Final = frozenset({"yes", "no"})
_CONDITIONS: Final = {
    "status_as_of": _STATUSES,
    "status_at_exposure": _STATUSES,
    "status_at_hold": _STATUSES,
    "removal_phase": frozenset({"before_exposure", "before_discovery", "before_hold", "after_hold", "none"}),
    "represented": _YES_NO,
    "deceased": _YES_NO,
    "minor": _YES_NO,
}
"""Condition → the values it can have. Every other condition asks about a fact of that name."""
_FACT: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ADDRESSEES: Final = frozenset({"person", "representative", "tribunal"})
LONGEST: Final = {
    "entitlement": 60,
    "owner": 60,
    "authority": 200,
    "barred_action": 60,
    "earliest_end": 200,
    "end_condition": 500,
}
"""Field → characters for which the ledger has room."""


def check_playbook(playbook: Playbook) -> None:
    """Raise ``ValueError`` naming the first thing that does not fit."""
    hold, clawback = playbook.population_hold, playbook.clawback
    cohorts = [cohort.name for cohort in playbook.cohorts]
    entitlements = [entitlement.name for entitlement in playbook.entitlements]
    # A second measure of the same name would look as if it had been planned already.
    _check_once("cohort", cohorts)
    _check_once("entitlement", [hold.entitlement, clawback.entitlement, *entitlements])
    for unknown in sorted(set(playbook.jurisdictions) - {rule.jurisdiction for rule in load_rules()}):
        raise ValueError(f"it names a jurisdiction without rules, so that no clock would run: {unknown!r}")
    for cohort in playbook.cohorts:
        _check_cohort(cohort)
    for entitlement in playbook.entitlements:
        _check_entitlement(entitlement, cohorts)
    _check_room(hold, "the population hold")
    _check_trigger(clawback.due, "the clawback")
    _check_room(clawback, "the clawback")
    classes = {item.value for item in RecipientClass}
    for unknown in sorted(set(clawback.classes) - classes):
        raise ValueError(f"the clawback asks a class of recipients that nobody knows: {unknown!r}")


def _check_once(kind: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{kind} {twice[0]!r} stands there twice")


def _check_cohort(cohort: Cohort) -> None:
    place = f"cohort {cohort.name!r}"
    for name, values in cohort.where.items():
        if not values:
            raise ValueError(f"{name!r} of {place} lists no value")
        if name not in _CONDITIONS and not _FACT.fullmatch(name):
            raise ValueError(f"{place} asks about {name!r}, which is no name of a fact")
        for unknown in sorted(set(values) - _CONDITIONS.get(name, frozenset(values))):
            raise ValueError(f"{name!r} of {place} is never {unknown!r}")


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
    _check_trigger(entitlement.due, place)
    _check_room(entitlement, place)


def _check_trigger(due: DueRule, place: str) -> None:
    if due.trigger not in TRIGGERS:
        raise ValueError(f"{place} is due after {due.trigger!r}, which is no moment of an incident")


def _check_room(measure: Entitlement | PopulationHold | ClawbackRule, place: str) -> None:
    name = measure.name if isinstance(measure, Entitlement) else measure.entitlement
    for key, longest in LONGEST.items():
        value = name if key == "entitlement" else getattr(measure, key, "")
        if len(value) > longest:
            raise ValueError(f"{key!r} of {place} is longer than {longest} characters")
