"""From the tables of a TOML file to the parts of a playbook, each key known and each value of its type."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, Final, TypeVar

from amends.remedy.playbook_parts import ClawbackRule, Cohort, DueRule, Entitlement, Playbook, PopulationHold

LANGUAGES: Final = ("en", "es")
"""Languages in which every entitlement must be told."""
_T = TypeVar("_T")


def read_playbook(content: dict[str, Any]) -> Playbook:
    """Return the playbook, its parts not yet compared with each other.

    Raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError`` saying what is wrong.
    """
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
