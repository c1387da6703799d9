"""Plan, and re-plan by a changed playbook, for invented people: ``python -m benchmarks.planning 1000000``.

The people are made by one statement in an empty SQLite ledger and are nobody; what is measured are the verb and the
dry run, and beside the time on the clock the time on the processor, which a busy machine does not change.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table

from benchmarks.measuring import console, keep

if TYPE_CHECKING:
    from amends.ledger.models import Incident
    from amends.remedy.playbook import Playbook

PEOPLE: Final = 100_000
EXPOSED: Final = datetime(2022, 11, 28, 14, 45, tzinfo=UTC)
NOW: Final = EXPOSED + timedelta(days=2)
_PERSONS: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
INSERT INTO ledger_affectedperson (incident_id, registry_person_id, first_row, table_name, sealed_details,
 exposed_kinds, language, contact_channels, deceased, minor, status_as_of, status_at_exposure,
 status_at_discovery, status_at_hold,
 status_now, removal_phase, facts)
SELECT %s, 'P' || i, i, 'T', x'00', '["full-name"]', 'en', '', i %% 97 = 0, i %% 31 = 0, 'in_custody',
 CASE WHEN i %% 6 < 5 THEN 'in_custody' ELSE 'released' END, 'in_custody', 'in_custody',
 CASE i %% 7 WHEN 0 THEN 'released' WHEN 1 THEN 'removed' ELSE 'in_custody' END, 'none',
 CASE i %% 3 WHEN 0 THEN '{"fear_finding": "positive"}' WHEN 1 THEN '{"final_order": "yes"}' ELSE '{}' END FROM n"""
_ROWS: Final = """
INSERT INTO ledger_leakedrow (incident_id, table_name, row_number, hidden, exposed_kinds, identifier_fingerprint,
 judgement, outcome, registry_person_id, reason, person_id)
SELECT incident_id, 'T', first_row, 0, '[]', printf('%%032x', id), 'match', 'match', registry_person_id, '', id
FROM ledger_affectedperson WHERE incident_id = %s"""


def main() -> None:
    """Measure and print; the result is kept beside the others."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with tempfile.TemporaryDirectory(prefix="amends-planning-") as folder:
        _open(Path(folder))
        measured = measure(people)
    table = Table("step", "seconds", "on the processor", title=f"{people:,} people", title_justify="left")
    for name, (seconds, processor) in measured.items():
        table.add_row(name, f"{seconds:.1f}", f"{processor:.1f}")
    console().print(table)
    keep("planning", {"people": people, "seconds": measured})


def measure(people: int) -> dict[str, tuple[float, float]]:
    """Return step → seconds on the clock and on the processor."""
    from amends.casework.acts import Act
    from amends.casework.plan_remedies import plan_remedies
    from amends.casework.queries.coverage import incident_coverage
    from amends.casework.queries.plan_preview import preview_plan
    from amends.remedy.planning import place_population_hold
    from amends.remedy.playbook import load_playbook

    book, act = load_playbook("custody"), Act("bench", "measuring", NOW)
    incident, later = _filled(people), changed(book)
    steps: dict[str, Callable[[], Any]] = {
        "hold every row": lambda: place_population_hold(incident, book, now=NOW),
        "dry run of the first plan": lambda: preview_plan(incident),
        "first plan": lambda: plan_remedies(incident=incident, act=act),
        "plan again, nothing to do": lambda: plan_remedies(incident=incident, act=act),
        "dry run of a changed playbook": lambda: preview_plan(incident, later),
        "re-plan by the changed playbook": lambda: plan_remedies(incident=incident, act=act, playbook=later),
        "coverage report": lambda: incident_coverage(incident),
    }
    return {name: _timed(step) for name, step in steps.items()}


def changed(book: Playbook) -> Playbook:
    """Return the next version: one entitlement gone, one new for everyone, one cohort narrower."""
    cohorts = tuple(
        replace(cohort, where={**cohort.where, "minor": ("no",)}) if cohort.name == "in_custody" else cohort
        for cohort in book.cohorts
    )
    kept = tuple(item for item in book.entitlements if item.name != "notice_to_appear")
    new = replace(kept[-1], name="housing", cohort="everyone")
    return replace(book, version="bench", cohorts=cohorts, entitlements=(*kept, new))


def _timed(step: Callable[[], Any]) -> tuple[float, float]:
    began, on_processor = perf_counter(), process_time()
    step()
    return perf_counter() - began, process_time() - on_processor


def _open(folder: Path) -> None:
    from amends.cli.session import open_ledger

    os.environ.pop("AMENDS_DATABASE_URL", None)
    open_ledger(folder / "home", create=True)


def _filled(people: int) -> Incident:
    from django.db import connection

    from amends.ledger.models import Incident

    incident = Incident.objects.create(
        reference="bench",
        title="Invented people",
        exposed_from=EXPOSED,
        reported_at=EXPOSED + timedelta(hours=4),
        removed_at=EXPOSED + timedelta(hours=5),
        playbook="custody",
        playbook_version="0",
        opened_at=NOW,
        population_held_at=NOW,
        identified_at=NOW,
    )
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, [people, incident.pk])
        cursor.execute(_ROWS, [incident.pk])
    return incident


if __name__ == "__main__":
    main()
