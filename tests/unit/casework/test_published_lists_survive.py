"""A publication that is killed, overtaken or out of disk leaves the lists as they were, and never an older one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import transaction

from amends.casework.acting_systems.held_entries import Identifiers, identifiers_of
from amends.casework.acting_systems.list_files import ListFolder
from amends.casework.publish_hold_lists import publish_hold_lists
from amends.casework.retire_system import retire_system
from amends.ledger.gate_index import touch
from amends.ledger.models import (
    HoldList,
)
from amends.vocabulary.errors import FaultError, RefusalError
from amends.vocabulary.hold_list import full_name, list_entry
from tests.acting_systems import System, act, lift, registered
from tests.ledger_cases import LedgerCase, protected_incident
from tests.unit.casework.hand_made import everything

ROWS = 6


def entries_for(system: System, row_numbers: range | list[int]) -> frozenset[str]:
    return frozenset(list_entry(f"A{number:09d}", system.keys) for number in row_numbers)


def test_of_two_runs_at_once_one_is_refused_and_the_list_is_the_others(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    faster: list[object] = []

    def overtaken(wanted: frozenset[str]) -> Identifiers:
        if not faster:
            faster.append(True)
            publish_hold_lists(act=act())
        return identifiers_of(wanted)

    monkeypatch.setattr("amends.casework.publish_hold_lists.identifiers_of", overtaken)
    with pytest.raises(RefusalError) as refused:
        publish_hold_lists(act=act())
    assert refused.value.code == "list-published-meanwhile"
    assert HoldList.objects.count() == 1
    assert system.full(1).entries == entries_for(system, range(2, ROWS + 2))


def test_a_run_that_read_older_holds_does_not_follow_a_list_with_newer_ones(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else a hold that was placed in between would be off the list again."""
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    lift(incident, [2])
    publish_hold_lists(act=act())
    touch_outside()
    faster: list[object] = []

    def overtaken(wanted: frozenset[str]) -> Identifiers:
        if not faster:
            faster.append(True)
            lift(incident, [2], back=True)
            publish_hold_lists(act=act())
        return identifiers_of(wanted)

    monkeypatch.setattr("amends.casework.publish_hold_lists.identifiers_of", overtaken)
    with suppress(RefusalError):
        publish_hold_lists(act=act())
    assert ListFolder(system.folder).pointed()["sequence"] == 2
    assert system.full(2).entries == entries_for(system, range(2, ROWS + 2))


def touch_outside() -> None:
    """Let something happen that concerns no hold, so that the next run reads."""
    with transaction.atomic():
        touch()


def test_a_system_that_is_retired_while_its_list_is_made_gets_none(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)

    def retired(wanted: frozenset[str]) -> Identifiers:
        retire_system(name="removals", act=act())
        return identifiers_of(wanted)

    monkeypatch.setattr("amends.casework.publish_hold_lists.identifiers_of", retired)
    with pytest.raises(RefusalError):
        publish_hold_lists(act=act())
    assert not (system.folder / "current.json").exists()


def test_what_was_written_and_never_recorded_is_not_served_and_is_written_over(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The run dies between the files and the ledger."""
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    lift(incident, [2])
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(HoldList.objects, "create", _die)
        publish_hold_lists(act=act())
    assert (system.folder / full_name(2)).exists()
    assert ListFolder(system.folder).pointed()["sequence"] == 1
    lift(incident, [3])
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.sequence, made.removed) == (2, 2)
    assert system.full(2).entries == entries_for(system, range(4, ROWS + 2))


def _die(*args: object, **more: object) -> None:
    raise RuntimeError("killed")


def test_what_was_recorded_and_not_pointed_to_is_pointed_to_by_the_next_run(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    lift(incident, [2])
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(ListFolder, "point", _die)
        publish_hold_lists(act=act())
    assert ListFolder(system.folder).pointed()["sequence"] == 1
    assert all(made.already for made in publish_hold_lists(act=act()).lists)
    assert ListFolder(system.folder).pointed()["sequence"] == 2


def test_a_full_disk_leaves_the_old_list_in_force(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    lift(incident, [2])
    before = everything()
    with monkeypatch.context() as broken, pytest.raises(FaultError) as refused:
        broken.setattr(os, "fsync", _full)
        publish_hold_lists(act=act())
    assert refused.value.code == "list-unwritable"
    assert everything() == before
    assert ListFolder(system.folder).pointed()["sequence"] == 1
    assert not list(system.folder.glob(".*.partial"))


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")
