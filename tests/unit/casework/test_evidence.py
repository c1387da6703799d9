"""An evidence file is checked with the public key alone, names nobody unless asked, and shows every change to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from amends.casework.advance_remedy import Letterhead, Shown, advance_remedy
from amends.casework.publish_figures import publish_figures
from amends.casework.queries.evidence import subject_of_remedy, subject_of_row
from amends.casework.results.evidence_check import check_evidence
from amends.casework.results.evidence_folder import write_evidence
from amends.casework.take_evidence import take_evidence
from amends.drill.canary import CANARY
from amends.ledger import journal
from amends.ledger.checkpoint_key import checkpoints_file, signing_key
from amends.ledger.checkpointing import next_checkpoint, own_checkpoints
from amends.ledger.models import LeakedRow, Remedy
from amends.ledger.signed_note import SigningKey
from amends.vocabulary.errors import UsageError
from tests.unit.casework.hand_made import NOW, SHEET, HandMade, act
from tests.unit.casework.test_actions import imported
from tests.unit.casework.test_harm import sign


@pytest.fixture
def incident(people: HandMade):
    planned = people.planned()
    publish_figures(incident=planned, act=act("count"))
    next_checkpoint(people.ledger.home, now=NOW)
    review = Remedy.objects.filter(kind="notice", person__registry_person_id="P3").first()
    other = Remedy.objects.filter(kind="notice", person__registry_person_id="P7").first()
    assert review and other
    for remedy in (review, other):
        shown = Shown(content={remedy.pk: _letter()})
        advance_remedy(incident=planned, remedies=[remedy.pk], step="prepare", act=act("write"), shown=shown)
    return planned


def _letter():

    return Letterhead(method="post", language="en", content_sha256="0" * 64)


def taken(people: HandMade, incident, folder: Path, subject=None, **about):
    evidence = take_evidence(incident=incident, act=act("asked by counsel"), subject=subject, **about)
    return write_evidence(evidence, folder)


def key(people: HandMade):
    return signing_key(people.ledger.home).public


def texts(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def lines(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def names_of_everybody() -> list[str]:
    """Numbers, names and addresses; but for the one who is called Nobody, as others are."""
    found = {row[column] for row in SHEET[1:] for column in (0, 1, 2, 5)}
    return [*(found - {"", "Nobody", "Known"}), CANARY]


def test_the_file_of_an_incident_holds_everything_and_is_checked_with_the_key_alone(
    people, incident, tmp_path
):
    written = taken(people, incident, tmp_path / "file")
    checked = check_evidence(tmp_path / "file", [key(people)])
    assert checked.problems == ()
    assert checked.entries == written.entries == journal.head().sequence
    assert len(lines(tmp_path / "file", "remedies.jsonl")) == Remedy.objects.filter(incident=incident).count()
    tables = {"figures", "artefacts", "duties", "exposure", "harm", "decisions", "breaches", "releases"}
    assert {"incident.json", *(f"{name}.json" for name in tables)} <= {*texts(tmp_path / "file")}


def test_the_file_of_an_incident_names_nobody(people, incident, tmp_path):
    taken(people, incident, tmp_path / "file")
    everything = "\n".join(texts(tmp_path / "file").values())
    assert [name for name in names_of_everybody() if name in everything] == []


def test_the_taking_stands_in_the_journal_and_in_the_file_itself(people, incident, tmp_path):
    subject = subject_of_row(incident, 3)
    taken(people, incident, tmp_path / "file", subject)
    entry = list(journal.entries())[-1]
    assert (entry.verb, entry.detail["row"], entry.detail["with_details"]) == ("take_evidence", 3, False)
    assert lines(tmp_path / "file", "journal.jsonl")[-1]["entry"]["digest"] == entry.digest


def test_the_file_of_a_person_holds_what_was_done_for_them_and_not_what_was_done_for_others(
    people, incident, tmp_path
):
    taken(people, incident, tmp_path / "others", subject_of_row(incident, 7))
    taken(people, incident, tmp_path / "file", subject_of_row(incident, 3))
    entries = [line["entry"] for line in lines(tmp_path / "file", "journal.jsonl")]
    assert [entry["verb"] for entry in entries] == [
        "open_incident",
        "protect_population",
        "assess_exposure",
        "identify_affected",
        "plan_remedies",
        "publish_figures",
        "advance_remedy",
        "take_evidence",
    ]
    own = {line["reference"] for line in lines(tmp_path / "file", "remedies.jsonl")}
    expected = Remedy.objects.filter(
        incident=incident, person__registry_person_id="P3"
    ) | Remedy.objects.filter(row__row_number=3)
    assert own == {remedy.reference for remedy in expected}
    assert check_evidence(tmp_path / "file", [key(people)]).problems == ()


def test_a_hold_comes_with_its_events_and_a_notice_with_its_deliveries(people, incident, tmp_path):
    taken(people, incident, tmp_path / "file", subject_of_row(incident, 3))
    remedies = lines(tmp_path / "file", "remedies.jsonl")
    assert [event["event"] for line in remedies if line["kind"] == "hold" for event in line["events"]] == [
        "placed"
    ]
    deliveries = [delivery for line in remedies for delivery in line["deliveries"]]
    assert [(item["fate"], item["content_sha256"]) for item in deliveries] == [("produced", "0" * 64)]


def test_a_broken_promise_and_an_assessed_harm_stand_in_the_file_and_another_persons_do_not(
    people, incident, tmp_path
):
    imported(("A200000003", "removal", NOW + timedelta(hours=1)))
    sign(incident)
    taken(people, incident, tmp_path / "file")
    breaches = json.loads((tmp_path / "file" / "breaches.json").read_text(encoding="utf-8"))
    assert {(breach["row"], breach["action"], breach["state"]) for breach in breaches} == {
        (3, "removal", "found")
    }
    (harm,) = json.loads((tmp_path / "file" / "harm.json").read_text(encoding="utf-8"))
    assert [signature["signer"] for signature in harm["signatures"]] == ["operator"]
    duties = json.loads((tmp_path / "file" / "duties.json").read_text(encoding="utf-8"))
    assert all(duty["events"][0]["kind"] == "started" for duty in duties)
    for row, count in ((3, len(breaches)), (7, 0)):
        folder = tmp_path / f"person-{row}"
        taken(people, incident, folder, subject_of_row(incident, row))
        assert len(json.loads((folder / "breaches.json").read_text(encoding="utf-8"))) == count
        assert check_evidence(folder, [key(people)]).problems == ()
    everything = "\n".join(texts(tmp_path / "file").values())
    assert [name for name in names_of_everybody() if name in everything] == []


def test_a_person_of_two_rows_has_one_file_by_either_row_or_by_any_remedy(people, incident, tmp_path):
    hold = Remedy.objects.get(kind="hold", row__row_number=8)
    notice = Remedy.objects.filter(kind="notice", person__registry_person_id="P2").first()
    assert notice
    subjects = {
        subject_of_row(incident, 2).person,
        subject_of_row(incident, 8).person,
        subject_of_remedy(incident, hold.reference).person,
        subject_of_remedy(incident, notice.reference).person,
    }
    assert len(subjects) == 1
    taken(people, incident, tmp_path / "file", subject_of_row(incident, 8))
    person = json.loads((tmp_path / "file" / "person.json").read_text())
    assert [row["row_number"] for row in person["rows"]] == [2, 8]


def test_somebody_whom_nobody_knows_has_a_file_too(people, incident, tmp_path):
    taken(people, incident, tmp_path / "file", subject_of_row(incident, 5))
    assert check_evidence(tmp_path / "file", [key(people)]).problems == ()
    kinds = {line["kind"] for line in lines(tmp_path / "file", "remedies.jsonl")}
    assert "hold" in kinds


def test_who_the_person_is_stands_there_only_when_asked(people, incident, tmp_path):
    subject = subject_of_row(incident, 3)
    taken(people, incident, tmp_path / "without", subject)
    taken(people, incident, tmp_path / "with", subject, with_details=True)
    without = "\n".join(texts(tmp_path / "without").values())
    assert [name for name in names_of_everybody() if name in without] == []
    details = json.loads((tmp_path / "with" / "details.json").read_text())
    assert details["registry_person_id"] == "P3"
    assert "Petrov" in json.dumps(details["details"])
    assert list(journal.entries())[-1].detail["with_details"] is True


def test_an_unknown_row_or_remedy_is_refused_and_what_was_typed_is_not_repeated(people, incident):
    clawback = Remedy.objects.filter(recipient__isnull=False).first()
    assert clawback
    for ask in (
        lambda: subject_of_row(incident, 999),
        lambda: subject_of_remedy(incident, "Petrov"),
        lambda: subject_of_remedy(incident, "N-999999"),
        lambda: subject_of_remedy(incident, clawback.reference),
    ):
        with pytest.raises(UsageError) as refused:
            ask()
        assert refused.value.code.startswith("evidence-")
        assert "Petrov" not in str(refused.value)


def test_a_folder_that_holds_something_is_refused(people, incident, tmp_path):
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "old").write_text("")
    with pytest.raises(UsageError) as refused:
        taken(people, incident, tmp_path / "file")
    assert refused.value.code == "evidence-folder-taken"


def _resigned_by_a_stranger(folder: Path) -> None:
    """A forger who changes an entry and makes everything fit again, but has another key."""
    text = (folder / "journal.jsonl").read_text().replace("count", "another")
    (folder / "journal.jsonl").write_text(text)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["journal.jsonl"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


CHANGES = {
    "a changed file": lambda f: (f / "remedies.jsonl").write_text("{}\n"),
    "a removed file": lambda f: (f / "incident.json").unlink(),
    "an added file": lambda f: (f / "more.txt").write_text("x"),
    "a file that is a link": lambda f: (
        (f / "incident.json").unlink(),
        (f / "incident.json").symlink_to("README.txt"),
    ),
    "a changed manifest": lambda f: (f / "manifest.json").write_text(
        (f / "manifest.json").read_text().replace("counsel", "nobody")
    ),
    "a changed entry": lambda f: (f / "journal.jsonl").write_text(
        (f / "journal.jsonl").read_text().replace('"reason": "count"', '"reason": "other"')
    ),
    "everything made to fit with another key": _resigned_by_a_stranger,
    "no signature": lambda f: (f / "manifest.signature.txt").write_text("x\n\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_the_folder_is_found(people, incident, tmp_path, change):
    taken(people, incident, tmp_path / "file")
    CHANGES[change](tmp_path / "file")
    assert check_evidence(tmp_path / "file", [key(people)]).problems != ()


def test_an_entry_that_was_left_out_cannot_be_put_in_the_order_of_another(people, incident, tmp_path):
    taken(people, incident, tmp_path / "file")
    file = tmp_path / "file" / "journal.jsonl"
    first, second, *rest = file.read_text().splitlines()
    file.write_text("\n".join((second, first, *rest)) + "\n")
    problems = check_evidence(tmp_path / "file", [key(people)]).problems
    assert "entry 1 does not stand in its order" in problems


def test_another_key_believes_nothing_of_it(people, incident, tmp_path):
    taken(people, incident, tmp_path / "file")
    stranger = SigningKey(key(people).name, b"\7" * 32).public
    assert check_evidence(tmp_path / "file", [stranger]).problems != ()


def test_a_checkpoint_from_long_ago_is_shown_to_be_the_beginning(people, incident, tmp_path):
    early = own_checkpoints(people.ledger.home)
    taken(people, incident, tmp_path / "file")
    assert check_evidence(tmp_path / "file", [key(people)], early).problems == ()


def test_a_checkpoint_of_another_history_shows_that_it_was_rewritten(people, incident, tmp_path):
    from dataclasses import replace

    from amends.ledger.checkpoint import sign

    (early,) = own_checkpoints(people.ledger.home)
    other = replace(early.checkpoint.anchor, root=b"\1" * 32)
    signer = signing_key(people.ledger.home)
    taken(people, incident, tmp_path / "file")
    contradicting = sign(replace(early.checkpoint, anchor=other), signer)
    assert check_evidence(tmp_path / "file", [key(people)], [contradicting]).problems != ()


def test_a_folder_that_is_none_is_refused(people, incident, tmp_path):
    taken(people, incident, tmp_path / "file")
    shutil.rmtree(tmp_path / "file")
    with pytest.raises(UsageError) as refused:
        check_evidence(tmp_path / "file", [key(people)])
    assert refused.value.code == "evidence-unreadable"


def test_rows_and_checkpoints_stand_where_they_stood(people, incident, tmp_path):
    rows = LeakedRow.objects.count()
    before = checkpoints_file(people.ledger.home).read_bytes()
    taken(people, incident, tmp_path / "file")
    assert LeakedRow.objects.count() == rows
    assert checkpoints_file(people.ledger.home).read_bytes().startswith(before)
