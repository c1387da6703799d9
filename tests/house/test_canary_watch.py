"""The watch over logs, standard error and messages fails a test that leaks, and leaves others alone."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from amends.drill.canary import CANARY, CANARY_NAME
from tests.canary_watch import leaks_in_sections
from tests.house.sources import ROOT

LEAKY_TESTS = """
import logging, sys
import pytest
from amends.vocabulary.errors import UsageError

@pytest.fixture
def ledger():
    yield
    logging.warning("closing MARK")

def test_log(): logging.getLogger("amends.link").debug("linked MARK")
def test_standard_error(): sys.stderr.write("linked MARK")
def test_fixture(ledger): pass
def test_caught_error():
    with pytest.raises(UsageError):
        raise UsageError("row-bad", "no row for MARK", hint="look")
def test_after_it(): pass
def test_shown_on_purpose(): print("the operator asked for MARK")
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What pytest says of each of the leaky tests under the watch, away from this project's own settings."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "test_it.py").write_text(LEAKY_TESTS.replace("MARK", CANARY), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nlog_level = DEBUG\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.canary_watch",
        "-p",
        "no:cacheprovider",
        "-rA",
        "-q",
    ]
    done = subprocess.run(
        [*command, "-c", str(folder / "pytest.ini"), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(FAILED|ERROR|PASSED) \S*::test_(\w+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    worst = sorted(found, key=lambda pair: pair[0] == "PASSED", reverse=True)
    return {name: "passed" if verdict == "PASSED" else "failed" for verdict, name in worst}


@pytest.mark.parametrize("leak", ["log", "standard_error", "fixture", "caught_error"])
def test_a_person_who_strays_into_a_log_or_an_error_fails_the_test(
    verdicts: dict[str, str], leak: str
) -> None:
    assert verdicts[leak] == "failed"


@pytest.mark.parametrize("innocent", ["after_it", "shown_on_purpose"])
def test_what_is_shown_on_purpose_and_what_comes_after_a_leak_fail_nothing(
    verdicts: dict[str, str], innocent: str
) -> None:
    assert verdicts[innocent] == "passed"


def test_the_mark_is_found_in_the_form_of_a_name_too() -> None:
    assert leaks_in_sections([("Captured log call", f"no match for {CANARY_NAME} Pérez\nlinked 3 rows")]) == [
        f"Captured log call: no match for {CANARY_NAME} Pérez"
    ]
