"""Outgoing mail: what is clear arrives unchanged, everything else is refused, and nothing is lost in between."""

from __future__ import annotations

import hashlib
import socket
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from amends.cli.relaying.serving import Bounds
from amends.scan.audience_screening import Conditions
from amends.scan.judging import Judged, judge_for
from amends.scan.mail_recipients import MailRules
from amends.vocabulary.errors import FaultError
from amends.vocabulary.outcomes import ScreeningVerdict
from tests.unit.cli.relaying.conftest import Kept, mail_server, relay

CLEAR = b"From: clerk@agency.example\r\nTo: office@court.example\r\nSubject: figures\r\n\r\nTwelve in the north.\r\n"
LIST = "Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"
REAL = judge_for(Conditions(mail=MailRules(frozenset({"agency.example"})), outgoing=True))


def clear(path: Path) -> Judged:
    assert path.name == "message.eml"
    return Judged(ScreeningVerdict.CLEAR, 0, {}, {}, None)


def findings(path: Path) -> Judged:
    return Judged(ScreeningVerdict.FINDINGS, 2, {"list-of-persons": 1}, {}, None)


def message(
    to: str = "office@court.example", text: str = "The figures are attached.\n", attached: str = ""
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "clerk@agency.example", to, "Figures"
    mail.set_content(text)
    if attached:
        mail.add_attachment(attached, subtype="csv", filename="figures.csv")
    return bytes(mail).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    "content",
    [
        CLEAR,
        CLEAR + b".\r\n..\r\n.hidden dot\r\n\r\n\r\n",
        CLEAR + b"caf\xc3\xa9 \xff\xfe\r\n",
        CLEAR + b"x" * 990 + b"\r\n",
        CLEAR + b"ends with a blank and a tab \t\r\n",
    ],
    ids=["plain", "dots", "eight bits", "long line", "blanks"],
)
def test_a_clear_message_arrives_byte_for_byte(content):
    kept = Kept()
    with mail_server(kept) as port, relay(clear, port) as running:
        code, _ = running.send(content, to=("a@x.example", "b@y.example"), options=("BODY=8BITMIME",))
    assert code == 250
    assert kept.messages == [content]
    assert kept.recipients == [["a@x.example", "b@y.example"]]
    assert kept.senders == ["clerk@agency.example"]


def test_a_bounce_without_a_sender_is_passed_on():
    kept = Kept()
    with mail_server(kept) as port, relay(clear, port) as running:
        assert running.send(CLEAR, sender="")[0] == 250
    assert kept.senders == ["<>"]


def test_a_list_of_people_in_an_attachment_is_refused_in_plain_words():
    kept = Kept()
    with mail_server(kept) as port, relay(REAL, port) as running:
        code, said = running.send(message(attached=LIST))
    assert (code, kept.messages) == (550, [])
    assert "holds personal data" in said
    assert "at least 2 people" in said
    assert "Zzcanary" not in said
    assert running.decisions[0].verdict == "findings"


def test_a_message_without_people_is_passed_on_by_the_screening_itself():
    kept = Kept()
    content = message(attached="region,total\nnorth,12\nsouth,30\n")
    with mail_server(kept) as port, relay(REAL, port) as running:
        code, said = running.send(content)
    assert (code, kept.messages) == (250, [content]), said


def test_a_boundary_that_looks_like_a_card_number_is_nobodys_card():
    content = message(attached="region,total\nnorth,12\nsouth,30\n")
    boundary = content.partition(b'boundary="')[2].partition(b'"')[0]
    content = content.replace(boundary, b"=" * 15 + b"4111111111111111==")
    kept = Kept()
    with mail_server(kept) as port, relay(REAL, port) as running:
        code, said = running.send(content)
    assert (code, kept.messages) == (250, [content]), said


def test_an_attachment_that_cannot_be_opened_is_refused():
    mail = EmailMessage()
    mail["From"], mail["To"] = "clerk@agency.example", "office@court.example"
    mail.set_content("See the attachment.\n")
    mail.add_attachment(
        b"\x00\x01\x02nothing knows this" * 30, maintype="application", subtype="x-unknown", filename="a.bin"
    )
    kept = Kept()
    with mail_server(kept) as port, relay(REAL, port) as running:
        code, said = running.send(bytes(mail).replace(b"\n", b"\r\n"))
    assert (code, kept.messages) == (550, [])
    assert "not all of it could be looked into" in said


def test_recipients_outside_who_see_one_another_are_a_finding_and_own_ones_are_not():
    kept = Kept()
    personal = "Your alien number is A123456789, your asylum case goes on.\n"
    with mail_server(kept) as port, relay(REAL, port) as running:
        outside = message("ana@one.example, bo@two.example", "See you on Monday.\n" + personal)
        code, said = running.send(outside, to=("ana@one.example", "bo@two.example"))
        assert code == 550
        assert "recipients in sight" in said
        assert "ana@one.example" not in said
        own = message("clerk2@agency.example, clerk3@sub.agency.example", "See you on Monday.\n")
        assert running.send(own)[0] == 250
    assert kept.messages == [own]


