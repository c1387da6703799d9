"""Finds the workflow of a kind of remedy."""

from __future__ import annotations

from amends.remedy.statemachine import Workflow
from amends.vocabulary.plugins import load_plugins


def workflows() -> dict[str, Workflow]:
    """Return kind → workflow, from the plug-ins in `amends.remedy.workflows`."""
    return {plugin.kind: plugin for plugin in load_plugins("amends.remedy.workflows").values()}


def workflow_of(kind: str) -> Workflow:
    """Return the workflow of one kind; ``KeyError`` for a kind that no plug-in knows."""
    return workflows()[kind]


def final_states() -> dict[str, frozenset[str]]:
    """Return kind → states in which nothing is open any more."""
    return {kind: workflow.finals for kind, workflow in workflows().items()}
