"""The main path on data that nobody here made: error-laden records of historical persons, and a real access log."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts.real_incident import COLUMNS, LOG, PEOPLE, counted_by_grep, reported, run

CORPUS = Path(os.environ.get("AMENDS_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")

pytestmark = pytest.mark.skipif(
    not ((CORPUS / PEOPLE).is_file() and (CORPUS / LOG).is_file()),
    reason="the corpus of real files is not here; AMENDS_CORPUS names its folder",
)

DOCUMENTS = (
    "/images/logstash_OSCON.pdf",
    "/misc/viquickref.pdf",
    "/misc/wendy/recipes/Baked%20Spaghetti.doc",
)


@pytest.fixture(scope="module", params=DOCUMENTS)
def answer(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    return folder, run(CORPUS, folder, rows=400, document=request.param, letters=False)


def test_clients_and_statuses_are_those_that_grep_counts_in_the_log(answer) -> None:
    folder, record = answer
    assert reported(folder) == counted_by_grep(CORPUS, record["document"])
    assert record["same_set"]
    assert record["clients"] > 0


def test_every_row_of_the_real_sheet_is_held_and_ends_in_the_register(answer) -> None:
    _, record = answer
    figures = record["figures"]
    assert figures["holds_in_force"] == figures["rows"] == record["linking"]["rows"] == 400
    assert sum(record["linking"]["outcomes"].values()) == 400


def test_a_doubtful_record_is_left_to_a_person_rather_than_told_to_a_stranger(answer) -> None:
    _, record = answer
    assert record["linking"]["linked_right"] > 0
    assert record["linking"]["precision"] >= 0.99


def test_a_client_left_out_by_hand_would_be_noticed(answer) -> None:
    folder, record = answer
    ours = reported(folder)
    assert ours - {next(iter(ours))} != counted_by_grep(CORPUS, record["document"])


def test_the_sheet_holds_no_column_that_gives_the_truth_away() -> None:
    assert "cluster" not in COLUMNS
    assert "unique_id" not in COLUMNS
