"""A second, mild incident of its own: three work addresses on a page that, by its whole log, nobody asked for (R22).

The list of the drill is so grave that nobody may decide not to tell. What such a decision takes from nobody is shown
where it may be taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from amends.casework.open_incident import IncidentFacts
from amends.casework.results.files import write_text
from amends.cli.incident_run import IncidentInputs, IncidentRunner
from amends.cli.rehearsal.walking import ACTOR, Walk

if TYPE_CHECKING:
    from amends.ledger.models import Incident

# The column of names is empty: what leaked is where a desk is written to.
_ROWS = "Name,Email\n" + "".join(f",desk{n}@office.example\n" for n in range(3))
_URL = "/staff/desks.csv"
_EXPOSED = timedelta(minutes=30)


def mild_incident(walk: Walk) -> Incident:
    """Run the main path on the mild list, at the walk's instant, and return its incident."""
    folder = walk.folder / "mild-incident"
    folder.mkdir(mode=0o700)
    begins = walk.now.replace(microsecond=0) - timedelta(hours=1)
    leaked, log, mapping = folder / "desks.csv", folder / "access.log", folder / "mapping.toml"
    write_text(leaked, _ROWS)
    write_text(log, _log(begins))
    manifest = walk.cast.files.leaked.with_name("manifest-mapping.toml")
    write_text(mapping, _mapping(manifest, walk.cast.files.status))
    facts = IncidentFacts(
        title="Addresses of three desks on a page (rehearsal)",
        leaked_file=leaked,
        playbook="gdpr",
        exposed_from=begins,
        reported_at=begins + _EXPOSED,
        removed_at=begins + _EXPOSED,
        url=_URL,
    )
    inputs = IncidentInputs(facts, (log,), walk.cast.files.registry, mapping)
    runner = IncidentRunner(inputs, actor=ACTOR, clock=lambda: walk.now, report=lambda *said: None)
    return runner.run().incident


def _mapping(manifest: Path, status: Path) -> str:
    _, _, registry = manifest.read_text(encoding="utf-8").partition("[registry]")
    registry = registry.replace(f'"{status.name}"', f'"{status.absolute()}"')
    return f'[leaked]\nidentifiers = ["Email"]\nfamily_name = "Name"\n\n[registry]{registry}'


def _log(begins: datetime) -> str:
    """Return a log without a hole, an hour around the window, in which nobody asks for the page."""
    minutes = (begins + timedelta(minutes=n) for n in range(-60, 60))
    return "".join(
        f'192.0.2.7 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET /index.html HTTP/1.1" 200 512 "-" "probe"\n'
        for at in minutes
    )
