"""Each system is given exactly whom it may not act against, and what has changed; the list never shrinks by a fault."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.casework.publish_hold_lists import publish_hold_lists
from amends.casework.replace_list_secret import replace_list_secret
from amends.casework.retire_system import retire_system
from amends.gate_client.lists import updated
from amends.ledger import journal
from amends.ledger.gate_index import touch
from amends.ledger.models import (
    Alarm,
    GateState,
    HeldIdentifier,
    HoldList,
    LeakedRow,
    ListAnnouncement,
    Remedy,
    SealedIdentifier,
)
from amends.vocabulary.errors import FaultError, RefusalError
from amends.vocabulary.hold_list import ListKeys, delta_name, full_name, list_entry
from tests.acting_systems import System, act, lift, registered
from tests.ledger_cases import LedgerCase, protected_incident
from tests.unit.casework import hand_made
from tests.unit.casework.hand_made import HandMade, everything

ROWS = 6


def entries_for(system: System, row_numbers: range | list[int]) -> frozenset[str]:
    return frozenset(list_entry(f"A{number:09d}", system.keys) for number in row_numbers)


def touch_outside() -> None:
    """Let something happen that concerns no hold, so that the next run reads."""
    with transaction.atomic():
        touch()


def test_a_list_holds_every_held_identifier_under_the_systems_own_key(ledger: LedgerCase, tmp_path: Path):
    protected_incident(tmp_path, ROWS)
    one, other = registered(ledger.home, "removals"), registered(ledger.home, "transfers")
    published = publish_hold_lists(act=act())
    assert [(made.sequence, made.entries, made.incomplete) for made in published.lists] == [(1, ROWS, 0)] * 2
    assert one.full(1).entries == entries_for(one, range(2, ROWS + 2))
    assert not one.full(1).entries & other.full(1).entries


def test_a_list_gives_nothing_away_without_its_key(ledger: LedgerCase, tmp_path: Path):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    text = (system.folder / full_name(1)).read_text(encoding="ascii")
    fingerprints = set(HeldIdentifier.objects.values_list("fingerprint", flat=True))
    assert not [part for part in (*fingerprints, "000000002", "Zzcanary") if part in text]
    assert oct((system.folder / full_name(1)).stat().st_mode)[-3:] == "600"


def test_a_system_gets_those_alone_whose_hold_bars_one_of_its_actions(ledger: LedgerCase, tmp_path: Path):
    incident = protected_incident(tmp_path, ROWS)
    Remedy.objects.filter(incident=incident, row__row_number__in=[2, 3]).update(barred_action="transfer")
    removals = registered(ledger.home, "removals")
    transfers = registered(ledger.home, "transfers", actions=["transfer"])
    both = registered(ledger.home, "both", actions=["transfer", "removal"])
    publish_hold_lists(act=act())
    assert removals.full(1).entries == entries_for(removals, range(4, ROWS + 2))
    assert transfers.full(1).entries == entries_for(transfers, [2, 3])
    assert both.full(1).entries == entries_for(both, range(2, ROWS + 2))


def test_an_identifier_that_only_the_registry_has_is_on_the_list(
    ledger: LedgerCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A leaked number with a slip finds nobody; the registry's own number, by which others ask, must."""
    with_slip = [tuple(cell.replace("A200000004", "A200000040") for cell in row) for row in hand_made.SHEET]
    monkeypatch.setattr(hand_made, "SHEET", with_slip)
    people = HandMade.written(tmp_path / "files", ledger)
    incident = people.protected()
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    first = system.full(1)
    assert first.names("A200000040", system.keys) and not first.names("A200000004", system.keys)
    people.identify(incident)
    (made,) = publish_hold_lists(act=act()).lists
    second = system.full(2)
    assert second.names("A200000040", system.keys) and second.names("A200000004", system.keys)
    held = HeldIdentifier.objects.exclude(hold_id=0).values("fingerprint").distinct().count()
    assert (made.entries, made.incomplete) == (held, 0)
    (kept,) = SealedIdentifier.objects.filter(row__row_number=4)
    assert b"200000004" not in bytes(kept.sealed)


