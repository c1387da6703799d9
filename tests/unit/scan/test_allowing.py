"""An allowance covers one kind in some files until a day; one that nobody owns or that is over stops the run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amends.scan.allowing import Allowance, load_allowances
from amends.scan.path_patterns import path_matches
from amends.scan.screening import Finding
from amends.vocabulary.errors import UsageError
from amends.vocabulary.provenance import Provenance

TODAY = date(2026, 11, 25)
ENTRY = {
    "kind": '"personal-column"',
    "path": '"site/*.csv"',
    "owner": '"Press desk"',
    "reason": '"Addresses of offices, not of people"',
    "expires": "2026-11-25",
}
SHA = "ab" * 32


def written(folder: Path, *entries: dict[str, str]) -> Path:
    file = folder / "allow.toml"
    texts = [
        "[[allow]]\n" + "".join(f"{name} = {value}\n" for name, value in entry.items()) for entry in entries
    ]
    file.write_text("# whom we answer for\n" + "\n".join(texts), encoding="utf-8")
    return file


def finding(kind: str = "personal-column") -> Finding:
    return Finding(Provenance.of("a.csv"), kind, 0, 0, (), "", "")


def refused(folder: Path, *entries: dict[str, str], today: date = TODAY) -> UsageError:
    with pytest.raises(UsageError) as error:
        load_allowances(written(folder, *entries), today=today)
    return error.value


def test_an_allowance_holds_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    (entry,) = load_allowances(written(tmp_path, ENTRY), today=TODAY)
    assert (entry.owner, entry.expires, entry.place) == ("Press desk", TODAY, "allow.toml, line 2")
    error = refused(tmp_path, ENTRY, today=date(2026, 11, 26))
    assert (error.code, error.where) == ("allow-expired", "allow.toml, line 2")


@pytest.mark.parametrize("missing", sorted(ENTRY))
def test_an_entry_that_leaves_anything_open_is_an_error_that_says_which_line(
    tmp_path: Path, missing: str
) -> None:
    error = refused(tmp_path, ENTRY, {name: value for name, value in ENTRY.items() if name != missing})
    assert (error.code, error.where) == ("allow-invalid", "allow.toml, line 9")
    assert missing in error.message


@pytest.mark.parametrize(
    "change",
    [
        {"owner": '"  "'},
        {"reason": '"ok"'},
        {"kind": '"*"'},
        {"expires": '"2027-01-01"'},
        {"expires": "2027-01-01T00:00:00Z"},
        {"sha256": '"abc"'},
        {"everything": "true"},
    ],
)
def test_an_entry_that_says_nothing_or_too_much_is_refused(tmp_path: Path, change: dict[str, str]) -> None:
    assert refused(tmp_path, ENTRY | change).code == "allow-invalid"


def test_it_covers_its_own_kind_path_and_content_alone() -> None:
    entry = Allowance("personal-column", "site/*.csv", "Press desk", "Addresses of offices", TODAY, SHA)
    assert entry.covers(finding(), "site/a.csv", SHA)
    assert not entry.covers(finding("list-of-persons"), "site/a.csv", SHA)
    assert not entry.covers(finding(), "site/deep/a.csv", SHA)
    assert not entry.covers(finding(), "site/a.csv", "cd" * 32)
    assert not entry.covers(finding(), "site/a.csv", ""), (
        "a file that could not be read to its end has no hash"
    )


@pytest.mark.parametrize(
    ("path", "pattern", "matches"),
    [
        ("a.csv", "**/a.csv", True),
        ("x/y/a.csv", "**/a.csv", True),
        ("/x/y/a.csv", "**/a.csv", True),
        ("x/ba.csv", "**/a.csv", False),
        ("x/a.csv", "x/*.csv", True),
        ("x/y/a.csv", "x/*.csv", False),
        ("x/y/a.csv", "x/**", True),
        ("a.csv.exe", "*.csv", False),
        ("a+b.csv", "a+b.csv", True),
        ("aab.csv", "a+b.csv", False),
    ],
)
def test_patterns_mean_what_people_write(path: str, pattern: str, matches: bool) -> None:
    assert path_matches(path, pattern) is matches
