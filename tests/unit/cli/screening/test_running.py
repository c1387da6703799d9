"""Several files at once give the answers of one after the other; a reader that dies takes no file with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from amends.cli.screening.found_files import FoundFile
from amends.cli.screening.running import answers
from amends.scan.audience_screening import Conditions
from amends.scan.screening import Finding
from amends.scan.tables import OpenedFile
from amends.vocabulary.errors import UsageError
from amends.vocabulary.outcomes import ScreeningVerdict

FIGURES = "Month,Detained\n2022-10,25000\n2022-11,26000\n"
PARENT = os.getpid()


def files(folder: Path, count: int, *, deadly: int = -1) -> list[FoundFile]:
    found = []
    for number in range(count):
        path = folder / f"{number:02}{'-deadly' if number == deadly else ''}.csv"
        path.write_text(FIGURES, encoding="utf-8")
        found.append(FoundFile(path, path.name))
    return found


def dies_of_one(opened: OpenedFile) -> Iterator[Finding]:
    if "deadly" in str(opened.formats[0].provenance) and os.getpid() != PARENT:
        os._exit(9)
    yield from ()


def raises_of_one(opened: OpenedFile) -> Iterator[Finding]:
    if "deadly" in str(opened.formats[0].provenance):
        raise ValueError("Ana Zzcanary")
    yield from ()


def test_two_at_once_say_the_same_in_the_same_order(tmp_path: Path) -> None:
    wanted = files(tmp_path, 9)
    one = list(answers(wanted, Conditions(), jobs=1))
    assert list(answers(wanted, Conditions(), jobs=2)) == one
    assert [answer.screening.path for answer in one] == [file.shown for file in wanted]
    assert {answer.screening.verdict for answer in one} == {ScreeningVerdict.CLEAR}


def test_no_file_is_clear_that_a_dead_process_had_in_hand(tmp_path: Path) -> None:
    wanted = files(tmp_path, 6, deadly=0)
    found = list(answers(wanted, Conditions(detectors=(dies_of_one,)), jobs=2))
    assert [answer.screening.path for answer in found] == [file.shown for file in wanted]
    assert (found[0].fault, found[0].screening.verdict) == (True, ScreeningVerdict.INCOMPLETE)
    assert all(answer.fault or answer.screening.sha256 for answer in found)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_one_file_is_said_without_its_text_and_the_others_are_screened(
    tmp_path: Path, jobs: int
) -> None:
    found = list(answers(files(tmp_path, 3, deadly=1), Conditions(detectors=(raises_of_one,)), jobs=jobs))
    assert [answer.fault for answer in found] == [False, True, False]
    assert found[1].screening.skipped[0].code == "screening-failed"
    assert "Zzcanary" not in repr(found)


def test_a_file_that_went_away_is_incomplete(tmp_path: Path) -> None:
    (answer,) = answers([FoundFile(tmp_path / "gone.csv", "gone.csv")], Conditions(), jobs=1)
    assert (answer.fault, answer.screening.verdict) == (False, ScreeningVerdict.INCOMPLETE)
    assert answer.screening.skipped[0].code == "file-missing"


def test_a_file_that_changes_while_it_is_screened_is_incomplete(tmp_path: Path) -> None:
    (file,) = files(tmp_path, 1)

    def grows(opened: OpenedFile) -> Iterator[Finding]:
        del opened
        with file.path.open("a") as stream:
            stream.write("2022-12,1\n")
        yield from ()

    (answer,) = answers([file], Conditions(detectors=(grows,)), jobs=1)
    assert answer.screening.verdict is ScreeningVerdict.INCOMPLETE
    assert answer.screening.skipped[-1].code == "changed-meanwhile"


def test_files_are_taken_as_they_are_needed_and_not_all_at_once(tmp_path: Path) -> None:
    wanted, taken = files(tmp_path, 40), []

    def taking() -> Iterator[FoundFile]:
        for file in wanted:
            taken.append(file)
            yield file

    running = answers(taking(), Conditions(), jobs=2)
    next(running)
    assert len(taken) < 15
    assert len(list(running)) == 39


@pytest.mark.parametrize("jobs", [0, -1, 65])
def test_so_many_at_once_cannot_be(jobs: int) -> None:
    with pytest.raises(UsageError, match="so many"):
        next(iter(answers([], Conditions(), jobs=jobs)))
