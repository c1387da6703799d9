"""Finds the rules by which promises are checked. A rule has the name of its module, so that a playbook, which knows no
tables, can be checked without loading one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from amends.vocabulary.plugins import load_plugins, plugin_names

if TYPE_CHECKING:
    from amends.remedy.commitments.interface import CommitmentRule

_FOLDER: Final = "amends.remedy.commitments"


def commitment_rules() -> dict[str, CommitmentRule]:
    """Return name → rule, from the plug-ins in `amends.remedy.commitments`."""
    return load_plugins(_FOLDER)


def commitment_rule_names() -> tuple[str, ...]:
    """Return the names of the rules."""
    return plugin_names(_FOLDER)
