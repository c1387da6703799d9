"""A drill, end to end: its score, its result files, and that they give nobody away."""

from __future__ import annotations

import csv
import json
import re
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.small_incident import ROWS, Responded, SmallIncident

SCORE_FIELDS = {
    "rows",
    "linked_right",
    "linked_wrong",
    "linked_missed",
    "f1",
    "recipients_true",
    "recipients_found",
    "recipients_false",
    "held",
    "harmed_true",
    "harmed_found",
    "seconds_file_to_held",
    "seconds_total",
    "peak_memory_bytes",
}
RESULTS = ("report.html", "recipients.csv", "figures.json", "journal.jsonl", "letters")


@pytest.fixture
def score(drilled: Path) -> dict[str, float]:
    content: dict[str, float] = json.loads((drilled / "score.json").read_text(encoding="utf-8"))
    return content


def test_the_score_has_every_field_that_it_owes(score):
    assert set(score) >= SCORE_FIELDS
    assert all(isinstance(value, int | float) for value in score.values())


def test_everyone_is_held_and_every_row_is_linked_or_counted_as_missed(score):
    assert score["held"] == score["rows"] == ROWS
    assert score["linked_right"] + score["linked_wrong"] + score["linked_missed"] == ROWS
    assert score["f1"] >= 0.98


def test_all_recipients_and_all_harmed_people_are_found(score):
    assert score["recipients_found"] == score["recipients_true"] > 10
    assert score["recipients_false"] == 0
    assert score["harmed_found"] == score["harmed_true"] == 7


def test_the_measured_seconds_and_bytes_are_of_this_world(score):
    assert 0 < score["seconds_file_to_held"] < score["seconds_total"] < 120
    assert 50_000_000 < score["peak_memory_bytes"] < 8_000_000_000


def test_the_score_of_a_drill_whose_ledger_lost_a_hold_is_not_full(drilled, score):
    """The twin: were the score written down instead of counted, it would not notice."""
    from amends.drill.score import Observed
    from amends.drill.score import score as compare

    register = pq.read_table(drilled / "register.parquet")
    judgements = register.select(["row_number", "outcome", "registry_person_id"])
    judgements = judgements.rename_columns(["row", "outcome", "person_id"])
    numbers = frozenset(register["row_number"].to_pylist())
    observed = Observed(judgements, frozenset(), numbers - {min(numbers)}, frozenset())
    assert compare(drilled / "incident" / "truth", observed).held == ROWS - 1


def test_the_figures_of_the_incident_add_up(drilled):
    figures = json.loads((drilled / "figures.json").read_text(encoding="utf-8"))
    assert figures["rows"] == ROWS
    assert figures["persons"] == figures["in_custody_at_exposure"] + figures["not_in_custody_at_exposure"]
    assert figures["notices"] == (
        figures["notices_to_persons"]
        + figures["notices_to_representatives"]
        + figures["notices_to_guardians_and_kin"]
        + figures["notices_to_tribunals"]
        + figures["certificates"]
    )
    assert figures["holds_in_force"] == ROWS
    assert figures["clients"] == figures["recipients"] + figures["clients_without_data"]


def test_the_second_incident_shares_people_with_the_first_and_counts_nobody_twice(drilled, score):
    second = json.loads((drilled / "second-incident" / "figures.json").read_text(encoding="utf-8"))
    assert second["persons"] == score["second_persons"]
    assert second["persons_in_other_incidents"] == score["overlap"] > 0
    assert score["union"] == ROWS + score["second_persons"] - score["overlap"]


def test_every_result_file_is_there(drilled, responded):
    for folder in (drilled, responded.out):
        assert [name for name in RESULTS if not (folder / name).exists()] == []


def test_the_register_is_written_only_where_it_was_asked_for(drilled, responded):
    assert not (responded.out / "register.parquet").exists()
    register = pq.read_table(drilled / "register.parquet")
    assert len(register) == ROWS
    assert set(register["outcome"].to_pylist()) <= {
        "match",
        "duplicate",
        "out_of_scope",
        "review",
        "unmatched",
        "refused",
    }


def test_what_is_written_can_be_read_by_its_owner_alone(drilled, responded):
    for folder in (drilled, responded.out, responded.home):
        for path in (folder, *folder.rglob("*")):
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), path.relative_to(folder)


def test_the_report_needs_no_network(responded: Responded):
    report = (responded.out / "report.html").read_text(encoding="utf-8")
    assert re.search(r"<script|<link|<iframe|<object|@import|\bsrc\s*=|url\(|http-equiv", report) is None
    # An address may be written there; nothing may be loaded from it.
    assert re.search(r"""(href|action)\s*=\s*["']?\s*(https?:)?//""", report) is None


@pytest.mark.parametrize("name", ["report.html", "figures.json", "figures-public.json", "journal.jsonl"])
def test_a_result_that_may_be_shown_around_names_nobody(responded: Responded, name):
    assert responded.incident.people.found_in((responded.out / name).read_text(encoding="utf-8")) == []


def test_the_search_for_names_finds_one_that_was_planted(small_incident: SmallIncident):
    person = pq.read_table(small_incident.files.registry).slice(7, 1).to_pylist()[0]
    sentence = f"<p>{person['given_name']} {person['family_name']} was told</p>"
    assert small_incident.people.found_in(sentence)
    assert small_incident.people.found_in(f"row of {person['a_number']}")


def test_the_report_shows_no_address_of_a_recipient(responded: Responded):
    with (responded.out / "recipients.csv").open(encoding="utf-8", newline="") as lines:
        addresses = [line["address"] for line in csv.DictReader(lines)]
    report = (responded.out / "report.html").read_text(encoding="utf-8")
    assert len(addresses) > 10
    assert [address for address in addresses if address in report] == []


def test_the_recipients_file_holds_every_client_of_the_truth(drilled, responded: Responded):
    def clients(path: Path, column: str) -> set[str]:
        with path.open(encoding="utf-8", newline="") as lines:
            return {line[column] for line in csv.DictReader(lines)}

    true = clients(drilled / "incident" / "truth" / "recipients.csv", "address")
    assert clients(responded.out / "recipients.csv", "address") == true


def test_the_report_says_what_the_figures_file_says(responded: Responded):
    figures = json.loads((responded.out / "figures.json").read_text(encoding="utf-8"))
    report = (responded.out / "report.html").read_text(encoding="utf-8")
    shown = re.findall(r"<tr><td>([^<]+)<details>.*?</td>\s*<td class=\"number\">([\d,]+)</td>", report, re.S)
    assert len(shown) == len(figures)
    assert [int(value.replace(",", "")) for _, value in shown] == list(figures.values())


def test_the_four_hours_and_nineteen_minutes_are_counted_from_the_timestamps(responded: Responded):
    assert "4 h 19 min" in (responded.out / "report.html").read_text(encoding="utf-8")
    assert "4 h 19 min" in responded.finished.said


def test_the_report_says_since_when_everyone_is_held(responded: Responded):
    report = (responded.out / "report.html").read_text(encoding="utf-8")
    assert "Everyone held</dt><dd>2022-11-30 15:00 UTC" in report
    assert "2 d 0 h 15 min" in report


def test_the_drill_prints_its_score_and_its_times(drilled):
    said = " ".join((drilled.parent / "drilled.out").read_text(encoding="utf-8").split())
    for part in ("rows linked", "F1", "leak file to all held", "whole drill", "letters", "peak memory"):
        assert part in said
    progress = (drilled.parent / "drilled.err").read_text(encoding="utf-8")
    assert "protect everyone" in progress
    assert "write letters" in progress
