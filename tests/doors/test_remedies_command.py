"""`amends remedies`, `amends advance`, `amends screen --record`: work on what is owed, with the real program."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.small_incident import Finished, Program, Responded, ledger_dump, sha256_of

REASON = ("--reason", "on the office's list of today")
SECOND = ("--second-actor", "supervisor")
A_YEAR_AGO = "2024-01-01 12:00:00"


@pytest.fixture
def copy(responded: Responded, tmp_path: Path) -> Responded:
    """A finished response that the test may work on."""
    return responded.copied(tmp_path)


def listed(on: Responded, *words: str) -> list[dict[str, Any]]:
    finished = on.program.run("remedies", on.reference, *words, "--limit", "100000", "--json")
    assert finished.code == 0, finished.err
    found = json.loads(finished.out)
    assert found["total"] == len(found["remedies"])
    return list(found["remedies"])


def references(on: Responded, *words: str) -> list[str]:
    return [line["reference"] for line in listed(on, *words)]


def advance(on: Responded, step: str, *words: object) -> Finished:
    return on.program.run("advance", on.reference, step, *REASON, *words)


def select(on: Responded, statement: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(on.home / "ledger.sqlite3")) as ledger:
        return ledger.execute(statement, values).fetchall()


def change(on: Responded, statement: str, *values: object) -> None:
    """Bring the ledger into a state that would take weeks of work."""
    with closing(sqlite3.connect(on.home / "ledger.sqlite3")) as ledger:
        ledger.execute(statement, values)
        ledger.commit()


def key_of(reference: str) -> int:
    return int(reference.partition("-")[2])


def last_entry(on: Responded) -> tuple[str, str, str, dict[str, Any]]:
    ((verb, actor, reason, detail),) = select(
        on, "SELECT verb, actor, reason, detail FROM ledger_journalentry ORDER BY sequence DESC LIMIT 1"
    )
    return verb, actor, reason, json.loads(detail)


def refused(on: Responded, finished: Finished, before: dict[str, list[Any]], code: str) -> str:
    """Return what was said of a refusal, which has the exit code of what the caller can mend and changes nothing."""
    assert (finished.code, finished.out) == (2, ""), finished.said
    assert code in finished.err
    assert ledger_dump(on.home) == before
    return finished.said


def test_what_is_owed_is_listed_by_reference_with_the_steps_that_lead_on(responded: Responded):
    lines = listed(responded, "--kind", "notice", "--state", "prepared")
    stored = select(responded, "SELECT id FROM ledger_remedy WHERE kind = 'notice' AND state = 'prepared'")
    assert {key_of(line["reference"]) for line in lines} == {key for (key,) in stored} != set()
    assert {(line["kind"], line["state"]) for line in lines} == {("notice", "prepared")}
    assert lines[0]["steps"] == [{"name": "dispatch", "target": "dispatched", "requires": []}]
    shown = responded.program.run("remedies", responded.reference, "--kind", "hold", "--limit", "3")
    assert shown.code == 0, shown.err
    assert shown.out.count("H-") == 3
    assert "lift (needs release, end condition)" in shown.said
    assert f"3 of {len(listed(responded, '--kind', 'hold')):,} remedies" in shown.said


def test_listing_changes_nothing(responded: Responded):
    before = ledger_dump(responded.home)
    listed(responded)
    assert ledger_dump(responded.home) == before


def test_a_filter_that_does_not_exist_is_a_usage_error(responded: Responded):
    finished = responded.program.run("remedies", responded.reference, "--kind", "letter")
    assert finished.code == 2
    assert "remedy-filter-unknown" in finished.err
    assert "notice" in finished.said


def test_a_notice_is_dispatched_and_its_delivery_is_recorded_with_the_proof(copy: Responded):
    one, two, *_ = references(copy, "--kind", "notice", "--state", "prepared")
    sent = advance(copy, "dispatch", "--remedy", one, "--remedy", two)
    assert (sent.code, sent.out.strip()) == (0, "advanced: 2 × notice, now dispatched"), sent.err

    before = ledger_dump(copy.home)
    unproven = refused(
        copy, advance(copy, "prove_delivery", "--remedy", one), before, code="evidence-missing"
    )
    assert "not taken without: proof" in unproven

    proven = advance(copy, "prove_delivery", "--remedy", one, "--proof", "receipt 4711", "--json")
    assert proven.code == 0, proven.err
    assert json.loads(proven.out) == {
        "kind": "notice",
        "step": "prove_delivery",
        "advanced": 1,
        "states": {"delivered": 1},
    }
    assert select(
        copy, "SELECT fate, proof FROM ledger_delivery WHERE notice_id IN (?, ?)", key_of(one), key_of(two)
    ) == [("delivered", "receipt 4711"), ("dispatched", "")]
    verb, actor, reason, detail = last_entry(copy)
    assert (verb, actor, reason) == ("advance_remedy", "tester", REASON[1])
    assert (detail["count"], detail["proof"], detail["remedies"]) == (1, "receipt 4711", str(key_of(one)))
    assert copy.program.run("journal", "verify").code == 0


def test_a_step_that_the_state_does_not_have_is_refused_with_those_there_are(copy: Responded):
    one = references(copy, "--kind", "notice", "--state", "prepared")[0]
    before = ledger_dump(copy.home)
    finished = advance(copy, "prove_delivery", "--remedy", one, "--proof", "receipt 1")
    assert "the steps are: dispatch" in refused(copy, finished, before, "transition-not-allowed")


def test_a_whole_list_takes_the_step(copy: Responded, tmp_path: Path):
    found = references(copy, "--kind", "notice", "--state", "prepared")
    # As an office program would write it: byte order mark, line ends of Windows, an empty line.
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*found, "", ""]).encode())
    finished = advance(copy, "dispatch", "--list", tmp_path / "list.txt")
    assert finished.code == 0, finished.err
    assert finished.out.strip() == f"advanced: {len(found):,} × notice, now dispatched"
    assert references(copy, "--kind", "notice", "--state", "dispatched") == found


def test_a_list_with_a_bad_line_is_refused_by_its_number_and_nobody_on_it_moves(
    copy: Responded, tmp_path: Path
):
    one, two, *_ = references(copy, "--kind", "notice", "--state", "prepared")
    hold = references(copy, "--kind", "hold")[0]
    before = ledger_dump(copy.home)
    for bad, problem in (
        ("Boris Petrov", "line 4 is not the reference of a remedy"),
        ("N-99999999", "line 4 names no remedy of this incident"),
        (one, "line 4 names a remedy that stands further up already"),
        (hold, "line 4 names a hold, and the list began with a notice"),
    ):
        (tmp_path / "list.txt").write_text(f"{one}\n\n{two}\n{bad}\n", encoding="utf-8")
        finished = advance(copy, "dispatch", "--list", tmp_path / "list.txt")
        assert problem in refused(copy, finished, before, "remedy-reference-invalid")
        assert "Petrov" not in finished.said


def test_a_wrong_reference_on_the_command_line_is_refused_by_its_place(copy: Responded):
    one = references(copy, "--kind", "notice", "--state", "prepared")[0]
    before = ledger_dump(copy.home)
    finished = advance(copy, "dispatch", "--remedy", one, "--remedy", "N-1", "--json")
    refused(copy, finished, before, "remedy-reference-invalid")
    assert json.loads(finished.err)["error"]["where"] == "--remedy number 2"


def test_nothing_is_advanced_without_a_list_or_with_two(copy: Responded, tmp_path: Path):
    one = references(copy, "--kind", "notice", "--state", "prepared")[0]
    empty, full, binary = tmp_path / "empty.txt", tmp_path / "full.txt", tmp_path / "binary.txt"
    empty.write_text("\n \n", encoding="utf-8")
    full.write_text(one, encoding="utf-8")
    binary.write_bytes("\n".join([one]).encode("utf-16"))
    before = ledger_dump(copy.home)
    refused(copy, advance(copy, "dispatch"), before, "remedies-missing")
    refused(copy, advance(copy, "dispatch", "--list", empty), before, "remedies-missing")
    refused(copy, advance(copy, "dispatch", "--list", full, "--remedy", one), before, "remedies-listed-twice")
    for unreadable in (binary, tmp_path / "none.txt", tmp_path):
        refused(copy, advance(copy, "dispatch", "--list", unreadable), before, "remedy-list-unreadable")


def test_nothing_is_advanced_without_a_reason(copy: Responded):
    one = references(copy, "--kind", "notice", "--state", "prepared")[0]
    before = ledger_dump(copy.home)
    step = ("advance", copy.reference, "dispatch", "--remedy", one)
    refused(copy, copy.program.run(*step), before, "--reason")
    refused(copy, copy.program.run(*step, "--reason", " "), before, "reason-missing")


def test_a_proof_that_the_ledger_could_not_hold_is_refused(copy: Responded):
    one = references(copy, "--kind", "notice", "--state", "prepared")[0]
    before = ledger_dump(copy.home)
    finished = advance(copy, "dispatch", "--remedy", one, "--proof", "9" * 201)
    refused(copy, finished, before, "text-too-long")


def test_a_letter_is_not_recorded_as_prepared_from_a_list(copy: Responded):
    for kind in ("notice", "clawback"):
        one = references(copy, "--kind", kind)[0]
        before = ledger_dump(copy.home)
        said = refused(copy, advance(copy, "prepare", "--remedy", one), before, "letter-not-written")
        assert "amends respond" in said


def test_a_letter_to_a_recipient_leaves_only_after_the_leak_was_acknowledged(copy: Responded):
    one = references(copy, "--kind", "clawback", "--state", "letter_prepared")[0]
    before = ledger_dump(copy.home)
    said = refused(copy, advance(copy, "send", "--remedy", one), before, "evidence-missing")
    assert "public acknowledgement" in said
    sent = advance(copy, "send", "--remedy", one, "--public-acknowledgement", "press release 12")
    assert (sent.code, sent.out.strip()) == (0, "advanced: 1 × clawback, now sent"), sent.err


def test_no_single_person_lifts_a_hold_with_the_name_of_a_second(copy: Responded):
    one = references(copy, "--kind", "hold")[0]
    before = ledger_dump(copy.home)
    finished = advance(copy, "lift", "--remedy", one, *SECOND)
    assert "amends holds lift" in refused(copy, finished, before, "hold-has-own-verbs")


@pytest.fixture
def officers(copy: Responded) -> dict[str, str]:
    """Two officers with passphrases of their own."""
    named = {"rita": "stone river lantern 41", "alan": "copper window meadow 72"}
    for name, passphrase in named.items():
        words = ("holds", "grant", name, "--may-request", "--may-approve", *REASON)
        granted = copy.program.run(*words, AMENDS_NEW_PASSPHRASE=passphrase)
        assert granted.code == 0, granted.err
    return named


def test_a_hold_is_lifted_only_when_nothing_is_missing_and_by_two_officers_with_a_list(
    copy: Responded, officers: dict[str, str], tmp_path: Path
):
    hold, person, notices = a_hold_with_letters_and_a_review(copy)
    listed_in = tmp_path / "holds.txt"
    listed_in.write_text(f"{hold}\n", encoding="utf-8")

    def by(name: str, *words: object) -> Finished:
        said = ("holds", *words, "--count", "1", "--actor", name)
        return copy.program.run(*said, AMENDS_PASSPHRASE=officers[name])

    def lift() -> Finished:
        return by("rita", "lift", copy.reference, "--list", listed_in, "--reason", "told and reviewed")

    def why() -> str:
        before = ledger_dump(copy.home)
        return refused(copy, lift(), before, "hold-not-ended")

    told = [word for notice in notices for word in ("--remedy", notice)]
    assert advance(copy, "dispatch", *told).code == 0
    assert "is not proven delivered" in why()
    assert advance(copy, "prove_delivery", *told, "--proof", "receipt 1").code == 0
    assert "30 whole days have not passed" in why()
    keys = ", ".join(str(key_of(notice)) for notice in notices)
    change(copy, f"UPDATE ledger_delivery SET at = ? WHERE notice_id IN ({keys})", A_YEAR_AGO)
    assert "a review of the person is not finished" in why()
    reviews = select(
        copy, "SELECT id FROM ledger_remedy WHERE kind = 'review' AND person_id = ? ORDER BY id", person
    )
    for step in ("begin", "grant"):
        finished = advance(copy, step, *(w for (key,) in reviews for w in ("--remedy", f"R-{key:06d}")))
        assert finished.code == 0, finished.err

    asked = lift()
    assert asked.code == 0, asked.err
    assert "nobody is lifted yet" in asked.out
    before = ledger_dump(copy.home)
    own = by("rita", "approve", "L-000001", "--reason", "I agree with myself")
    assert "second-person-is-first" in own.err
    assert ledger_dump(copy.home) == before
    approved = by("alan", "approve", "L-000001", "--reason", "I read the list and the receipt")
    assert (approved.code, approved.out.split(",")[0]) == (0, "L-000001: 1 holds lifted"), approved.err
    assert last_entry(copy)[:2] == ("approve_release", "alan")

    shown = copy.program.run("holds", "show", copy.reference, "--hold", hold)
    assert "lifted by L-000001" in shown.out
    again = copy.program.run("holds", "place-again", copy.reference, "--hold", hold, *REASON)
    assert (again.code, again.out.strip()) == (0, "1 holds stand again, 0 stood already"), again.err


def test_an_officer_without_a_terminal_and_without_a_passphrase_is_told_so(
    copy: Responded, officers: dict[str, str], tmp_path: Path
):
    listed_in = tmp_path / "holds.txt"
    listed_in.write_text(f"{references(copy, '--kind', 'hold')[0]}\n", encoding="utf-8")
    finished = copy.program.run(
        "holds", "lift", copy.reference, "--list", listed_in, "--count", "1", "--actor", "rita", *REASON
    )
    assert finished.code == 2
    assert "passphrase-missing" in finished.err


def a_hold_with_letters_and_a_review(on: Responded) -> tuple[str, int, list[str]]:
    """Return a hold, its person, and the letters to be proven; all of them written, and a review open."""
    told = "kind = 'notice' AND addressee IN ('person', 'representative')"
    ((hold, person),) = select(
        on,
        "SELECT h.id, h.person_id FROM ledger_remedy h WHERE h.kind = 'hold'"
        " AND EXISTS (SELECT 1 FROM ledger_remedy WHERE kind = 'review' AND person_id = h.person_id)"
        f" AND EXISTS (SELECT 1 FROM ledger_remedy WHERE {told} AND person_id = h.person_id)"
        f" AND NOT EXISTS (SELECT 1 FROM ledger_remedy WHERE {told} AND person_id = h.person_id"
        " AND state <> 'prepared') AND NOT EXISTS (SELECT 1 FROM ledger_remedy WHERE person_id = h.person_id"
        " AND addressee IN ('guardian', 'next_of_kin')) ORDER BY h.id LIMIT 1",
    )
    notices = select(on, f"SELECT id FROM ledger_remedy WHERE {told} AND person_id = ?", person)
    return f"H-{hold:06d}", person, [f"N-{key:06d}" for (key,) in notices]


CLEAN = "Month,Detained\n2022-10,25000\n2022-11,26000\n"
LISTING = "A-Number,Last Name,DOB\nA200000002,Lobo,1990-02-11\nA200000003,Roe,1991-02-11\n"


@pytest.fixture
def kept(program: Program) -> Program:
    """The program with an empty ledger."""
    assert program.run("init").code == 0
    return program


@pytest.mark.parametrize(
    ("content", "code", "verdict", "people"),
    [
        (CLEAN, 0, "clear", 0),
        (LISTING, 1, "findings", 2),
        ("PK\x03\x04 and then", 3, "incomplete", 0),
    ],
)
def test_a_recorded_screening_leaves_one_release_and_one_entry(
    kept: Program, tmp_path: Path, content, code, verdict, people
):
    file = tmp_path / ("release.zip" if content.startswith("PK") else "release.csv")
    file.write_text(content, encoding="utf-8")
    finished = kept.run("screen", file, "--record", "--audience", "foreign-government", "--json")
    assert (finished.code, json.loads(finished.out)["verdict"]) == (code, verdict), finished.said
    on = Responded(kept.home, tmp_path, None, finished)  # type: ignore[arg-type]
    assert select(on, "SELECT audience, verdict, people, sha256 FROM ledger_release") == [
        ("foreign-government", verdict, people, sha256_of(file))
    ]
    assert len(ledger_dump(kept.home)["ledger_journalentry"]) == 1
    verb, actor, reason, detail = last_entry(on)
    assert (verb, actor, reason) == ("screen_release", "tester", "screened before publication")
    assert (detail["verdict"], detail["sha256"]) == (verdict, sha256_of(file))
    assert kept.run("journal", "verify").code == 0


def test_each_of_several_files_is_recorded_and_the_worst_is_the_verdict(kept: Program, tmp_path: Path):
    for name, content in (("a.csv", CLEAN), ("b.csv", LISTING)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    finished = kept.run("screen", tmp_path / "b.csv", tmp_path / "a.csv", "--record")
    assert finished.code == 1, finished.err
    on = Responded(kept.home, tmp_path, None, finished)  # type: ignore[arg-type]
    assert select(on, "SELECT audience, verdict FROM ledger_release ORDER BY id") == [
        ("public", "findings"),
        ("public", "clear"),
    ]


def test_without_record_a_screening_leaves_a_ledger_as_it_is(kept: Program, tmp_path: Path):
    (tmp_path / "a.csv").write_text(CLEAN, encoding="utf-8")
    before = ledger_dump(kept.home)
    assert kept.run("screen", tmp_path / "a.csv").code == 0
    assert ledger_dump(kept.home) == before


def test_a_screening_without_record_imports_no_django(kept: Program, tmp_path: Path):
    (tmp_path / "a.csv").write_text(CLEAN, encoding="utf-8")
    blocked = tmp_path / "blocked" / "django"
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ModuleNotFoundError('no django', name='django')\n")
    without = {"PYTHONPATH": str(blocked.parent)}
    assert kept.run("screen", tmp_path / "a.csv", **without).code == 0
    recorded = kept.run("screen", tmp_path / "a.csv", "--record", **without)
    assert recorded.code == 2
    assert "extra-missing" in recorded.err


def test_an_actor_without_a_ledger_is_refused(program: Program, tmp_path: Path):
    (tmp_path / "a.csv").write_text(CLEAN, encoding="utf-8")
    finished = program.run("screen", tmp_path / "a.csv", "--actor", "somebody")
    assert finished.code == 2
    assert "record-missing" in finished.err


def test_a_screening_is_not_recorded_where_there_is_no_ledger_or_nobody_knows_the_audience(
    program: Program, tmp_path: Path
):
    (tmp_path / "a.csv").write_text(CLEAN, encoding="utf-8")
    finished = program.run("screen", tmp_path / "a.csv", "--record")
    assert finished.code == 2
    assert "ledger-missing" in finished.err
    assert not program.home.exists()
    program.run("init")
    before = ledger_dump(program.home)
    finished = program.run("screen", tmp_path / "a.csv", "--record", "--audience", "a" * 61)
    assert finished.code == 2
    assert "audience-unknown" in finished.err
    assert ledger_dump(program.home) == before
