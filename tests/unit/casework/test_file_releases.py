"""A file with findings passes only when two people released it: those bytes, for that audience, and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings

from amends.casework.approve_file_release import approve_file_release
from amends.casework.grant_authority import Authority, grant_authority
from amends.casework.queries.file_releases import ReleasedFiles, list_file_releases
from amends.casework.refuse_file_release import refuse_file_release
from amends.casework.request_file_release import request_file_release
from amends.casework.withdraw_file_release import withdraw_file_release
from amends.ledger.models import FileRelease, JournalEntry, Release
from amends.scan.audience_screening import Conditions
from amends.scan.audiences.loading import audience_named
from amends.scan.judging import judge_for
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from tests.unit.casework.hand_made import act
from tests.unit.casework.officers import APPROVER, ASKER, PASSPHRASE, QUICK_HASHER, two_officers

LIST = b"Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"
SHA256 = hashlib.sha256(LIST).hexdigest()


@pytest.fixture(autouse=True)
def _officers(ledger):
    with override_settings(PASSWORD_HASHERS=QUICK_HASHER):
        two_officers()
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST)
    return path


def ask(file: Path, audience: str = "public", *, by: str = ASKER, days: float = 0) -> str:
    asked = request_file_release(
        path=file,
        conditions=Conditions(audience=replace(audience_named("public"), name=audience)),
        passphrase=PASSPHRASE.get(by, "x"),
        act=act("the court ordered it", days=days, actor=by),
    )
    return asked.reference


def approve(
    reference: str, file: Path, *, by: str = APPROVER, days: float = 0, reason: str = "I read the order"
):
    return approve_file_release(
        release=reference,
        path=file,
        passphrase=PASSPHRASE.get(by, "x"),
        act=act(reason, days=days, actor=by),
    )


def test_a_request_alone_lets_nothing_pass(file):
    ask(file)
    assert not ReleasedFiles("public").holds(SHA256)
    assert ReleasedFiles("public").standing() == frozenset()


def test_a_second_person_releases_it_for_that_hash_and_audience_alone(file):
    done = approve(ask(file), file)
    assert (done.state, done.sha256, done.audience) == ("released", SHA256, "public")
    assert ReleasedFiles("public").standing() == {SHA256}
    assert not ReleasedFiles("court").holds(SHA256)
    assert not ReleasedFiles("public").holds(hashlib.sha256(LIST + b"\n").hexdigest())


def test_the_journal_names_the_hash_the_audience_and_both_people(file):
    approve(ask(file), file)
    entry = JournalEntry.objects.get(verb="approve_file_release")
    assert entry.reason == "I read the order"
    assert {"sha256": SHA256, "audience": "public"}.items() <= entry.detail.items()
    assert (entry.detail["requested_by"], entry.detail["approved_by"]) == (
        ASKER.casefold(),
        APPROVER.casefold(),
    )
    asked = JournalEntry.objects.get(verb="request_file_release")
    assert (asked.detail["verdict"], asked.detail["people"]) == ("findings", 2)
    assert "zzcanary" not in f"{entry.detail}{asked.detail}".casefold()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"by": ASKER}, "second-person-is-first"),
        ({"by": "nobody"}, "not-authorised"),
        ({"reason": "The court  ordered it"}, "reason-repeated"),
        ({"days": 7}, "file-release-expired"),
    ],
)
def test_who_may_not_approve_lets_nothing_pass(file, changed, code):
    reference = ask(file)
    with pytest.raises(RefusalError) as refused:
        approve(reference, file, **changed)
    assert refused.value.code == code
    assert ReleasedFiles("public").standing() == frozenset()


def test_an_officer_of_the_askers_own_line_is_no_second_person(file):
    PASSPHRASE_OF_THIRD = "velvet harbour candle 19"
    grant_authority(
        officer="Third",
        passphrase=PASSPHRASE_OF_THIRD,
        authority=Authority(may_approve=True),
        act=act("more officers", days=-0.5, actor=ASKER),
        countersign=PASSPHRASE[ASKER],
    )
    reference = ask(file)
    with pytest.raises(RefusalError) as refused:
        approve_file_release(
            release=reference, path=file, passphrase=PASSPHRASE_OF_THIRD, act=act("looked", actor="Third")
        )
    assert refused.value.code == "officers-of-one-line"


def test_the_second_person_must_have_the_very_file(file, tmp_path):
    reference = ask(file)
    other = tmp_path / "other.csv"
    other.write_bytes(LIST + b"Zzcanary,Cy,1992-01-02\n")
    with pytest.raises(RefusalError) as refused:
        approve(reference, other)
    assert refused.value.code == "file-differs"
    with pytest.raises(UsageError) as missing:
        approve(reference, tmp_path / "gone.csv")
    assert missing.value.code == "file-unreadable"
    assert ReleasedFiles("public").standing() == frozenset()


def test_a_refused_request_lets_nothing_pass_and_is_not_approved_later(file):
    reference = ask(file)
    refuse_file_release(
        release=reference, passphrase=PASSPHRASE[APPROVER], act=act("not this list", actor=APPROVER)
    )
    with pytest.raises(RefusalError) as refused:
        approve(reference, file)
    assert refused.value.code == "file-release-decided"
    assert ReleasedFiles("public").standing() == frozenset()


def test_one_person_withdraws_a_release(file):
    reference = ask(file)
    withdraw = {"release": reference, "passphrase": PASSPHRASE[APPROVER]}
    with pytest.raises(RefusalError) as early:
        withdraw_file_release(**withdraw, act=act("too early", actor=APPROVER))
    assert early.value.code == "file-not-released"
    approve(reference, file)
    withdraw_file_release(**withdraw, act=act("the order was lifted", actor=APPROVER))
    assert ReleasedFiles("public").standing() == frozenset()
    (line,) = list_file_releases(now=act().now)
    assert (line.state, line.sha256, line.people) == ("withdrawn", SHA256, 2)


def test_the_same_file_waits_once_for_an_audience(file):
    ask(file)
    with pytest.raises(RefusalError) as refused:
        ask(file)
    assert refused.value.code == "file-release-requested"
    ask(file, "foreign-government")
    ask(file, days=8)
    assert [line.state for line in list_file_releases(now=act(days=8).now)] == [
        "requested",
        "expired",
        "expired",
    ]


def test_a_clear_file_needs_no_release(tmp_path):
    clear = tmp_path / "figures.csv"
    clear.write_bytes(b"region,total\nnorth,12\n")
    with pytest.raises(RefusalError) as refused:
        ask(clear)
    assert refused.value.code == "release-not-needed"
    assert not Release.objects.exists()


def test_a_file_that_changes_while_it_is_screened_is_not_asked_for(file, monkeypatch):
    def changing(conditions):
        def judge(path):
            path.write_bytes(LIST + b"\n")
            return judge_for(conditions)(path)

        return judge

    monkeypatch.setattr("amends.casework.request_file_release.judge_for", changing)
    with pytest.raises(FaultError) as fault:
        ask(file)
    assert fault.value.code == "file-changed"
    assert not FileRelease.objects.exists()


@pytest.mark.parametrize("reference", ["F-1", "F-000099", "L-000001", ""])
def test_a_reference_that_is_none_is_said_so(file, reference):
    with pytest.raises(UsageError) as unknown:
        approve(reference, file)
    assert unknown.value.code == "file-release-unknown"
