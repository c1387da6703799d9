"""To and Cc with more than one address outside are found; Bcc and one's own domains are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.scan.mail_recipients import MailRules, recipients_in_sight, shows_recipients
from amends.scan.opening import open_file
from amends.scan.tables import OpenedFile

RULES = MailRules(frozenset({"agency.example"}), 4)
HEAD = "From: desk@agency.example\nSubject: x\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n"


def message(folder: Path, *headers: str, body: str = "Hello") -> OpenedFile:
    file = folder / "m.eml"
    file.write_text(HEAD + "".join(f"{header}\n" for header in headers) + f"\n{body}\n", encoding="utf-8")
    return open_file(file)


def seen(opened: OpenedFile, *, personal: bool) -> list[int]:
    return [finding.people for finding in recipients_in_sight(opened, RULES, personal=personal)]


@pytest.mark.parametrize(
    ("headers", "count"),
    [
        (("To: a@mail.example, b@mail.example",), 2),
        (("To: a@mail.example", "Cc: Zzcanary <b@mail.example>, c@other.example"), 3),
        (("To: a@mail.example; b@mail.example",), 2),
        (("To: a@mail.example,\n b@mail.example",), 2),
        (("To: =?utf-8?q?Ana?= <a@mail.example>, A@MAIL.example, b@mail.example",), 2),
        (("To: a@notagency.example, b@mail.example",), 2),
    ],
)
def test_outside_addresses_that_see_one_another_are_counted_once_each(
    tmp_path: Path, headers: tuple[str, ...], count: int
) -> None:
    assert seen(message(tmp_path, *headers), personal=True) == [count]


@pytest.mark.parametrize(
    "headers",
    [
        ("To: a@mail.example",),
        ("To: desk@agency.example, x@sub.agency.example, a@mail.example",),
        ("To: desk@agency.example", "Bcc: a@mail.example, b@mail.example, c@mail.example"),
    ],
)
def test_one_address_outside_one_s_own_and_blind_copies_are_as_they_should_be(
    tmp_path: Path, headers: tuple[str, ...]
) -> None:
    opened = message(tmp_path, *headers)
    assert seen(opened, personal=True) == []
    assert not shows_recipients(opened, RULES)


def test_without_anything_personal_a_few_may_see_one_another_and_many_may_not(tmp_path: Path) -> None:
    few, many = (", ".join(f"p{number}@mail.example" for number in range(count)) for count in (4, 5))
    assert seen(message(tmp_path, f"To: {few}"), personal=False) == []
    assert seen(message(tmp_path, f"To: {many}"), personal=False) == [5]


def test_a_message_inside_a_message_is_one_of_its_own(tmp_path: Path) -> None:
    inner = HEAD + "To: a@mail.example, b@mail.example\n\nZzcanary\n"
    file = tmp_path / "m.eml"
    file.write_text(
        f"{HEAD}To: c@mail.example\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n{inner}",
        encoding="utf-8",
    )
    found = list(recipients_in_sight(open_file(file), RULES, personal=True))
    assert [(finding.people, str(finding.provenance)) for finding in found] == [(2, "m.eml ! message 1")]


def test_no_address_is_repeated(tmp_path: Path) -> None:
    (finding,) = recipients_in_sight(
        message(tmp_path, "To: zzcanary@mail.example, b@mail.example"), RULES, personal=True
    )
    assert "zzcanary" not in repr(finding)
    assert "b@mail" not in repr(finding)
