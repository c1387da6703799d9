"""Open an incident: four timestamps, the artefact preserved, the clocks started (R02, R03, R05)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from amends.casework.acts import Act, check_length, journalled
from amends.casework.duties.starting import check_scope, start_clocks
from amends.casework.permissions import check_may
from amends.casework.policies import check_times_in_order
from amends.ledger import current
from amends.ledger.models import Artefact, Incident
from amends.ledger.vault import Preserved, preserve
from amends.remedy.playbook import Playbook, load_playbook
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What is known when an incident is opened."""

    title: str
    leaked_file: Path
    playbook: str
    exposed_from: datetime
    reported_at: datetime
    removed_at: datetime
    url: str = ""
    disclosed_to: str = ""
    """In English."""
    disclosed_to_in: dict[str, str] = field(default_factory=dict)
    """Language → the same in that language."""
    confirmed_at: datetime | None = None
    as_of: datetime | None = None
    jurisdictions: tuple[str, ...] = ()
    """Beside those of the playbook."""
    roles: tuple[str, ...] = ()
    """What the organisation is, where it is known: ``federal_agency``, ``business`` ..."""


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """The incident, and whether it stood there already."""

    incident: Incident
    already: bool


def open_incident(*, facts: IncidentFacts, act: Act) -> OpenedIncident:
    """Open the incident and preserve what leaked; the same leak a second time is the same incident.

    Raises `UsageError` for times out of order, an unknown playbook, or a file that cannot be read.
    """
    check_may(act, "open_incident")
    playbook = check_facts(facts, now=act.now)
    content = _content_of(facts.leaked_file)
    reference = incident_reference(facts, content)
    existing = Incident.objects.filter(reference=reference).first() or _corrected(facts, content)
    if existing:
        _check_same(existing, facts)
        return OpenedIncident(existing, already=True)
    # Preserved before the transaction: a sealed file that no incident names harms nobody, an
    # incident without its evidence does.
    preserved = preserve(content, home=current.home())
    with journalled("open_incident", act) as change:
        incident = _record(facts, playbook, reference, act.now)
        _record_artefact(incident, facts.leaked_file.name, preserved, act.now)
        duties = start_clocks(
            incident, playbook, jurisdictions=facts.jurisdictions, roles=facts.roles, act=act
        )
        change.incident = reference
        change.detail = {
            "leaked_file_sha256": preserved.sha256,
            "leaked_file_size": preserved.size,
            "exposed_from": facts.exposed_from.isoformat(),
            "reported_at": facts.reported_at.isoformat(),
            "removed_at": facts.removed_at.isoformat(),
            "playbook": f"{playbook.name} {playbook.version}",
            "duties": duties,
        }
    return OpenedIncident(incident, already=False)


def check_facts(facts: IncidentFacts, *, now: datetime) -> Playbook:
    """Return the playbook. Raises `UsageError` where it is unknown, times out of order or a text too long."""
    for name in ("title", "url", "disclosed_to"):
        check_length(getattr(facts, name), Incident, name, where=f"--{name.replace('_', '-')}")
    times = {
        name: getattr(facts, name)
        for name in ("exposed_from", "reported_at", "confirmed_at", "removed_at", "as_of")
    }
    check_times_in_order(times, now=now)
    check_scope(facts.jurisdictions, facts.roles)
    return load_playbook(facts.playbook)


def incident_reference(facts: IncidentFacts, content: bytes) -> str:
    """Return the incident's name: day of exposure, and a hash of what leaked and where."""
    digest = hashlib.sha256(content)
    digest.update(f"|{facts.url}|{facts.disclosed_to}|{facts.exposed_from.isoformat()}".encode())
    return f"{facts.exposed_from:%Y-%m-%d}-{digest.hexdigest()[:10]}"


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise UsageError(
            "file-missing" if missing else "file-unreadable",
            "the leaked file is not there" if missing else "the leaked file cannot be read",
            hint="check the path given to --leaked, and that you may read the file",
            where=str(path),
        ) from error


def _corrected(facts: IncidentFacts, content: bytes) -> Incident | None:
    """Return the incident whose time of exposure was corrected to this one; its name still says the first."""
    same = Incident.objects.filter(
        exposed_from=facts.exposed_from,
        url=facts.url,
        disclosed_to=facts.disclosed_to,
        artefacts__kind=Artefact.Kind.LEAKED_FILE,
        artefacts__sha256=hashlib.sha256(content).hexdigest(),
        recorded_times__name="exposed_from",
    )
    return same.distinct().first()


def _check_same(incident: Incident, facts: IncidentFacts) -> None:
    for name in ("exposed_from", "reported_at", "removed_at", "as_of", "playbook"):
        if getattr(incident, name) != getattr(facts, name):
            raise UsageError(
                "incident-differs",
                f"this incident was opened before with another value for {name.replace('_', ' ')}",
                hint="run it with the values it was opened with; a correction is a change of its own",
                where=incident.reference,
            )


def _record(facts: IncidentFacts, playbook: Playbook, reference: str, now: datetime) -> Incident:
    stated = {"source": "operator", "confidence": "stated"}
    return Incident.objects.create(
        reference=reference,
        title=facts.title,
        url=facts.url,
        disclosed_to=facts.disclosed_to,
        disclosed_to_in=facts.disclosed_to_in,
        exposed_from=facts.exposed_from,
        reported_at=facts.reported_at,
        confirmed_at=facts.confirmed_at,
        removed_at=facts.removed_at,
        timestamp_sources=dict.fromkeys(("exposed_from", "reported_at", "removed_at"), stated),
        as_of=facts.as_of,
        playbook=playbook.name,
        playbook_version=playbook.version,
        opened_at=now,
    )


def _record_artefact(incident: Incident, name: str, preserved: Preserved, now: datetime) -> None:
    Artefact.objects.create(
        incident=incident,
        kind=Artefact.Kind.LEAKED_FILE,
        name=name,
        sha256=preserved.sha256,
        size=preserved.size,
        sealed=True,
        preserved_at=now,
    )
