"""An API key is shown once, is good for what it was issued for, is replaced without a gap, and ends at once."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest

from amends.casework.acting_systems.api_keys import IssuedKey, KeyTerms
from amends.casework.issue_api_key import issue_api_key
from amends.casework.queries.acting_systems import list_systems
from amends.casework.revoke_api_key import revoke_api_key
from amends.casework.rotate_api_key import rotate_api_key
from amends.ledger import journal
from amends.ledger.models import ApiKey, GateState
from amends.vocabulary.errors import AmendsError
from tests.acting_systems import act, registered
from tests.ledger_cases import NOW, LedgerCase
from tests.unit.casework.hand_made import everything

YEAR = NOW + timedelta(days=365)
HOUR = timedelta(hours=1)


def issued(system: str = "removals", **changed: Any) -> IssuedKey:
    values: dict[str, Any] = {
        "kind": "live",
        "actions": (),
        "requests_per_second": 50,
        "expires_at": YEAR,
        **changed,
    }
    return issue_api_key(system=system, terms=KeyTerms(**values), act=act())


def states() -> dict[str, str]:
    (system,) = list_systems(now=NOW)
    return {key.key_id: key.state for key in system.keys}


def test_of_a_key_only_the_hash_of_its_secret_is_kept(ledger: LedgerCase):
    registered(ledger.home)
    before = GateState.objects.get().generation
    key = issued()
    parts = re.fullmatch(r"amends_live_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", key.token)
    assert parts and parts[1] == key.key_id
    kept = ApiKey.objects.get(key_id=key.key_id)
    assert kept.secret_sha256 == hashlib.sha256(parts[2].encode()).hexdigest()
    stored = "".join(map(str, everything().values())) + str(list(journal.entries()))
    assert parts[2] not in stored and parts[2] not in repr(key)
    assert GateState.objects.get().generation == before + 1


def test_a_key_is_for_all_actions_of_its_system_or_for_some_of_them(ledger: LedgerCase):
    registered(ledger.home, actions=["removal", "transfer"])
    assert issued().actions == ("removal", "transfer")
    assert issued(actions=("transfer",)).actions == ("transfer",)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"actions": ("release",)}, "actions-not-of-system"),
        ({"kind": "master"}, "api-key-terms-invalid"),
        ({"requests_per_second": 0}, "api-key-terms-invalid"),
        ({"requests_per_second": 100_001}, "api-key-terms-invalid"),
        ({"expires_at": NOW}, "api-key-terms-invalid"),
        ({"system": "nobody"}, "system-unknown"),
    ],
)
def test_a_key_on_other_terms_is_refused_and_none_is_made(
    ledger: LedgerCase, changed: dict[str, Any], code: str
):
    registered(ledger.home)
    before = everything()
    with pytest.raises(AmendsError) as refused:
        issued(**changed)
    assert (refused.value.code, everything()) == (code, before)


def test_during_the_overlap_both_keys_are_valid_and_the_new_one_has_the_old_ones_terms(ledger: LedgerCase):
    registered(ledger.home, actions=["removal", "transfer"])
    old = issued(kind="team", actions=("removal",), requests_per_second=7)
    rotated = rotate_api_key(key_id=old.key_id, overlap=HOUR, expires_at=YEAR, act=act())
    new = ApiKey.objects.get(key_id=rotated.issued.key_id)
    assert (new.kind, new.actions, new.requests_per_second, new.expires_at) == ("team", ["removal"], 7, YEAR)
    assert ApiKey.objects.get(key_id=old.key_id).expires_at == NOW + HOUR == rotated.old_valid_until
    assert states() == {old.key_id: "replaced", new.key_id: "valid"}


def test_an_overlap_never_makes_a_key_live_longer(ledger: LedgerCase):
    registered(ledger.home)
    old = issued(expires_at=NOW + HOUR / 2)
    assert (
        rotate_api_key(key_id=old.key_id, overlap=HOUR, expires_at=None, act=act()).old_valid_until
        == NOW + HOUR / 2
    )


def test_a_key_is_rotated_once_and_only_while_it_is_valid(ledger: LedgerCase):
    registered(ledger.home)
    old, revoked = issued(), issued()
    rotate_api_key(key_id=old.key_id, overlap=HOUR, expires_at=None, act=act())
    revoke_api_key(key_id=revoked.key_id, act=act())
    before = everything()
    for key, overlap, code in (
        (old, HOUR, "api-key-rotated"),
        (revoked, HOUR, "api-key-ended"),
        (old, -HOUR, "overlap-invalid"),
        (old, timedelta(days=32), "overlap-invalid"),
    ):
        with pytest.raises(AmendsError) as refused:
            rotate_api_key(key_id=key.key_id, overlap=overlap, expires_at=None, act=act())
        assert refused.value.code == code
    assert everything() == before


def test_a_revoked_key_stays_revoked_and_the_second_revocation_changes_nothing(ledger: LedgerCase):
    registered(ledger.home)
    key = issued()
    generation = GateState.objects.get().generation
    assert not revoke_api_key(key_id=key.key_id, act=act()).already
    assert GateState.objects.get().generation == generation + 1
    before = everything()
    assert revoke_api_key(key_id=key.key_id, act=act(later=HOUR)).already
    assert everything() == before
    assert states() == {key.key_id: "revoked"}


def test_an_unknown_key_is_not_revoked(ledger: LedgerCase):
    with pytest.raises(AmendsError) as refused:
        revoke_api_key(key_id="0" * 12, act=act())
    assert refused.value.code == "api-key-unknown"
