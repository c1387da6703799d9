"""The result files: whole or not at all, inert in a spreadsheet, silent about people."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from amends.casework.publish_figures import publish_figures
from amends.casework.queries.overview import incident_overview
from amends.casework.results.files import write_text, write_with
from amends.casework.results.journal_export import verify_ledger, write_journal
from amends.casework.results.journal_file import read_journal
from amends.casework.results.recipients_file import write_recipients
from amends.casework.results.register_file import write_register_file
from amends.casework.results.report_file import write_figures, write_report
from amends.casework.results.sender import load_sender, write_sender_template
from amends.casework.screen_release import screen_release
from amends.figures.definitions import FigureSet, Reconciliation, figure_set
from amends.ledger.chain import Head
from amends.ledger.models import Incident, LeakedRow, Recipient, Release
from amends.scan.audience_screening import Conditions
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from tests.unit.casework.hand_made import HandMade, act, everything, journal_verbs


def test_a_file_that_could_not_be_finished_leaves_the_old_one_in_place(tmp_path: Path):
    target = tmp_path / "report.html"
    write_text(target, "old")

    def torn(partial: Path) -> None:
        partial.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(FaultError) as failed:
        write_with(target, torn)
    assert failed.value.code == "result-unwritable"
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_result_folder_that_is_a_file_is_a_fault_that_says_so(tmp_path: Path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(FaultError) as failed:
        write_text(tmp_path / "out" / "report.html", "new")
    assert failed.value.code == "result-unwritable"


def test_a_result_is_its_owners_alone(tmp_path: Path):
    write_text(tmp_path / "new" / "file", "text")
    assert stat.S_IMODE((tmp_path / "new" / "file").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_an_address_that_a_spreadsheet_would_run_is_written_as_text(people: HandMade, tmp_path: Path):
    incident = people.assessed()
    Recipient.objects.filter(address="192.0.2.9").update(address='=cmd|"/c calc"!A1')
    assert write_recipients(incident, tmp_path / "recipients.csv") == 2
    with (tmp_path / "recipients.csv").open(encoding="utf-8", newline="") as lines:
        cells = [line["address"] for line in csv.DictReader(lines)]
    assert sorted(cell[0] for cell in cells) == ["'", "1"]


def test_clients_who_obtained_nothing_are_listed_too(people: HandMade, tmp_path: Path):
    write_recipients(people.assessed(), tmp_path / "recipients.csv")
    with (tmp_path / "recipients.csv").open(encoding="utf-8", newline="") as lines:
        obtained = {line["address"]: line["obtained_data"] for line in csv.DictReader(lines)}
    assert obtained == {"192.0.2.9": "yes", "192.0.2.10": "no"}


def test_the_register_has_every_row_and_is_refused_to_nobody_in_particular(people: HandMade, tmp_path: Path):
    incident = people.planned()
    write_register_file(incident, tmp_path / "register.parquet", asked_for=True, actor="operator")
    register = pq.read_table(tmp_path / "register.parquet")
    assert register["row_number"].to_pylist() == [2, 3, 4, 5, 6, 7, 8, 9]
    assert register["registry_person_id"].to_pylist()[:2] == ["P2", "P3"]
    with pytest.raises(RefusalError):
        write_register_file(incident, tmp_path / "other.parquet", asked_for=False, actor="operator")
    assert not (tmp_path / "other.parquet").exists()


def test_the_journal_comes_back_from_its_file_as_it_was(people: HandMade, tmp_path: Path):
    people.planned()
    head = write_journal(tmp_path / "journal.jsonl")
    entries, stored = read_journal(tmp_path / "journal.jsonl")
    assert stored == head == Head(5, entries[-1].digest)
    assert verify_ledger(None) == (5, ())
    assert verify_ledger(head) == (5, ())
    (broken,) = verify_ledger(Head(5, "f" * 64))[1]
    assert (broken.sequence, broken.kind) == (5, "rewritten")


def test_the_same_ledger_gives_the_same_report(people: HandMade, tmp_path: Path):
    incident = people.planned()
    published = publish_figures(incident=incident, act=act())
    write_figures(published, tmp_path)
    for name in ("one.html", "two.html"):
        write_report(incident, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert json.loads((tmp_path / "figures.json").read_text())["persons"] == 7


def test_the_report_of_a_stale_incident_shows_the_ledger_and_not_the_memory(people: HandMade):
    incident = people.opened()
    stale = Incident.objects.get(pk=incident.pk)
    people.planned()
    assert stale.population_held_at is None
    assert incident_overview(stale).held_at is not None


def test_small_cells_are_withheld_from_the_public_figures(people: HandMade, tmp_path: Path):
    published = publish_figures(incident=people.planned(), act=act())
    write_figures(published, tmp_path)
    exact = json.loads((tmp_path / "figures.json").read_text())
    public = json.loads((tmp_path / "figures-public.json").read_text())
    small = [name for name, value in exact.items() if 0 < value < 5]
    assert small
    assert [name for name in small if public[name] is not None] == []


def test_figures_that_do_not_add_up_are_refused_by_name_and_not_published(people: HandMade):
    incident = people.planned()
    LeakedRow.objects.filter(incident=incident, row_number=9).update(outcome="lost")
    before = everything()
    with pytest.raises(RefusalError) as refused:
        publish_figures(incident=incident, act=act())
    assert refused.value.code == "figures-do-not-reconcile"
    assert "rows" in refused.value.message
    assert everything() == before


def test_a_sum_that_nobody_demands_is_not_checked(people: HandMade):
    """The twin: it is the reconciliation that refuses, and nothing else."""
    incident = people.planned()
    LeakedRow.objects.filter(incident=incident, row_number=9).update(outcome="lost")
    wanted = figure_set()
    harmless = FigureSet(wanted.figures, (Reconciliation("persons", ("notices_to_persons",)),))
    assert publish_figures(incident=incident, act=act(), definitions=harmless).edition == 1


def test_a_figure_that_changed_makes_a_new_edition_and_the_old_one_stays(people: HandMade):
    incident = people.planned()
    first = publish_figures(incident=incident, act=act())
    Recipient.objects.filter(address="192.0.2.10").delete()
    second = publish_figures(incident=incident, act=act(days=1))
    assert (first.edition, second.edition) == (1, 2)
    assert second.values["clients"] == first.values["clients"] - 1
    assert journal_verbs().count("publish_figures") == 2


def test_the_sender_is_a_draft_until_somebody_has_vouched_for_it(tmp_path: Path):
    write_sender_template(tmp_path)
    loaded = load_sender(tmp_path / "sender.toml")
    assert loaded.draft
    assert "DRAFT" in loaded.sender.department
    text = (tmp_path / "sender.toml").read_text().replace("draft = true", "draft = false")
    (tmp_path / "sender.toml").write_text(text)
    write_sender_template(tmp_path)
    assert not load_sender(tmp_path / "sender.toml").draft


@pytest.mark.parametrize(
    ("text", "said"),
    [("organisation = [", "not TOML"), ('organisation = "x"', "address_lines"), ("\udcff", "not TOML")],
)
def test_a_sender_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, text, said):
    (tmp_path / "sender.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError) as refused:
        load_sender(tmp_path / "sender.toml")
    assert refused.value.code == "sender-invalid"
    assert said in refused.value.message


def test_a_release_that_lists_people_is_recorded_with_its_verdict_and_without_them(people: HandMade):
    screened = screen_release(
        path=people.folder / "leaked.csv", conditions=Conditions(), act=act("before posting")
    )
    assert screened.screening.verdict == "findings"
    assert (screened.release.people, screened.release.verdict) == (8, "findings")
    assert journal_verbs() == ["screen_release"]
    assert "Petrov" not in repr(everything())


def test_a_release_that_cannot_be_opened_is_recorded_as_incomplete(people: HandMade, tmp_path: Path):
    (tmp_path / "release.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    screened = screen_release(path=tmp_path / "release.xlsx", conditions=Conditions(), act=act())
    assert (screened.release.verdict, screened.release.skipped) == ("incomplete", 1)


def test_a_clean_release_is_clear(people: HandMade, tmp_path: Path):
    (tmp_path / "release.csv").write_text("Month,Detained\n2022-10,25000\n2022-11,26000\n")
    assert (
        screen_release(path=tmp_path / "release.csv", conditions=Conditions(), act=act()).release.people == 0
    )
    assert Release.objects.get().verdict == "clear"


def test_a_release_that_is_not_there_is_refused_and_not_recorded(people: HandMade, tmp_path: Path):
    with pytest.raises(UsageError) as refused:
        screen_release(path=tmp_path / "nothing.csv", conditions=Conditions(), act=act())
    assert refused.value.code == "file-missing"
    assert not Release.objects.exists()
    assert journal_verbs() == []