def test_what_the_row_itself_has_is_not_sealed_twice(people: HandMade):
    people.identify(people.protected())
    assert not SealedIdentifier.objects.exists()


def test_a_second_run_without_change_does_nothing(ledger: LedgerCase, tmp_path: Path):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home, webhook_url="https://agency.example/holds")
    publish_hold_lists(act=act())
    before, files = everything(), {file.name: file.stat().st_mtime_ns for file in system.folder.iterdir()}
    again = publish_hold_lists(act=act())
    assert all(made.already for made in again.lists)
    assert everything() == before
    assert {file.name: file.stat().st_mtime_ns for file in system.folder.iterdir()} == files


def test_a_change_is_one_delta_one_row_one_entry_and_one_announcement(ledger: LedgerCase, tmp_path: Path):
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home, webhook_url="https://agency.example/holds")
    publish_hold_lists(act=act())
    lift(incident, [2, 3])
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.sequence, made.added, made.removed, made.entries) == (2, 0, 2, ROWS - 2)
    delta = (system.folder / delta_name(2)).read_bytes()
    assert updated(system.full(1), delta, system.keys, system=system.name) == system.full(2)
    assert HoldList.objects.count() == 2
    assert ListAnnouncement.objects.filter(sequence=2).count() == 1
    verbs = [entry.verb for entry in journal.entries()]
    assert verbs.count("publish_hold_lists") == 2


# Each example goes on where the one before ended: a longer history, and one ledger for all.
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(range(2, ROWS + 2)), st.booleans()), max_size=6))
def test_whatever_happens_to_the_holds_the_deltas_lead_to_the_full_list(
    published_once: tuple[LedgerCase, System, object], steps: list[tuple[int, bool]]
):
    """The system that applied every delta holds what the ledger holds."""
    _, system, incident = published_once
    first = HoldList.objects.order_by("-sequence").values_list("sequence", flat=True)[0]
    held = system.full(first)
    for row, back in steps:
        lift(incident, [row], back=back)  # type: ignore[arg-type]
        publish_hold_lists(act=act())
    last = HoldList.objects.order_by("-sequence").values_list("sequence", flat=True)[0]
    deltas = b"".join((system.folder / delta_name(n)).read_bytes() for n in range(first + 1, last + 1))
    held = updated(held, deltas, system.keys, system=system.name) if deltas else held
    in_force = Remedy.objects.filter(kind="hold", state="in_force").values_list("row__row_number", flat=True)
    assert held.entries == entries_for(system, list(in_force)) == system.full(last).entries


@pytest.fixture
def published_once(ledger: LedgerCase, tmp_path: Path):
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    return ledger, system, incident


def test_a_table_that_shows_no_rows_never_becomes_an_empty_list(ledger: LedgerCase, tmp_path: Path):
    """Emptied, hidden by row-level security, or another table: the last list stands."""
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    before = (system.folder / "current.json").read_bytes()
    for emptied in (
        "DELETE FROM ledger_heldidentifier",
        "DELETE FROM ledger_heldidentifier WHERE hold_id <> 0",
    ):
        with suppress(_UndoneError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(emptied)
            touch()
            with pytest.raises(FaultError) as refused:
                publish_hold_lists(act=act())
            assert refused.value.code == "gate-index-mismatch"
            raise _UndoneError
    assert (system.folder / "current.json").read_bytes() == before
    assert HoldList.objects.count() == 1


class _UndoneError(Exception):
    """Ends a transaction without keeping what was done in it."""


def test_an_identifier_that_does_not_open_is_counted_and_raises_an_alarm_until_it_opens(
    ledger: LedgerCase, tmp_path: Path
):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    row = LeakedRow.objects.get(row_number=2)
    good = bytes(row.sealed_identifiers or b"")
    LeakedRow.objects.filter(pk=row.pk).update(sealed_identifiers=good[:-1] + bytes([good[-1] ^ 1]))
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.entries, made.incomplete) == (ROWS - 1, 1)
    assert system.full(1).incomplete == 1
    assert Alarm.objects.get().kind == "list-incomplete"
    LeakedRow.objects.filter(pk=row.pk).update(sealed_identifiers=good)
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.sequence, made.entries, made.incomplete) == (2, ROWS, 0)
    assert Alarm.objects.get().cleared_at is not None


