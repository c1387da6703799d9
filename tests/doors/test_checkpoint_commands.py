"""An outsider with the exported journal, the checkpoints and the public key alone finds whatever was done since."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from amends.ledger.chain import Entry
from tests.small_incident import Program, Responded
from tests.unit.ledger.chains import end_of, rewritten


@pytest.fixture
def outsider(tmp_path: Path, responded: Responded) -> Program:
    """Somebody who has files and no ledger; a proxy for a court's expert."""
    return Program(tmp_path / "no-ledger", responded.incident.people)


class Given:
    """What the outsider was given: journal, checkpoints, public key."""

    def __init__(self, responded: Responded, folder: Path) -> None:
        self.copy = responded.copied(folder)
        self.journal = self.copy.out / "journal.jsonl"
        self.checkpoints = folder / "kept.txt"
        self.key = folder / "key.txt"
        self.run = self.copy.program.run
        assert self.run("journal", "checkpoint", "--to", self.checkpoints).code == 0
        assert self.run("journal", "public-key", "--to", self.key).code == 0

    @property
    def words(self) -> tuple[object, ...]:
        return ("--checkpoints", self.checkpoints, "--public-key", self.key)

    def entries(self) -> list[Entry]:
        lines = self.journal.read_text(encoding="utf-8").splitlines()[:-1]
        return [Entry(**json.loads(line)) for line in lines]

    def write(self, chain: list[Entry]) -> None:
        from dataclasses import asdict

        lines = [json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False) for entry in chain]
        lines.append(json.dumps({"head": asdict(end_of(chain))}))
        self.journal.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def given(responded: Responded, tmp_path: Path) -> Given:
    return Given(responded, tmp_path)


def test_a_response_signs_its_journal_outside_the_database(responded: Responded):
    own = responded.home / "checkpoints" / "journal.checkpoints"
    assert "signed:" in responded.finished.said
    entries = len((responded.out / "journal.jsonl").read_text().splitlines()) - 1
    assert f"\n{entries}\n" in own.read_text()
    assert (responded.home / "checkpoint.key").stat().st_mode & 0o777 == 0o600


def test_an_untouched_journal_fits_and_the_outsider_needs_no_ledger(given: Given, outsider: Program):
    finished = outsider.run("journal", "verify", given.journal, *given.words, "--json")
    said = json.loads(finished.out)
    assert (finished.code, said["intact"]) == (0, True)
    assert said["signed"] == said["entries"] == len(given.entries())
    assert not outsider.home.exists()


def test_an_outsider_needs_no_django(given: Given, outsider: Program, tmp_path: Path):
    (tmp_path / "poison" / "django").mkdir(parents=True)
    (tmp_path / "poison" / "django" / "__init__.py").write_text("raise ImportError('no Django here')")
    path = f"{tmp_path / 'poison'}:{outsider.variables().get('PYTHONPATH', '')}"
    finished = outsider.run("journal", "verify", given.journal, *given.words, PYTHONPATH=path)
    assert finished.code == 0, finished.err


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("changed", lambda chain: [replace(e, actor="x") if e.sequence == 3 else e for e in chain]),
        ("removed", lambda chain: chain[:3] + chain[4:]),
        ("reordered", lambda chain: [chain[1], chain[0], *chain[2:]]),
        ("reordered", lambda chain: [*chain[:4], chain[3], *chain[4:]]),
        ("cut", lambda chain: chain[:-2]),
        ("rewritten", lambda chain: rewritten(chain, 2, reason="another story")),
        ("rewritten", lambda chain: rewritten(chain, len(chain), reason="another story")),
    ],
)
def test_whatever_was_done_to_the_journal_is_found(given: Given, outsider: Program, kind, change):
    given.write(change(given.entries()))
    finished = outsider.run("journal", "verify", given.journal, *given.words)
    assert finished.code == 1
    assert f"{kind}: " in finished.out


@pytest.mark.parametrize("change", [lambda c: c[:-2], lambda c: rewritten(c, 2, reason="another story")])
def test_without_the_checkpoints_a_cut_or_rewritten_journal_looks_whole(
    given: Given, outsider: Program, change
):
    """Why checkpoints are there: the chain alone cannot show it."""
    given.write(change(given.entries()))
    assert outsider.run("journal", "verify", given.journal).code == 0


def test_a_forged_checkpoint_fails_by_its_signature(given: Given, outsider: Program):
    chain = rewritten(given.entries(), 2, reason="another story")
    given.write(chain)
    text = given.checkpoints.read_text()
    signed_digest = text.split("chain ")[1][:64]
    given.checkpoints.write_text(text.replace(signed_digest, chain[-1].digest))
    finished = outsider.run("journal", "verify", given.journal, *given.words)
    assert finished.code == 1
    assert "forged: " in finished.out


def test_a_key_of_another_ledger_believes_nothing(given: Given, outsider: Program, tmp_path: Path):
    other = Program(tmp_path / "other", outsider.people)
    assert other.run("init").code == 0
    assert other.run("journal", "public-key", "--to", tmp_path / "other.txt").code == 0
    finished = outsider.run(
        "journal",
        "verify",
        given.journal,
        "--checkpoints",
        given.checkpoints,
        "--public-key",
        tmp_path / "other.txt",
    )
    assert finished.code == 1
    assert "forged: " in finished.out


