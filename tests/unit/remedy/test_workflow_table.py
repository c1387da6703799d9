"""Workflows are found by their kind."""

from __future__ import annotations

import pytest

from amends.ledger.models import Remedy
from amends.remedy.workflow_table import final_states, workflow_of, workflows


def test_every_kind_in_the_ledger_has_a_workflow_and_every_workflow_a_kind():
    assert set(workflows()) == set(Remedy.Kind.values)


def test_a_kind_finds_its_own_workflow():
    assert all(workflow_of(kind).kind == kind for kind in workflows())


def test_a_kind_that_nobody_knows_is_not_found():
    with pytest.raises(KeyError):
        workflow_of("apology")


def test_final_states_are_those_of_the_tables():
    assert final_states() == {kind: workflow.finals for kind, workflow in workflows().items()}
    assert final_states()["hold"] == {"lifted"}
