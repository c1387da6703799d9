"""Acting systems are registered and retired; what they may do is not changed in passing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from amends.casework.register_system import SystemFacts, register_system
from amends.casework.replace_list_secret import replace_list_secret
from amends.casework.retire_system import retire_system
from amends.ledger import journal
from amends.ledger.models import ActingSystem, ApiKey, GateState
from amends.vocabulary.errors import AmendsError, RefusalError, UsageError
from amends.vocabulary.hold_list import ListKeys
from tests.acting_systems import act, registered
from tests.ledger_cases import LedgerCase
from tests.unit.casework.hand_made import everything


def facts(**changed: Any) -> SystemFacts:
    values: dict[str, Any] = {
        "name": "removals",
        "title": "Removal scheduling",
        "contact": "Office 5, extension 12",
        "actions": ["removal", "transfer"],
        "silent_after": timedelta(hours=2),
        "webhook_url": "",
        "not_barred": True,
        **changed,
    }
    return SystemFacts(**values)


def generation() -> int:
    return GateState.objects.get().generation


def code_of(changed: dict[str, Any]) -> str:
    before = everything()
    with pytest.raises(AmendsError) as refused:
        register_system(facts=facts(**changed), act=act())
    assert everything() == before
    return refused.value.code


def test_a_registered_system_gets_a_secret_once_and_the_ledger_keeps_it_sealed(ledger: LedgerCase):
    before = generation()
    found = register_system(facts=facts(), act=act())
    assert (found.already, found.mode) == (False, "pull")
    secret = found.list_secret.rpartition("_")[2]
    keys = ListKeys.from_secret(found.list_secret)
    kept = ActingSystem.objects.get(name="removals")
    assert kept.list_key_id == keys.key_id
    stored = "".join(map(str, everything().values())) + repr(bytes(kept.sealed_list_secret or b""))
    assert secret not in stored and secret not in repr(found)
    assert generation() == before + 1
    (entry,) = [e for e in journal.entries() if e.verb == "register_system"]
    assert entry.detail["actions"] == ["removal", "transfer"] and secret not in str(entry)


def test_a_second_registration_with_the_same_facts_changes_nothing_and_shows_no_secret(ledger: LedgerCase):
    register_system(facts=facts(), act=act())
    before = everything()
    again = register_system(facts=facts(actions=["transfer", "removal", "removal"]), act=act())
    assert (again.already, again.list_secret) == (True, "")
    assert everything() == before


@pytest.mark.parametrize(
    "changed", [{"actions": ["removal"]}, {"contact": "Office 6"}, {"webhook_url": "https://other.example/x"}]
)
def test_a_system_is_not_given_other_facts_by_registering_it_again(
    ledger: LedgerCase, changed: dict[str, Any]
):
    register_system(facts=facts(), act=act())
    assert code_of(changed) == "system-registered-differently"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "../removals"}, "system-name-invalid"),
        ({"name": "Removals"}, "system-name-invalid"),
        ({"name": "-"}, "system-name-invalid"),
        ({"name": "a" * 41}, "system-name-invalid"),
        ({"actions": []}, "actions-invalid"),
        ({"actions": ["Removal now"]}, "actions-invalid"),
        ({"actions": ["removal", "deportation"]}, "action-unknown"),
        ({"not_barred": False}, "action-not-barred"),
        ({"title": " "}, "system-undescribed"),
        ({"title": "x" * 121}, "text-too-long"),
        ({"silent_after": timedelta(seconds=59)}, "silence-invalid"),
        ({"silent_after": timedelta(days=32)}, "silence-invalid"),
        ({"webhook_url": "http://scheduling.agency.example/x"}, "webhook-address-invalid"),
        ({"webhook_url": "https://user:word@agency.example/x"}, "webhook-address-invalid"),
        ({"webhook_url": "https://agency.example/x?person=1"}, "webhook-address-invalid"),
        ({"webhook_url": "https://agency.example:99999/x"}, "webhook-address-invalid"),
        ({"webhook_url": "file:///etc/passwd"}, "webhook-address-invalid"),
        ({"webhook_url": "https://agency.example/x\r\nHost: y"}, "webhook-address-invalid"),
    ],
)
def test_bad_facts_are_refused_and_the_ledger_is_unchanged(
    ledger: LedgerCase, changed: dict[str, Any], code: str
):
    assert code_of(changed) == code


def test_an_action_that_no_hold_bars_is_registered_knowingly_and_on_record(ledger: LedgerCase):
    """Everybody, held or not, would be clear for it."""
    register_system(facts=facts(name="one", actions=["removal"], not_barred=False), act=act())
    register_system(facts=facts(name="two"), act=act())
    entries = [e for e in journal.entries() if e.verb == "register_system"]
    assert [entry.detail["not_barred"] for entry in entries] == [[], ["transfer"]]


def test_a_retired_system_has_no_valid_key_and_does_not_come_back(ledger: LedgerCase):
    from tests.unit.casework.test_api_keys import issued

    registered(ledger.home)
    key = issued("removals")
    before = generation()
    assert retire_system(name="removals", act=act()).keys_revoked == 1
    assert ApiKey.objects.get(key_id=key.key_id).revoked_at is not None
    assert generation() == before + 1
    stands = everything()
    assert retire_system(name="removals", act=act()).already
    with pytest.raises(RefusalError, match="retired"):
        registered(ledger.home)
    assert everything() == stands


def test_what_is_unknown_is_not_retired(ledger: LedgerCase):
    with pytest.raises(UsageError) as refused:
        retire_system(name="nobody", act=act())
    assert refused.value.code == "system-unknown"


def test_a_new_list_secret_is_another_secret(ledger: LedgerCase):
    old = registered(ledger.home).keys
    new = ListKeys.from_secret(replace_list_secret(name="removals", act=act()).list_secret)
    assert (new.key_id, new.entry_key) != (old.key_id, old.entry_key)
    assert ActingSystem.objects.get().list_key_id == new.key_id
