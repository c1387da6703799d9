"""Settings are found upwards from a folder, and a misspelt one is an error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amends.scan.settings import find_settings, load_settings
from amends.vocabulary.errors import UsageError

TODAY = date(2026, 11, 25)
WHOLE = """
[screen]
audience = "partner-agency"
audiences = "who.toml"
fail_on = ["list-of-persons"]

[screen.mail]
own_domains = ["Agency.Example", "@board.example"]
most_in_sight = 9
outgoing = true

[[screen.allow]]
kind = "comment"
path = "**"
owner = "Press desk"
reason = "Remarks of the board are meant to be read"
expires = 2027-01-01

[elsewhere]
other = true
"""


def test_the_nearest_file_above_counts(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "amends.toml").touch()
    assert find_settings(deep) == tmp_path / "amends.toml"
    (deep / "amends.toml").touch()
    assert find_settings(deep) == deep / "amends.toml"


def test_every_setting_is_read_and_paths_count_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "amends.toml"
    file.write_text(WHOLE, encoding="utf-8")
    settings = load_settings(file, today=TODAY)
    assert (settings.audience, settings.audiences, settings.fail_on) == (
        "partner-agency", tmp_path / "who.toml", ("list-of-persons",),
    )  # fmt: skip
    assert settings.own_domains == {"agency.example", "board.example"}
    assert (settings.most_in_sight, settings.outgoing) == (9, True)
    assert [entry.place for entry in settings.allowances] == ["amends.toml, line 12"]


@pytest.mark.parametrize(
    "text",
    [
        "[screen]\naudiance = 'public'\n",
        "[screen]\naudience = 3\n",
        "[screen]\nfail_on = 'all'\n",
        "[screen.mail]\nown_domain = ['a.example']\n",
        "[screen.mail]\nown_domains = ['example']\n",
        "[screen.mail]\nmost_in_sight = 0\n",
        "[screen.mail]\noutgoing = 'yes'\n",
        "[screen]\nrecognise_names = 1\n",
        "screen = 1\n",
        "[screen\n",
    ],
)
def test_a_setting_that_nobody_knows_or_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "amends.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_settings(file, today=TODAY)
    assert error.value.code == "settings-invalid"


def test_a_list_beside_the_settings_is_read_with_its_own_lines(tmp_path: Path) -> None:
    (tmp_path / "amends.toml").write_text("[screen]\nallow_list = 'allow.toml'\n", encoding="utf-8")
    (tmp_path / "allow.toml").write_text("\n[[allow]]\nkind = 'comment'\n", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_settings(tmp_path / "amends.toml", today=TODAY)
    assert error.value.where == "allow.toml, line 2"
