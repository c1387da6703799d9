"""`amends keys`, `amends retention`, `amends backup`, `amends restore`: by the real program, on a real ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.small_incident import Program, Responded


@pytest.fixture
def own(responded: Responded, tmp_path: Path) -> Responded:
    return responded.copied(tmp_path / "own")


def said(program: Program, *words: object) -> dict:
    finished = program.run(*words, "--json")
    assert finished.code == 0, finished.err
    found: dict = json.loads(finished.out)
    return found


def test_keys_are_rotated_renewed_and_changed_and_a_copy_then_brings_the_ledger_back(
    own: Responded, tmp_path: Path
):
    program, reference, why = own.program, own.reference, ("--reason", "yearly")
    before = said(program, "keys", "list")
    assert before["unfinished"] == []
    said(program, "keys", "rotate", *why)
    assert said(program, "keys", "renew", reference, *why)["resealed"] > 0
    files = own.incident.files
    rekeyed = said(
        program, "keys", "rekey-fingerprints", *why, "--registry", files.registry, "--map", files.mapping
    )
    after = said(program, "keys", "list")
    assert after["unfinished"] == []
    assert rekeyed["key_id"] in {key["key_id"] for key in after["ring"]}
    assert not {scope["current"] for scope in after["scopes"] if reference in scope["scope"]} & {
        scope["current"] for scope in before["scopes"]
    }
    drilled = said(program, "backup", "drill")
    assert drilled["opened"] > 0
    copied = said(program, "backup", tmp_path / "copy", "--keys-to", tmp_path / "keys")
    again = Program(tmp_path / "again", own.incident.people)
    restored = said(
        again, "restore", tmp_path / "copy", "--keys-from", tmp_path / "keys", "--reason", "the disk died"
    )
    assert (restored["intact"], restored["buried_keys"]) == (True, 0)
    assert copied["head"].startswith(f"{restored['entries'] - 1}:")
    assert said(again, "backup", "drill")["opened"] == drilled["opened"]


def test_nothing_of_an_open_incident_is_erased(own: Responded):
    program, reference = own.program, own.reference
    planned = said(program, "retention", "plan", reference)
    assert all("the incident is not closed" in kind["obstacles"] for kind in planned["kinds"])
    preserved = program.run(
        "retention", "preserve", reference, "--matter", "22-cv-1", "--reason", "order of the court"
    )
    assert (preserved.code, "22-cv-1" in preserved.out) == (0, True)
    refused = program.run(
        "retention", "apply", reference, "--reason", "over", "--second-actor", "somebody else", "--json"
    )
    assert refused.code == 2
    assert json.loads(refused.err)["error"]["code"] == "retention-not-due"


def test_a_registry_without_its_mapping_is_refused_before_the_ledger_is_opened(own: Responded):
    refused = own.program.run(
        "keys", "rekey-fingerprints", "--reason", "x", "--registry", own.incident.files.registry
    )
    assert refused.code == 2
    assert "registry-without-map" in refused.err
