"""A checkpoint goes to every place that was named, and a place that it could not reach is told, never passed over."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from amends.casework.results.checkpoints import Targets, timestamp_file, write_checkpoint
from amends.casework.results.timestamping import request_timestamp, stamped_at
from amends.ledger import journal
from amends.ledger.checkpoint import parse_checkpoints, read_checkpoints
from amends.ledger.checkpoint_key import checkpoints_file, signing_key
from amends.ledger.journal import JournalFields
from amends.vocabulary.errors import FaultError, UsageError
from tests.ledger_cases import NOW, LedgerCase
from tests.loopback_servers import MailServer, TimestampAuthority


@pytest.fixture
def signed_ledger(ledger: LedgerCase) -> LedgerCase:
    with transaction.atomic():
        journal.append(JournalFields("close_incident", "operator", "done", "", {"n": 1}), at=NOW)
    return ledger


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TimestampAuthority:
    made = TimestampAuthority(tmp_path_factory.mktemp("authority"))
    made.make()
    return made


def test_every_file_that_was_named_holds_the_checkpoint(signed_ledger, tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_CHECKPOINTS", f"{tmp_path / 'a' / 'one'}:{tmp_path / 'two'}")
    made = write_checkpoint(Targets.configured(), home=signed_ledger.home, now=NOW)
    for file in (tmp_path / "a" / "one", tmp_path / "two", checkpoints_file(signed_ledger.home)):
        assert read_checkpoints(file) == (made.signed,)
    made.raise_failures()


def test_a_file_that_was_named_later_gets_the_checkpoint_that_stands(signed_ledger, tmp_path):
    first = write_checkpoint(Targets(), home=signed_ledger.home, now=NOW)
    second = write_checkpoint(Targets((tmp_path / "late",)), home=signed_ledger.home, now=NOW + timedelta(1))
    assert second.already
    assert read_checkpoints(tmp_path / "late") == (first.signed,)


def test_one_place_that_fails_does_not_keep_it_from_the_others_and_is_told(signed_ledger, tmp_path):
    (tmp_path / "in-the-way").write_text("")
    targets = Targets((tmp_path / "in-the-way" / "x", tmp_path / "good"))
    made = write_checkpoint(targets, home=signed_ledger.home, now=NOW)
    assert read_checkpoints(tmp_path / "good") == (made.signed,)
    with pytest.raises(FaultError, match="could not be written to every place") as told:
        made.raise_failures()
    assert told.value.code == "checkpoint-not-everywhere"


def test_a_mail_file_holds_the_note_byte_for_byte(signed_ledger, tmp_path):
    made = write_checkpoint(Targets(mails=(str(tmp_path / "mail.eml"),)), home=signed_ledger.home, now=NOW)
    message = email.message_from_bytes((tmp_path / "mail.eml").read_bytes())
    attached = [part for part in message.walk() if part.get_filename() == "checkpoint.txt"]
    content = attached[0].get_payload(decode=True)
    assert isinstance(content, bytes)
    assert parse_checkpoints(content.decode(), where="mail") == (made.signed,)


def test_a_mail_server_is_handed_the_checkpoint(signed_ledger):
    server = MailServer()
    with server.running() as address:
        targets = Targets(mails=("auditor@court.example",), smtp=address, sender="office@agency.example")
        made = write_checkpoint(targets, home=signed_ledger.home, now=NOW)
    made.raise_failures()
    assert server.recipients == ["rcpt TO:<auditor@court.example>"]
    (text,) = server.messages
    assert f"Checkpoint of {made.signed.checkpoint.origin}: 1 entries" in text.replace("\r\n ", " ")


@pytest.mark.parametrize("server", ["refusing", "absent", "unnamed"])
def test_a_mail_that_was_not_taken_is_told(signed_ledger, server):
    mail = MailServer(refuses=True)
    with mail.running() as address:
        pass
    if server == "refusing":
        with mail.running() as address:
            made = write_checkpoint(
                Targets(mails=("a@b.example",), smtp=address), home=signed_ledger.home, now=NOW
            )
    else:
        targets = Targets(mails=("a@b.example",), smtp=address if server == "absent" else "")
        made = write_checkpoint(targets, home=signed_ledger.home, now=NOW)
    assert [error.code for error in made.failures] == [
        "mail-server-invalid" if server == "unnamed" else "mail-not-sent"
    ]
    assert len(read_checkpoints(checkpoints_file(signed_ledger.home))) == 1


def test_an_authority_stamps_the_checkpoint_and_the_stamp_is_checked_with_its_root_alone(
    signed_ledger, tmp_path, authority
):
    file = tmp_path / "kept"
    with authority.running() as url:
        made = write_checkpoint(Targets((file,), timestamp_url=url), home=signed_ledger.home, now=NOW)
    made.raise_failures()
    stamp = timestamp_file(file, 1).read_bytes()
    at = stamped_at(str(made.signed.note).encode(), stamp, authority.root)
    assert abs(at - datetime.now(UTC)) < timedelta(hours=1)
    with pytest.raises(UsageError, match="not one of this authority"):
        stamped_at(b"another checkpoint", stamp, authority.root)


def test_the_oldest_stamp_is_kept(signed_ledger, tmp_path, authority):
    targets = Targets((tmp_path / "kept",))
    with authority.running() as url:
        for _ in range(2):
            stamped = Targets(targets.files, timestamp_url=url)
            write_checkpoint(stamped, home=signed_ledger.home, now=NOW).raise_failures()
            before = timestamp_file(tmp_path / "kept", 1).read_bytes()
        assert timestamp_file(tmp_path / "kept", 1).read_bytes() == before


def test_the_stamp_of_another_authority_is_not_believed(tmp_path, authority):
    other = TimestampAuthority(tmp_path / "other")
    other.make()
    with other.running() as url:
        stamp = request_timestamp(b"message", url)
    with pytest.raises(UsageError) as refused:
        stamped_at(b"message", stamp, authority.root)
    assert refused.value.code == "timestamp-invalid"


@pytest.mark.parametrize("answer", [b"", b"no stamp", None])
def test_an_authority_that_does_not_answer_as_one_is_told(signed_ledger, authority, answer):
    if answer is None:
        with authority.running() as url:
            stamp = request_timestamp(b"something else", url)
        answer = stamp
    lying = TimestampAuthority(authority.folder, answer=answer)
    with lying.running() as url:
        made = write_checkpoint(Targets(timestamp_url=url), home=signed_ledger.home, now=NOW)
    assert [error.code for error in made.failures] == ["timestamp-refused"]
    assert not timestamp_file(checkpoints_file(signed_ledger.home), 1).exists()


def test_an_authority_that_is_not_there_is_told(signed_ledger):
    made = write_checkpoint(Targets(timestamp_url="http://127.0.0.1:9/"), home=signed_ledger.home, now=NOW)
    assert [error.code for error in made.failures] == ["timestamp-refused"]
    made = write_checkpoint(Targets(timestamp_url="file:///etc"), home=signed_ledger.home, now=NOW)
    assert [error.code for error in made.failures] == ["timestamp-address-invalid"]


def test_a_checkpoint_holds_the_signers_name_and_nobody_elses(signed_ledger):
    made = write_checkpoint(Targets(), home=signed_ledger.home, now=NOW)
    assert str(made.signed.note).startswith(f"{signing_key(signed_ledger.home).public.name}\n1\n")


def test_the_ledgers_folder_is_not_where_an_outsider_looks(signed_ledger, tmp_path: Path):
    """What only the organisation keeps binds it to nothing; the copy elsewhere must be whole by itself."""
    targets = Targets((tmp_path / "elsewhere",))
    write_checkpoint(targets, home=signed_ledger.home, now=NOW)
    own = checkpoints_file(signed_ledger.home).read_bytes()
    assert (tmp_path / "elsewhere").read_bytes() == own