def test_a_list_of_people_goes_when_two_people_released_this_very_message():
    class Released:
        def holds(self, sha256: str) -> bool:
            return sha256 == hashlib.sha256(CLEAR).hexdigest()

        def standing(self) -> frozenset[str]:
            return frozenset()

    kept = Kept()
    with mail_server(kept) as port, relay(findings, port, releases=Released()) as running:
        assert running.send(CLEAR)[0] == 250
        assert running.send(CLEAR + b"more\r\n")[0] == 550
    assert kept.messages == [CLEAR]


def test_a_screening_that_breaks_is_a_temporary_failure_that_tells_nothing():
    def broken(path: Path) -> Judged:
        raise RuntimeError("Zzcanary")

    kept = Kept()
    with mail_server(kept) as port, relay(broken, port) as running:
        code, said = running.send(CLEAR)
    assert (code, kept.messages) == (451, [])
    assert "Zzcanary" not in said


def test_a_ledger_that_is_away_is_a_temporary_failure():
    class Away:
        def holds(self, sha256: str) -> bool:
            raise FaultError("ledger-unavailable", "away", hint="wait")

        def standing(self) -> frozenset[str]:
            return frozenset()

    with mail_server(Kept()) as port, relay(findings, port, releases=Away()) as running:
        assert running.send(CLEAR)[0] == 451


def test_without_a_next_server_nothing_is_accepted():
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        with relay(clear, nobody.getsockname()[1]) as running:
            assert running.send(CLEAR)[0] == 451


def test_a_next_server_that_goes_away_with_the_message_has_accepted_nothing():
    with mail_server(Kept(drops=True)) as port, relay(clear, port) as running:
        assert running.send(CLEAR)[0] == 451


@pytest.mark.parametrize(("answer", "code"), [("552 5.3.4 Zzcanary", 552), ("451 4.7.1 Zzcanary", 451)])
def test_a_refusal_of_the_next_server_is_passed_back_in_our_words(answer, code):
    with mail_server(Kept(at_data=answer)) as port, relay(clear, port) as running:
        told, said = running.send(CLEAR)
    assert told == code
    assert said.startswith(answer[4:9])
    assert "Zzcanary" not in said


def test_one_recipient_whom_the_next_server_refuses_refuses_the_message_for_all():
    kept = Kept(refuse_recipient="gone@x.example")
    with mail_server(kept) as port, relay(clear, port) as running:
        code, said = running.send(CLEAR, to=("here@x.example", "gone@x.example"))
    assert (code, kept.messages) == (550, [])
    assert said.startswith("5.1.1")
    assert "gone@x.example" not in said


def test_addresses_outside_ascii_are_refused_where_the_next_server_takes_none():
    kept = Kept(extensions=frozenset({"8BITMIME"}))
    with mail_server(kept) as port, relay(clear, port) as running:
        code, _ = running.send(CLEAR, sender="clerk@agency.example", options=("SMTPUTF8",))
    assert (code, kept.messages) == (553, [])


def test_a_message_longer_than_the_bound_is_refused():
    kept = Kept()
    with mail_server(kept) as port, relay(clear, port, bounds=Bounds(message_bytes=2000)) as running:
        assert running.send(CLEAR + b"line\r\n" * 500)[0] == 552
        assert running.send(CLEAR)[0] == 250
    assert kept.messages == [CLEAR]


def test_line_breaks_by_which_a_second_message_could_be_smuggled_are_refused():
    kept = Kept()
    with mail_server(kept) as port, relay(clear, port) as running:
        for smuggled in (b"\n.\r\n", b"\r.\r\n", b"\n.\n"):
            content = CLEAR + b"end" + smuggled + b"MAIL FROM:<a@x.example>\r\n"
            assert running.send(content)[0] == 554
    assert kept.messages == []


def test_more_connections_than_the_bound_are_turned_away():
    with mail_server(Kept()) as port, relay(clear, port, bounds=Bounds(connections=1)) as running:
        with running.client(), closing(socket.create_connection(("127.0.0.1", running.port), 20)) as second:
            assert second.recv(100).startswith(b"421 ")
        assert running.send(CLEAR)[0] == 250


def test_too_many_recipients_are_refused_one_by_one():
    with mail_server(Kept()) as port, relay(clear, port, bounds=Bounds(most_recipients=1)) as running:
        assert running.send(CLEAR, to=("a@x.example", "b@x.example"))[0] == 452


def test_what_is_noted_down_holds_neither_an_address_nor_a_word_of_the_message(caplog):
    kept = Kept()
    with mail_server(kept) as port, relay(REAL, port) as running:
        running.send(message("zzcanary@one.example", attached=LIST), to=("zzcanary@one.example",))
    assert "zzcanary" not in f"{running.decisions}{caplog.text}".casefold()
