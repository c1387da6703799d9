"""Which kinds of action can be reported, and which of them nobody can take back (R18)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from amends.remedy.playbook import load_playbook, playbook_names


@dataclass(frozen=True, slots=True)
class ActionKind:
    """One kind of action."""

    name: str
    title: str
    irreversible: bool = False
    """Whether the harm is done the moment the action is: whoever suffered it between exposure and hold is listed."""


@cache
def action_kinds() -> dict[str, ActionKind]:
    """Return name → kind: those listed, and every action that a playbook bars (taken for irreversible)."""
    text = (resources.files("amends.remedy") / "action_kinds.toml").read_text(encoding="utf-8")
    kinds = {item["name"]: ActionKind(**item) for item in tomllib.loads(text)["kind"]}
    for action in sorted(barred_actions()):
        kinds.setdefault(action, ActionKind(action, action.replace("_", " "), irreversible=True))
    return kinds


@cache
def barred_actions() -> frozenset[str]:
    """Return every action that a hold of some playbook bars; about any other one the gate never says held."""
    found: set[str] = set()
    for name in playbook_names():
        playbook: Any = load_playbook(name)
        barred = [playbook.population_hold.barred_action]
        barred += getattr(playbook.population_hold, "further_actions", ())
        barred += [item.barred_action for item in playbook.entitlements if item.barred_action]
        barred += [item.barred_action for item in getattr(playbook, "commitments", ())]
        found.update(barred)
    return frozenset(found)


def irreversible_kinds() -> tuple[str, ...]:
    """Return the names of the kinds that nobody can take back."""
    return tuple(name for name, kind in action_kinds().items() if kind.irreversible)