def test_nobody_is_taken_off_a_list_while_an_identifier_does_not_open(ledger: LedgerCase, tmp_path: Path):
    """Who was lifted cannot then be told from who is held and does not open."""
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    row = LeakedRow.objects.get(row_number=2)
    good = bytes(row.sealed_identifiers or b"")
    LeakedRow.objects.filter(pk=row.pk).update(sealed_identifiers=good[:-1] + bytes([good[-1] ^ 1]))
    lift(incident, [3])
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.entries, made.removed, made.incomplete) == (ROWS, 0, 1)
    assert system.full(2).entries == system.full(1).entries
    LeakedRow.objects.filter(pk=row.pk).update(sealed_identifiers=good)
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.removed, made.incomplete) == (1, 0)
    assert system.full(3).entries == entries_for(system, [2, *range(4, ROWS + 2)])


def test_while_the_fingerprint_key_changes_no_list_is_published_and_afterwards_it_is_the_same(
    ledger: LedgerCase, tmp_path: Path
):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    key_id = GateState.objects.get().fingerprint_key_id
    GateState.objects.update(fingerprint_key_id="0" * 8)
    touch_outside()
    with pytest.raises(RefusalError) as refused:
        publish_hold_lists(act=act())
    assert refused.value.code == "fingerprint-key-changing"
    # Rows under the key that went are still there when the gate looks up by the other.
    with transaction.atomic():
        some = HeldIdentifier.objects.exclude(hold_id=0).values_list("hold_id", flat=True)
        HeldIdentifier.objects.bulk_create(
            HeldIdentifier(fingerprint=f"{hold:032x}", key_id="0" * 8, hold_id=hold) for hold in list(some)
        )
        touch(held=ROWS)
    GateState.objects.update(fingerprint_key_id=key_id)
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.already, made.incomplete) == (True, 0)
    assert system.full(1).entries == entries_for(system, range(2, ROWS + 2))


def test_a_new_list_secret_makes_a_new_full_list_without_a_delta(ledger: LedgerCase, tmp_path: Path):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    keys = ListKeys.from_secret(replace_list_secret(name="removals", act=act()).list_secret)
    publish_hold_lists(act=act())
    assert System("removals", keys, system.home).full(2).sequence == 2
    assert not (system.folder / delta_name(2)).exists()


def test_a_list_file_that_was_changed_or_lost_is_published_anew_under_the_next_number(
    ledger: LedgerCase, tmp_path: Path
):
    protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    publish_hold_lists(act=act())
    file = system.folder / full_name(1)
    file.write_bytes(file.read_bytes()[:-33])
    (made,) = publish_hold_lists(act=act()).lists
    assert (made.sequence, made.already) == (2, False)
    assert system.full(2).entries == entries_for(system, range(2, ROWS + 2))
    assert not (system.folder / delta_name(2)).exists()


def test_old_lists_are_swept_and_a_retired_system_is_served_none(ledger: LedgerCase, tmp_path: Path):
    incident = protected_incident(tmp_path, ROWS)
    system = registered(ledger.home)
    for row in range(2, ROWS + 1):
        publish_hold_lists(act=act())
        lift(incident, [row])
    assert sorted(file.name for file in system.folder.glob("list-*")) == [
        full_name(ROWS - 2),
        full_name(ROWS - 1),
    ]
    retire_system(name="removals", act=act())
    assert not (system.folder / "current.json").exists()
    assert publish_hold_lists(act=act()).lists == ()
