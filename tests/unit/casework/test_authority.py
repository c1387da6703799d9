"""Who may ask for the end of holds and who may approve it: two found the list, and nobody adds to it alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from amends.casework.grant_authority import Authority, grant_authority
from amends.casework.revoke_authority import revoke_authority
from amends.ledger import journal
from amends.ledger.models import Officer
from amends.vocabulary.errors import RefusalError, UsageError
from tests.unit.casework.hand_made import act, everything
from tests.unit.casework.officers import APPROVER, ASKER, PASSPHRASE, QUICK_HASHER, two_officers

THIRD = "thistle harbour 9 quilt"
BOTH = Authority(may_request=True, may_approve=True)


@pytest.fixture(autouse=True)
def _quick_hasher():
    with override_settings(PASSWORD_HASHERS=QUICK_HASHER):
        yield


def grant(
    officer: str,
    *,
    by: str = "operator",
    countersign: str = "",
    authority: Authority = BOTH,
    old: str = "",
    days: float = 0,
):
    return grant_authority(
        officer=officer,
        passphrase=THIRD,
        authority=authority,
        act=act("more officers", actor=by, days=days),
        countersign=countersign,
        old_passphrase=old,
    )


def refusal(call) -> str:
    before = {name: rows for name, rows in everything().items() if name != "Officer"}
    with pytest.raises((RefusalError, UsageError)) as refused:
        call()
    assert {name: rows for name, rows in everything().items() if name != "Officer"} == before
    return str(refused.value.code)


def test_the_third_officer_is_countersigned_by_one_who_may_approve(ledger):
    two_officers()
    assert refusal(lambda: grant("Third")) == "not-authorised"
    assert refusal(lambda: grant("Third", by=ASKER, countersign="wrong")) == "not-authorised"
    granted = grant("Third", by=ASKER, countersign=PASSPHRASE[ASKER])
    assert (granted.officer, granted.founder) == ("third", False)
    assert [e.verb for e in journal.entries()] == ["grant_authority"] * 3


def test_nobody_extends_their_own_authority(ledger):
    two_officers()
    assert refusal(lambda: grant(ASKER, by=ASKER, countersign=PASSPHRASE[ASKER])) == "authority-for-oneself"


def test_taking_authority_away_never_opens_the_founding_again(ledger):
    two_officers()
    revoke_authority(officer=APPROVER, act=act("has left"))
    assert refusal(lambda: grant("Friend")) == "not-authorised"
    assert refusal(lambda: revoke_authority(officer=ASKER, act=act("too"))) == "last-approver"
    assert revoke_authority(officer=APPROVER, act=act("again")).already


def test_a_passphrase_is_kept_as_a_hash_and_stands_in_no_entry(ledger):
    two_officers()
    kept = repr(everything())
    assert not any(passphrase in kept for passphrase in PASSPHRASE.values())
    assert all(o.passphrase.startswith("md5$") for o in Officer.objects.all())


def test_a_weak_passphrase_and_an_empty_authority_are_refused(ledger):
    weak = lambda: grant_authority(  # noqa: E731
        officer="One", passphrase="password", authority=BOTH, act=act("found")
    )
    assert refusal(weak) == "passphrase-weak"
    assert refusal(lambda: grant("One", authority=Authority())) == "authority-empty"
    assert refusal(lambda: grant("One", authority=Authority(may_request=True))) == "founder-must-approve"


def test_nobody_becomes_a_colleague_by_giving_them_a_passphrase(ledger):
    """One officer who may approve would otherwise be both of the two people that lifting takes."""
    two_officers()
    by: dict[str, Any] = {"by": ASKER, "countersign": PASSPHRASE[ASKER]}
    before = Officer.objects.get(name=APPROVER.casefold()).passphrase
    assert refusal(lambda: grant(APPROVER, **by)) == "not-authorised"
    assert refusal(lambda: grant(APPROVER, **by, old="guessed wrongly 12")) == "not-authorised"
    assert Officer.objects.get(name=APPROVER.casefold()).passphrase == before
    grant(APPROVER, **by, old=PASSPHRASE[APPROVER])
    changed = Officer.objects.get(name=APPROVER.casefold())
    assert (changed.passphrase != before, changed.founder, changed.line) == (True, 2, 2)


def test_the_only_founder_is_not_replaced_by_whoever_types_the_command(ledger):
    grant_authority(officer=ASKER, passphrase=PASSPHRASE[ASKER], authority=BOTH, act=act("found"))
    assert refusal(lambda: grant(ASKER)) == "not-authorised"
    assert grant(ASKER, old=PASSPHRASE[ASKER]).founder


def test_guessing_at_a_colleagues_passphrase_locks_the_officer(ledger):
    two_officers()
    by: dict[str, Any] = {"by": ASKER, "countersign": PASSPHRASE[ASKER]}
    for _ in range(5):
        with pytest.raises(RefusalError):
            grant(APPROVER, **by, old="guessed wrongly 12")
    with pytest.raises(RefusalError) as refused:
        grant(APPROVER, **by, old=PASSPHRASE[APPROVER])
    assert refused.value.code == "officer-locked"


def test_an_officer_stays_in_the_line_of_who_made_them(ledger):
    two_officers()
    grant("Third", by=ASKER, countersign=PASSPHRASE[ASKER])
    grant("Fourth", by="Third", countersign=THIRD)
    grant("Third", by=APPROVER, countersign=PASSPHRASE[APPROVER], old=THIRD)
    assert dict(Officer.objects.values_list("name", "line")) == {
        ASKER.casefold(): 1,
        APPROVER.casefold(): 2,
        "third": 1,
        "fourth": 1,
    }
