"""Files, folders and patterns mean every file in them, and what cannot be looked into is not left out in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amends.cli.screening.found_files import found_files
from amends.vocabulary.errors import UsageError


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.csv", "deep/er/c.csv", "deep/.hidden/d.csv", ".e.csv"):
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path / "site"


def names(*paths: Path, under: Path) -> list[str]:
    return [found.path.relative_to(under).as_posix() for found in found_files(paths)]


def test_a_folder_means_every_file_in_it_hidden_ones_included(site: Path) -> None:
    assert names(site, under=site) == [".e.csv", "a.csv", "b.csv", "deep/.hidden/d.csv", "deep/er/c.csv"]


def test_a_pattern_means_what_it_matches_and_folders_that_it_matches_with_all_in_them(site: Path) -> None:
    assert names(site / "*.csv", under=site) == [".e.csv", "a.csv", "b.csv"]
    assert names(site / "**" / "c.csv", under=site) == ["deep/er/c.csv"]
    assert names(site / "de*", under=site) == ["deep/.hidden/d.csv", "deep/er/c.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(site: Path) -> None:
    (site / "x[1].csv").touch()
    (site / "x1.csv").touch()
    assert names(site / "x[1].csv", under=site) == ["x[1].csv"]


def test_a_link_to_a_folder_around_it_ends(site: Path) -> None:
    (site / "deep" / "up").symlink_to(site)
    (site / "elsewhere").symlink_to(site / "deep" / "er")
    assert len(names(site, under=site)) == 6


def test_a_link_that_leads_nowhere_is_a_file_that_cannot_be_read(site: Path) -> None:
    (site / "gone.csv").symlink_to(site / "nothing")
    assert "gone.csv" in names(site, under=site)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to the superuser")
def test_a_folder_that_nobody_may_list_is_not_an_empty_one(site: Path) -> None:
    (site / "deep").chmod(0)
    try:
        assert [found.path.name for found in found_files([site]) if found.unreadable] == ["deep"]
    finally:
        (site / "deep").chmod(0o700)


def test_a_folder_whose_listing_fails_is_not_an_empty_one(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Path.iterdir

    def refusing(folder: Path):
        if folder.name == "er":
            raise PermissionError
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", refusing)
    assert [found.path.name for found in found_files([site]) if found.unreadable] == ["er"]


@pytest.mark.parametrize(("name", "code"), [("no.csv", "file-missing"), ("*.xlsx", "file-missing")])
def test_a_path_that_means_nothing_is_a_mistake_before_anything_is_screened(
    site: Path, name: str, code: str
) -> None:
    with pytest.raises(UsageError) as error:
        next(found_files([site, site / name]))
    assert error.value.code == code
