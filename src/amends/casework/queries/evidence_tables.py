"""What an evidence file holds beside remedies and entries: figures, duties, breaches, harm, and who lifted which hold.

People are named by the row of the leaked file or by the reference of what is owed to them, and never otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet

from amends.casework.queries.evidence import Subject, remedies_of, rows_of
from amends.ledger.models import (
    Artefact,
    Breach,
    Duty,
    DutyEvent,
    ExposureRecord,
    Figure,
    HarmAssessment,
    HarmSignature,
    HoldRelease,
    HoldReleaseItem,
    Incident,
    NotificationDecision,
)

Records = list[dict[str, Any]]


def incident_tables(incident: Incident) -> dict[str, Records]:
    """Return by name what the ledger holds of an incident as a whole, each table in the order of its making."""
    own: dict[str, QuerySet[Any]] = {
        "figures": Figure.objects.filter(incident=incident).order_by("edition", "id"),
        "artefacts": Artefact.objects.filter(incident=incident).order_by("id"),
        "exposure": ExposureRecord.objects.filter(incident=incident),
        "decisions": NotificationDecision.objects.filter(incident=incident).annotate(
            cohort=F("assessment__cohort"), version=F("assessment__version")
        ),
    }
    plain = {
        name: [_without(row, "incident_id", "assessment_id") for row in rows.values()]
        for name, rows in own.items()
    }
    return {
        **plain,
        "duties": _duties(incident),
        "harm": _harm(incident),
        "breaches": _breaches(Breach.objects.filter(incident=incident)),
        "releases": _releases(HoldRelease.objects.filter(incident=incident)),
    }


def person_tables(incident: Incident, subject: Subject) -> dict[str, Records]:
    """Return the breaches of what was promised to one person, and the requests to lift a hold of theirs."""
    remedies = remedies_of(incident, subject)
    listed = HoldReleaseItem.objects.filter(hold__in=remedies.values("pk"))
    return {
        "breaches": _breaches(Breach.objects.filter(row__in=rows_of(incident, subject))),
        "releases": _releases(
            HoldRelease.objects.filter(pk__in=listed.values("release")),
            only=Q(hold__in=remedies.values("pk")),
        ),
    }


def _duties(incident: Incident) -> Records:
    events = _by(DutyEvent.objects.filter(duty__incident=incident).order_by("id").values(), "duty_id")
    return [
        {**_without(duty, "incident_id"), "events": events.get(duty["id"], [])}
        for duty in Duty.objects.filter(incident=incident).order_by("id").values()
    ]


def _harm(incident: Incident) -> Records:
    signatures = _by(
        HarmSignature.objects.filter(assessment__incident=incident).order_by("id").values(), "assessment_id"
    )
    return [
        {**_without(found, "incident_id"), "signatures": signatures.get(found["id"], [])}
        for found in HarmAssessment.objects.filter(incident=incident).order_by("id").values()
    ]


def _breaches(breaches: QuerySet[Breach]) -> Records:
    return [
        {
            "reference": breach.reference,
            "table": breach.row.table_name,
            "row": breach.row.row_number,
            "action": breach.action.kind,
            "taken_at": breach.action.at,
            "commitment": breach.commitment,
            "rule": breach.rule,
            "why": breach.why,
            "state": breach.state,
            "found_at": breach.found_at,
        }
        for breach in breaches.select_related("row", "action").order_by("id")
    ]


def _releases(releases: QuerySet[HoldRelease], *, only: Q | None = None) -> Records:
    items = HoldReleaseItem.objects.filter(release__in=releases.values("pk")).order_by("id")
    holds: dict[int, list[str]] = {}
    for item in items.filter(only or Q()).select_related("hold"):
        holds.setdefault(item.release_id, []).append(item.hold.reference)
    return [
        {
            "reference": release.reference,
            **_without(row, "id", "incident_id"),
            "holds": holds.get(release.pk, []),
        }
        for release, row in zip(releases.order_by("id"), releases.order_by("id").values(), strict=True)
    ]


def _by(rows: Iterable[Mapping[str, Any]], key: str) -> dict[int, Records]:
    found: dict[int, Records] = {}
    for row in rows:
        found.setdefault(row[key], []).append(_without(row, "id", key))
    return found


def _without(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}
