"""Reads and checks a playbook: cohorts as predicates over status at a point in time, and what each is owed (R23)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, Final

from amends.remedy.workflow_table import workflows
from amends.vocabulary.errors import UsageError

_TRIGGERS: Final = frozenset({"exposed_from", "reported_at", "confirmed_at", "removed_at"})
LANGUAGES: Final = ("en", "es")
"""Languages in which every entitlement must be told."""
_FOLDER: Final = "amends.remedy.playbooks"


@dataclass(frozen=True, slots=True)
class Cohort:
    """A predicate over persons: every condition holds, each by one of the listed values."""

    name: str
    title: str
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition → values. Empty: everyone."""


@dataclass(frozen=True, slots=True)
class DueRule:
    """When a measure is due: so many days after one of the incident's timestamps."""

    trigger: str
    days: int

    def due_at(self, triggers: dict[str, datetime | None]) -> datetime | None:
        """Return the due instant, or None where the trigger has not happened or is not known."""
        begins = triggers.get(self.trigger)
        return begins + timedelta(days=self.days) if begins else None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One measure that everyone in a cohort is owed."""

    name: str
    cohort: str
    kind: str
    owner: str
    authority: str
    due: DueRule
    addressee: str = ""
    barred_action: str = ""
    earliest_end: str = ""
    end_condition: str = ""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the sentence in which a notice names this entitlement."""


@dataclass(frozen=True, slots=True)
class PopulationHold:
    """The hold that every row gets at once, before anyone is categorised (R08)."""

    entitlement: str
    barred_action: str
    owner: str
    authority: str
    earliest_end: str
    end_condition: str
    waiting_days: int
    """Days that must pass after a proven delivery before the hold may end."""
    sentences: dict[str, str] = field(default_factory=dict)
    """Language → the sentence in which a notice names the hold."""


@dataclass(frozen=True, slots=True)
class ClawbackRule:
    """Which recipients are asked to destroy the data, and by when (R45)."""

    entitlement: str
    owner: str
    authority: str
    classes: tuple[str, ...]
    due: DueRule


@dataclass(frozen=True, slots=True)
class Playbook:
    """A versioned table from cohort to entitlements."""

    name: str
    version: str
    title: str
    jurisdictions: tuple[str, ...]
    population_hold: PopulationHold
    cohorts: tuple[Cohort, ...]
    entitlements: tuple[Entitlement, ...]
    clawback: ClawbackRule

    def cohort(self, name: str) -> Cohort:
        """Return a cohort by name; ``KeyError`` for one that the playbook does not have."""
        return {cohort.name: cohort for cohort in self.cohorts}[name]


def playbook_names() -> tuple[str, ...]:
    """Return the names of the playbooks that come with Amends."""
    files = resources.files(_FOLDER).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load_playbook(name: str) -> Playbook:
    """Return a playbook by name.

    Raises `UsageError` ``playbook-unknown`` or ``playbook-invalid``, saying what is wrong with it.
    """
    if name not in playbook_names():
        raise UsageError(
            "playbook-unknown",
            f"there is no playbook {name!r}",
            hint=f"the playbooks are: {', '.join(playbook_names())}",
        )
    return parse_playbook((resources.files(_FOLDER) / f"{name}.toml").read_text(encoding="utf-8"), where=name)


def parse_playbook(text: str, *, where: str) -> Playbook:
    """Return the playbook written in ``text`` (TOML), checked as a whole."""
    try:
        playbook = _built(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise _invalid(f"{type(error).__name__}: {error}", where) from error
    _check(playbook, where)
    return playbook


def _built(content: dict[str, Any]) -> Playbook:
    clawback = content["clawback"]
    return Playbook(
        name=content["name"],
        version=content["version"],
        title=content["title"],
        jurisdictions=tuple(content.get("jurisdictions", ())),
        population_hold=PopulationHold(**_with_sentences(content["population_hold"])),
        cohorts=tuple(_cohort(item) for item in content["cohort"]),
        entitlements=tuple(_entitlement(item) for item in content["entitlement"]),
        clawback=ClawbackRule(
            **{**clawback, "classes": tuple(clawback["classes"]), "due": DueRule(**clawback["due"])}
        ),
    )


def _cohort(item: dict[str, Any]) -> Cohort:
    where = {name: tuple(values) for name, values in item.get("where", {}).items()}
    return Cohort(name=item["name"], title=item["title"], where=where)


def _entitlement(item: dict[str, Any]) -> Entitlement:
    return Entitlement(**{**_with_sentences(item), "due": DueRule(**item["due"])})


def _with_sentences(item: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in item.items() if name not in LANGUAGES}
    return {**plain, "sentences": {language: item[language] for language in LANGUAGES}}


def _check(playbook: Playbook, where: str) -> None:
    names = [cohort.name for cohort in playbook.cohorts]
    entitlements = [entitlement.name for entitlement in playbook.entitlements]
    for kind, listed in (("cohort", names), ("entitlement", entitlements)):
        twice = sorted({name for name in listed if listed.count(name) > 1})
        if twice:
            raise _invalid(f"{kind} {twice[0]!r} stands there twice", where)
    for entitlement in playbook.entitlements:
        if entitlement.cohort not in names:
            raise _invalid(f"entitlement {entitlement.name!r} names no cohort of the playbook", where)
        if entitlement.kind not in workflows():
            raise _invalid(f"entitlement {entitlement.name!r} is of a kind without a workflow", where)
        if entitlement.kind == "hold" and not (entitlement.barred_action and entitlement.end_condition):
            raise _invalid(f"hold {entitlement.name!r} does not say what it bars and when it ends", where)
        if entitlement.due.trigger not in _TRIGGERS:
            raise _invalid(f"entitlement {entitlement.name!r} is due after an unknown trigger", where)


def _invalid(what: str, where: str) -> UsageError:
    return UsageError(
        "playbook-invalid",
        f"the playbook cannot be used: {what}",
        hint="compare it with docs/reference/playbooks.md",
        where=where,
    )
