"""Finds the rules by which promises are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.vocabulary.plugins import load_plugins

if TYPE_CHECKING:
    from amends.remedy.commitments.interface import CommitmentRule


def commitment_rules() -> dict[str, CommitmentRule]:
    """Return name → rule, from the plug-ins in `amends.remedy.commitments`."""
    return {rule.name: rule for rule in load_plugins("amends.remedy.commitments").values()}
