"""A playbook as one canonical text, so that an old plan can be explained years later by the words it followed.

The text holds what the playbook says and nothing of how it was written down: comments, order of keys and
abbreviations are gone, so that two texts differ exactly where the playbooks do.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import Any

from amends.remedy.playbook_parts import Cohort, Playbook, PopulationHold, Predicate
from amends.remedy.playbook_reading import read_playbook


def canonical_text(playbook: Playbook) -> str:
    """Return the playbook as JSON with sorted keys, in the shape in which TOML has it."""
    content = {
        "name": playbook.name,
        "version": playbook.version,
        "title": playbook.title,
        "jurisdictions": list(playbook.jurisdictions),
        "population_hold": _population_hold(playbook.population_hold),
        "cohort": [_cohort(cohort) for cohort in playbook.cohorts],
        "entitlement": [_part(entitlement) for entitlement in playbook.entitlements],
        "clawback": {**_part(playbook.clawback), "classes": list(playbook.clawback.classes)},
        "commitment": [_part(commitment) for commitment in playbook.commitments],
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(playbook: Playbook) -> str:
    """Return the SHA-256 of the canonical text."""
    return hashlib.sha256(canonical_text(playbook).encode()).hexdigest()


def restored(text: str) -> Playbook:
    """Return the playbook of a canonical text, as it was.

    It is not checked again: it was when it was planned with, and what has changed since must not make an old
    plan unreadable.
    """
    return read_playbook(json.loads(text))


def _population_hold(hold: PopulationHold) -> dict[str, Any]:
    part = _part(hold)
    del part["barred_action"]
    part.pop("further_actions", None)
    return {**part, "waiting_days": hold.waiting_days, "barred_actions": list(hold.barred_actions)}


def _cohort(cohort: Cohort) -> dict[str, Any]:
    return {"name": cohort.name, "title": cohort.title, "where": _predicate(cohort.predicate)}


def _predicate(predicate: Predicate) -> dict[str, Any]:
    combined = {"all": predicate.all_of, "any": predicate.any_of, "not": predicate.none_of}
    return {
        **{name: list(values) for name, values in predicate.values.items()},
        **{name: [_predicate(inner) for inner in found] for name, found in combined.items() if found},
    }


def _part(part: Any) -> dict[str, Any]:
    """Return the keys of one part that say something, with its sentences by language."""
    found: dict[str, Any] = {}
    for item in fields(part):
        value = getattr(part, item.name)
        if item.name == "sentences":
            found |= value
        elif item.name == "due":
            counted = "working_days" if value.working_days else "days"
            found["due"] = {"trigger": value.trigger, counted: getattr(value, counted)}
            found["due"] |= {"holidays": value.holidays} if value.holidays else {}
        elif value not in ("", (), False):
            found[item.name] = value
    return found
