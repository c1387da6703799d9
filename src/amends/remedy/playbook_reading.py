"""From the tables of a TOML file to the parts of a playbook, each key known and each value of its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

from amends.remedy.conditions import COMBINED
from amends.remedy.due_rule import DueRule
from amends.remedy.playbook_parts import (
    ClawbackRule,
    Cohort,
    Commitment,
    Entitlement,
    Playbook,
    PopulationHold,
    Predicate,
    hold_name,
    instant_of,
)

LANGUAGES: Final = ("en", "es")
"""Languages in which every entitlement must be told."""
_SECTIONS: Final = frozenset(
    {
        "name",
        "version",
        "title",
        "jurisdictions",
        "population_hold",
        "cohort",
        "entitlement",
        "clawback",
        "commitment",
    }
)
if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_T = TypeVar("_T", bound="DataclassInstance")


def read_playbook(content: dict[str, Any]) -> Playbook:
    """Return the playbook, its parts not yet compared with each other.

    Raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError`` saying what is wrong.
    """
    clawback = content["clawback"]
    for name in content:
        if name not in _SECTIONS:
            raise ValueError(f"it has a part that nobody knows: {name!r}")
    return Playbook(
        name=_text(content["name"], "name"),
        version=_text(content["version"], "version"),
        title=_text(content["title"], "title"),
        jurisdictions=_texts(content.get("jurisdictions", []), "jurisdictions"),
        population_hold=_population_hold(content["population_hold"]),
        cohorts=tuple(_cohort(item) for item in content["cohort"]),
        entitlements=tuple(made for item in content["entitlement"] for made in _entitlements(item)),
        clawback=_made(
            ClawbackRule,
            {
                **clawback,
                "classes": _texts(clawback["classes"], "the classes of the clawback"),
                "due": _due(clawback["due"], "the due time of the clawback"),
            },
            "the clawback",
        ),
        commitments=tuple(_commitment(item) for item in content.get("commitment", [])),
    )


def _population_hold(item: dict[str, Any]) -> PopulationHold:
    place = "the population hold"
    values = _with_sentences(item, place)
    first, *further = _barred(values, place) or [""]
    return _made(PopulationHold, {**values, "barred_action": first, "further_actions": tuple(further)}, place)


def _cohort(item: dict[str, Any]) -> Cohort:
    place = f"cohort {item['name']!r}"
    where = _predicate(item.get("where", {}), place)
    plain = {name: value for name, value in item.items() if name != "where"}
    parts = {"where": where.values, "all_of": where.all_of, "any_of": where.any_of, "none_of": where.none_of}
    for name in set(parts) & set(plain):
        raise ValueError(f"{place} has a key that nobody knows: {name!r}")
    return _made(Cohort, {**plain, **parts}, place)


def _predicate(item: dict[str, Any], place: str) -> Predicate:
    values = {
        name: _texts(found, f"{name!r} of {place}") for name, found in item.items() if name not in COMBINED
    }
    combined = {
        name: tuple(_predicate(inner, place) for inner in _tables(item[name], f"{name!r} of {place}"))
        for name in COMBINED
        if name in item
    }
    return Predicate(values, combined.get("all", ()), combined.get("any", ()), combined.get("not", ()))


def _entitlements(item: dict[str, Any]) -> Iterator[Entitlement]:
    """Yield the entitlement; where it bars several actions, one hold for each, named apart."""
    place = f"entitlement {item['name']!r}"
    values = {**_with_sentences(item, place), "due": _due(item["due"], f"the due time of {place}")}
    actions = _barred(values, place)
    yield _made(Entitlement, {**values, "barred_action": actions[0]} if actions else values, place)
    for action in actions[1:]:
        name = hold_name(item["name"], action)
        yield _made(Entitlement, {**values, "name": name, "barred_action": action}, place)


def _barred(values: dict[str, Any], place: str) -> tuple[str, ...]:
    """Take the barred actions out of the values: written as one, or as a list of several."""
    one, several = values.pop("barred_action", ""), values.pop("barred_actions", None)
    if several is None:
        return (_text(one, f"'barred_action' of {place}"),) if one != "" else ()
    actions = _texts(several, f"'barred_actions' of {place}")
    if one or not actions or len(set(actions)) != len(actions) or "" in actions:
        raise ValueError(f"{place} bars either one action, or a list of different ones")
    return actions


def _due(item: dict[str, Any], place: str) -> DueRule:
    if ("days" in item) == ("working_days" in item):
        raise ValueError(f"{place} gives either 'days' or 'working_days'")
    return _made(DueRule, item, place)


def _commitment(item: dict[str, Any]) -> Commitment:
    place = f"commitment {item['name']!r}"
    values = _with_sentences(item, place)
    if "since" in values:
        values["since"] = _since(values["since"])
    return _made(Commitment, values, place)


def _since(value: Any) -> Any:
    """Return a day or an instant, as TOML or a text writes it, as one instant; a name of a moment stays."""
    text = value.isoformat() if isinstance(value, date) else value
    try:
        return instant_of(text).isoformat()
    except (ValueError, TypeError):
        return text


def _with_sentences(item: dict[str, Any], place: str) -> dict[str, Any]:
    plain = {name: value for name, value in item.items() if name not in LANGUAGES}
    missing = [language for language in LANGUAGES if not item.get(language)]
    if missing:
        raise ValueError(f"{place} has no sentence in {missing[0]!r}")
    return {**plain, "sentences": {language: _text(item[language], place) for language in LANGUAGES}}


def _made(kind: type[_T], values: dict[str, Any], place: str) -> _T:
    """Return ``kind`` made of ``values``, once every key is known, none is missing and each is of its type."""
    known = {item.name: item for item in fields(kind)}
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
    elif expected == "bool" and not isinstance(value, bool):
        raise ValueError(f"{place} is neither true nor false")
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


def _tables(values: Any, place: str) -> list[dict[str, Any]]:
    """Return a list of tables; one table alone counts as a list of one."""
    listed = [values] if isinstance(values, dict) else values
    if not isinstance(listed, list) or not listed or not all(isinstance(value, dict) for value in listed):
        raise ValueError(f"{place} is not a list of conditions")
    return listed
