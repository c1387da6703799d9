"""What is damaged, does not fit, or would lie over another ledger is refused before anything is written."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from amends.ledger.backup.manifest import hash_of
from amends.ledger.backup.postgresql import PostgresqlLedger, server_at
from amends.vocabulary.errors import AmendsError, FaultError, UsageError
from tests.unit.casework.copied_elsewhere import Elsewhere
from tests.unit.casework.hand_made import HandMade

Damage = Callable[[Elsewhere], None]


def _change_artefact(place: Elsewhere) -> None:
    file = next((place.copy / "artefacts").iterdir())
    file.write_bytes(file.read_bytes()[:-1] + b"x")


def _remove_artefact(place: Elsewhere) -> None:
    next((place.copy / "artefacts").iterdir()).unlink()


def _add_file(place: Elsewhere) -> None:
    (place.copy / "gate").mkdir()
    (place.copy / "gate" / "more").write_bytes(b"x")


def _cut_database(place: Elsewhere) -> None:
    file = next(place.copy.glob("ledger.*"))
    file.write_bytes(file.read_bytes()[:-100])


def _change_manifest(place: Elsewhere) -> None:
    manifest = json.loads((place.copy / "manifest.json").read_bytes())
    manifest["facts"]["counts"]["ledger_incident"] += 1
    (place.copy / "manifest.json").write_text(json.dumps(manifest))


def _change_head(place: Elsewhere) -> None:
    manifest = json.loads((place.copy / "manifest.json").read_bytes())
    manifest["facts"]["head"]["digest"] = "0" * 64
    (place.copy / "manifest.json").write_text(json.dumps(manifest))


def _cut_manifest(place: Elsewhere) -> None:
    (place.copy / "manifest.json").write_bytes(b"{")


def _no_manifest(place: Elsewhere) -> None:
    (place.copy / "manifest.json").unlink()


def _no_keys(place: Elsewhere) -> None:
    shutil.rmtree(place.keys)


def _cut_keys(place: Elsewhere) -> None:
    file = next(place.keys.iterdir())
    file.write_bytes(file.read_bytes()[:-10])


def _a_data_key_less(place: Elsewhere) -> None:
    file = next(place.keys.iterdir())
    whole = json.loads(file.read_bytes())
    for scope in whole["scopes"]:
        if scope["scope"].endswith("identifiers"):
            scope["keys"] = []
    file.write_text(json.dumps(whole))


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (_change_artefact, "backup-damaged"),
        (_remove_artefact, "backup-damaged"),
        (_add_file, "backup-damaged"),
        (_cut_database, "backup-damaged"),
        (_change_manifest, "backup-damaged"),
        (_change_head, "backup-damaged"),
        (_cut_manifest, "backup-damaged"),
        (_no_manifest, "backup-missing"),
        (_no_keys, "keys-missing"),
        (_cut_keys, "keys-damaged"),
        (_a_data_key_less, "keys-do-not-fit"),
    ],
)
def test_what_is_damaged_is_refused_and_nothing_is_written(
    people: HandMade, elsewhere: Elsewhere, damage: Damage, code: str
):
    people.protected()
    elsewhere.back_up()
    damage(elsewhere)
    with pytest.raises(AmendsError) as refused:
        elsewhere.restore()
    assert refused.value.code == code
    assert not elsewhere.home.folder.exists()
    assert list(elsewhere.home.folder.parent.iterdir()) == []
    server = server_at(elsewhere.url) if elsewhere.url else None
    assert server is None or not PostgresqlLedger(server).holds_ledger()


def test_a_journal_that_was_rewritten_in_the_copy_is_refused_although_its_hashes_fit(
    people: HandMade, elsewhere: Elsewhere
):
    """Somebody changes an entry in the copy and the manifest with it; the chain still shows it."""
    if people.ledger.is_postgresql:
        pytest.skip("a dump is not edited in place")
    people.protected()
    elsewhere.back_up()
    file = elsewhere.copy / "ledger.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("DROP TRIGGER journal_entry_not_updated")
        copy.execute("UPDATE ledger_journalentry SET actor = 'nobody' WHERE sequence = 1")
        copy.commit()
    manifest = json.loads((elsewhere.copy / "manifest.json").read_bytes())
    manifest["files"]["ledger.sqlite3"] = [hash_of(file), file.stat().st_size]
    (elsewhere.copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(FaultError) as refused:
        elsewhere.restore()
    assert (refused.value.code, "entry 1" in refused.value.message) == ("backup-damaged", True)
    assert not elsewhere.home.folder.exists()


def test_a_ledger_is_never_restored_over_another(people: HandMade, elsewhere: Elsewhere):
    people.opened()
    elsewhere.back_up()
    elsewhere.restore()
    before = sorted((file, file.read_bytes()) for file in elsewhere.home.folder.rglob("*") if file.is_file())
    with pytest.raises(UsageError) as refused:
        elsewhere.restore()
    assert refused.value.code == "ledger-exists"
    after = sorted((file, file.read_bytes()) for file in elsewhere.home.folder.rglob("*") if file.is_file())
    assert after == before
    if elsewhere.url:
        shutil.rmtree(elsewhere.home.folder)
        with pytest.raises(UsageError) as taken:
            elsewhere.restore()
        assert taken.value.code == "ledger-exists"
