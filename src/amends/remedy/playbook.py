"""Reads and checks a playbook: cohorts as predicates over status at a point in time, and what each is owed (R23)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, Final, TypeVar

from amends.exposure.assessment import RecipientClass
from amends.jurisdictions.rules import load_rules
from amends.remedy.workflow_table import workflows
from amends.vocabulary.errors import UsageError

_TRIGGERS: Final = frozenset({"exposed_from", "reported_at", "confirmed_at", "removed_at"})
LANGUAGES: Final = ("en", "es")
"""Languages in which every entitlement must be told."""
_FOLDER: Final = "amends.remedy.playbooks"
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
_T = TypeVar("_T")


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
    text = (resources.files(_FOLDER) / f"{name}.toml").read_text(encoding="utf-8")
    playbook = parse_playbook(text, where=name)
    if playbook.name != name:
        # Incidents remember a playbook by its name and must find it again.
        raise _invalid(f"it calls itself {playbook.name!r} and lies in {name}.toml", name)
    return playbook


def parse_playbook(text: str, *, where: str) -> Playbook:
    """Return the playbook written in ``text`` (TOML), checked as a whole.

    Raises `UsageError` ``playbook-invalid``, naming what is wrong: a playbook that is only half understood would
    leave people out in silence.
    """
    try:
        playbook = _built(tomllib.loads(text))
        _check(playbook)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(f"it is not TOML: {error}", where) from error
    except KeyError as error:
        raise _invalid(f"it does not say {error}", where) from error
    except (AttributeError, TypeError) as error:
        raise _invalid(
            f"a table stands where a value belongs, or the other way round: {error}", where
        ) from error
    except ValueError as error:
        raise _invalid(str(error), where) from error
    return playbook


def _built(content: dict[str, Any]) -> Playbook:
    hold, clawback = content["population_hold"], content["clawback"]
    return Playbook(
        name=_text(content["name"], "name"),
        version=_text(content["version"], "version"),
        title=_text(content["title"], "title"),
        jurisdictions=_texts(content.get("jurisdictions", []), "jurisdictions"),
        population_hold=_made(
            PopulationHold, _with_sentences(hold, "the population hold"), "the population hold"
        ),
        cohorts=tuple(_cohort(item) for item in content["cohort"]),
        entitlements=tuple(_entitlement(item) for item in content["entitlement"]),
        clawback=_made(
            ClawbackRule,
            {
                **clawback,
                "classes": _texts(clawback["classes"], "the classes of the clawback"),
                "due": _made(DueRule, clawback["due"], "the due time of the clawback"),
            },
            "the clawback",
        ),
    )


def _cohort(item: dict[str, Any]) -> Cohort:
    place = f"cohort {item['name']!r}"
    where = {name: _texts(values, f"{name!r} of {place}") for name, values in item.get("where", {}).items()}
    return _made(Cohort, {**item, "where": where}, place)


def _entitlement(item: dict[str, Any]) -> Entitlement:
    place = f"entitlement {item['name']!r}"
    due = _made(DueRule, item["due"], f"the due time of {place}")
    return _made(Entitlement, {**_with_sentences(item, place), "due": due}, place)


def _with_sentences(item: dict[str, Any], place: str) -> dict[str, Any]:
    plain = {name: value for name, value in item.items() if name not in LANGUAGES}
    missing = [language for language in LANGUAGES if not item.get(language)]
    if missing:
        raise ValueError(f"{place} has no sentence in {missing[0]!r}")
    return {**plain, "sentences": {language: _text(item[language], place) for language in LANGUAGES}}


def _made(kind: type[_T], values: dict[str, Any], place: str) -> _T:
    """Return ``kind`` made of ``values``, once every key is known, none is missing and each is of its type."""
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise ValueError(f"{place} has a key that nobody knows: {name!r}")
    for name, item in known.items():
        needed = item.default is MISSING and item.default_factory is MISSING
        if needed and values.get(name) in (None, ""):
            raise ValueError(f"{place} does not say {name!r}")
        if name in values:
            _check_value(values[name], str(item.type), f"{name!r} of {place}")
    return kind(**values)


def _check_value(value: Any, expected: str, place: str) -> None:
    if expected == "str":
        _text(value, place)
    elif expected == "int" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ValueError(f"{place} is not a number of days")


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{place} is not a text")
    return value


def _texts(values: Any, place: str) -> tuple[str, ...]:
    # A text alone would be read as the list of its letters, and fit nobody.
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{place} is not a list of texts")
    return tuple(values)


def _check(playbook: Playbook) -> None:
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
    if due.trigger not in _TRIGGERS:
        raise ValueError(f"{place} is due after {due.trigger!r}, which is no moment of an incident")


def _check_room(measure: Entitlement | PopulationHold | ClawbackRule, place: str) -> None:
    name = measure.name if isinstance(measure, Entitlement) else measure.entitlement
    for key, longest in LONGEST.items():
        value = name if key == "entitlement" else getattr(measure, key, "")
        if len(value) > longest:
            raise ValueError(f"{key!r} of {place} is longer than {longest} characters")


def _invalid(what: str, where: str) -> UsageError:
    return UsageError(
        "playbook-invalid",
        f"the playbook cannot be used: {what}",
        hint="compare it with docs/reference/playbooks.md",
        where=where,
    )