def test_checkpoints_without_a_key_or_a_key_without_checkpoints_are_refused(given: Given, outsider: Program):
    for words in (("--checkpoints", given.checkpoints), ("--public-key", given.key)):
        finished = outsider.run("journal", "verify", given.journal, *words)
        assert finished.code == 2
        assert "-missing" in finished.err


def test_one_entry_is_proved_without_showing_another(given: Given, outsider: Program, tmp_path: Path):
    proof = tmp_path / "proof.json"
    assert given.run("journal", "prove", 3, "--to", proof).code == 0
    good = outsider.run("journal", "verify-proof", proof, *given.words)
    assert (good.code, "the proof holds" in good.out) == (0, True)
    others = [entry.digest for entry in given.entries() if entry.sequence not in (2, 3)]
    assert not any(digest in proof.read_text() for digest in others)
    proof.write_text(proof.read_text().replace('"actor": "tester"', '"actor": "nobody"'))
    bad = outsider.run("journal", "verify-proof", proof, *given.words)
    assert (bad.code, "changed: " in bad.out) == (1, True)


def test_a_grown_journal_is_proved_to_begin_with_the_signed_one(
    given: Given, outsider: Program, tmp_path: Path
):
    first = len(given.entries())
    incident = given.copy.reference
    assert given.run("evidence", incident, "--out", tmp_path / "evidence").code == 0
    assert given.run("journal", "checkpoint", "--to", given.checkpoints).code == 0
    proof = tmp_path / "consistency.json"
    assert given.run("journal", "consistency", first, "--to", proof).code == 0
    assert outsider.run("journal", "verify-proof", proof, *given.words).code == 0
    proof.write_text(proof.read_text().replace(f'"first": {first}', f'"first": {first - 1}'))
    assert outsider.run("journal", "verify-proof", proof, *given.words).code == 1


def test_an_evidence_file_is_checked_by_an_outsider(given: Given, outsider: Program, tmp_path: Path):
    folder = tmp_path / "evidence"
    taken = given.run("evidence", given.copy.reference, "--row", 5, "--out", folder, "--json")
    assert taken.code == 0, taken.err
    assert given.copy.incident.people.found_in("\n".join(f.read_text() for f in folder.iterdir())) == []
    good = outsider.run("evidence", "verify", folder, *given.words)
    assert (good.code, "the evidence holds" in good.out) == (0, True), good.said
    (folder / "person.json").write_text("{}")
    bad = outsider.run("evidence", "verify", folder, *given.words)
    assert (bad.code, "person.json was changed" in bad.out) == (1, True)


def test_personal_details_are_refused_without_a_reason_and_for_everybody_at_once(
    given: Given, tmp_path: Path
):
    words = ("evidence", given.copy.reference, "--out", tmp_path / "evidence", "--with-details")
    assert "reason-missing" in given.run(*words, "--row", 5).err
    assert "evidence-details-of-all" in given.run(*words, "--reason", "asked").err
    assert not (tmp_path / "evidence").exists()


def test_a_ledger_rewritten_whole_falls_by_what_it_signed_itself(given: Given):
    with closing(sqlite3.connect(given.copy.home / "ledger.sqlite3")) as ledger:
        for name in ("not_updated", "not_deleted", "not_replaced"):
            ledger.execute(f"DROP TRIGGER journal_entry_{name}")
        chain = rewritten(given.entries(), 2, reason="another story")
        ledger.executemany(
            "UPDATE ledger_journalentry SET reason = ?, previous = ?, digest = ? WHERE sequence = ?",
            [(entry.reason, entry.previous, entry.digest, entry.sequence) for entry in chain],
        )
        ledger.execute("UPDATE ledger_journalhead SET digest = ?", [chain[-1].digest])
        ledger.commit()
    finished = given.run("journal", "verify")
    assert (finished.code, "rewritten: " in finished.out) == (1, True)
    refused = given.run("evidence", given.copy.reference, "--out", given.copy.out / "evidence")
    assert refused.code == 2
    assert "journal-does-not-fit" in refused.err


def test_a_response_that_cannot_write_its_checkpoint_elsewhere_says_so(given: Given, tmp_path: Path):
    (tmp_path / "in-the-way").write_text("")
    place = tmp_path / "in-the-way" / "kept"
    finished = given.run(*given.copy.incident.arguments(given.copy.out), AMENDS_CHECKPOINTS=str(place))
    assert finished.code == 4
    assert "checkpoint-not-everywhere" in finished.err
    assert (given.copy.out / "report.html").exists()


def test_a_response_writes_its_checkpoint_to_every_configured_place(given: Given, tmp_path: Path):
    place = tmp_path / "usb" / "kept"
    finished = given.run(*given.copy.incident.arguments(given.copy.out), AMENDS_CHECKPOINTS=str(place))
    assert finished.code == 0, finished.err
    assert place.read_bytes() == given.checkpoints.read_bytes()
