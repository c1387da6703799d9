"""Eight processes change the same few rows at once: no update is lost, nobody is told "locked", nothing deadlocks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.test import override_settings

from amends.casework.results.journal_export import verify_ledger
from amends.ledger import journal
from amends.ledger.models import GateState, HoldEvent, HoldTerm, Incident, LeakedRow, Remedy
from tests.ledger_cases import LedgerCase, emptied_database, ledger, ledger_template, postgresql_template
from tests.unit.casework.hand_made import HandMade
from tests.unit.casework.officers import QUICK_HASHER, two_officers

__all__ = ["emptied_database", "ledger", "ledger_template", "postgresql_template"]
WORKERS = 8
TURNS = 45
"""Eight times forty-five: 360 changes."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def planned(tmp_path: Path, ledger: LedgerCase) -> LedgerCase:
    """The hand-made incident, planned; the row of nobody was judged to be a total."""
    with override_settings(PASSWORD_HASHERS=QUICK_HASHER):
        incident = HandMade.written(tmp_path / "files", ledger).planned()
        two_officers()
    hold = Remedy.objects.get(incident=incident, kind="hold", row__row_number=5)
    LeakedRow.objects.filter(remedies=hold).update(outcome="refused", person=None)
    Remedy.objects.filter(pk=hold.pk).update(person=None)
    return ledger


def contend(on: LedgerCase, how: str) -> Counter[str]:
    """Let eight processes loose, and return what all of them say that they achieved."""
    environment = {**on.environment, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.story.contending", how, str(number), str(TURNS)],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WORKERS)
    ]
    done: Counter[str] = Counter()
    for worker in workers:
        out, err = worker.communicate(timeout=300)
        assert worker.returncode == 0, err
        done.update(json.loads(out.splitlines()[-1]))
    return done


def test_of_360_conflicting_changes_none_is_lost(planned: LedgerCase):
    before = Counter(entry.verb for entry in journal.entries())
    done = contend(planned, "verbs")
    refused = done.pop("refused", 0)
    assert sum(done.values()) + refused == WORKERS * TURNS
    assert len(done) == 5
    written = Counter(entry.verb for entry in journal.entries())
    assert written - before == done
    assert verify_ledger(None)[1] == ()

    events = Counter(HoldEvent.objects.values_list("event", flat=True))
    assert events["extended"] == done["extend_hold"]
    assert events["lifted"] == done["approve_release"]
    assert events["placed_again"] == done["place_again"]
    generations = list(HoldEvent.objects.exclude(event="placed").values_list("generation", flat=True))
    assert len(set(generations)) == len(generations)
    assert GateState.objects.get().generation == max(generations)

    incident = Incident.objects.get()
    nobody = Remedy.objects.get(incident=incident, kind="hold", row__row_number=5)
    assert (nobody.state == "in_force") == (events["lifted"] == events["placed_again"])
    versions = dict(HoldTerm.objects.filter(version__gt=1).values_list("hold_id", "version"))
    assert versions.pop(nobody.pk) == 1 + events["lifted"] + events["placed_again"]
    assert sum(versions.values()) == len(versions) + events["extended"]


def test_a_naive_reading_and_writing_back_would_lose_some(planned: LedgerCase):
    """The planted fault: the same eight processes, without lock and transaction."""
    (before,) = HoldTerm.objects.order_by("hold").values_list("version", flat=True)[:1]
    contend(planned, "naive")
    (after,) = HoldTerm.objects.order_by("hold").values_list("version", flat=True)[:1]
    assert before < after < before + WORKERS * TURNS
