"""Find out who could have read it, and what cannot be known (R44, R44b, R21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.exposure.assessment import AccessVerdict, ExposureAssessment, RecipientClass
from amends.ledger.bulk import insert_rows
from amends.ledger.models import Artefact, ExposureRecord, Incident, Recipient

_RECIPIENT_FIELDS = (
    "incident",
    "address",
    "recipient_class",
    "verdict",
    "obtained_data",
    "requests",
    "statuses",
    "first_seen",
    "last_seen",
    "bytes_sent",
    "in_window",
)


@dataclass(frozen=True, slots=True)
class AssessedExposure:
    """The stored assessment, and whether it stood already."""

    record: ExposureRecord
    obtained: int
    """Recipients who obtained data."""
    already: bool


def assess_exposure(
    *, incident: Incident, assess: Callable[[], ExposureAssessment], act: Act
) -> AssessedExposure:
    """Store what the logs say: recipients, coverage, assumption; and the hash of every log as evidence.

    ``assess`` reads the logs (`amends.exposure.assessing.assess` with its arguments bound). It is called before the
    transaction, which must not wait for a terabyte, and not at all where the assessment stands already.
    """
    check_may(act, "assess_exposure")
    check_open(incident)
    existing = ExposureRecord.objects.filter(incident=incident).first()
    if existing:
        return AssessedExposure(existing, _obtained(incident), already=True)
    assessment = assess()
    with journalled("assess_exposure", act) as change:
        insert_rows(Recipient, _RECIPIENT_FIELDS, _recipients(incident, assessment))
        record = _record(incident, assessment, act)
        _record_logs(incident, assessment, act)
        change.incident = incident.reference
        change.detail = {
            "recipients": Recipient.objects.filter(incident=incident).count(),
            "obtained_data": _obtained(incident),
            "requests": record.requests,
            "holes": len(record.holes),
            "unreadable_lines": record.unreadable_lines,
            "adverse_assumption": record.adverse_assumption,
            "logs": [log.sha256 for log in assessment.logs],
        }
    return AssessedExposure(record, _obtained(incident), already=False)


def _obtained(incident: Incident) -> int:
    return Recipient.objects.filter(incident=incident, obtained_data=True).count()


def _recipients(incident: Incident, assessment: ExposureAssessment) -> Sequence[tuple[object, ...]]:
    found: list[tuple[object, ...]] = [
        (
            incident.pk,
            recipient.address,
            recipient.recipient_class.value,
            recipient.verdict.value,
            recipient.verdict.obtained_data,
            recipient.requests,
            recipient.statuses,
            recipient.first_seen,
            recipient.last_seen,
            recipient.bytes_sent,
            recipient.in_window,
        )
        for recipient in assessment.recipients
    ]
    if incident.disclosed_to:
        found.append(_direct_recipient(incident))
    return found


def _direct_recipient(incident: Incident) -> tuple[object, ...]:
    """Whom the data were told directly: nobody logged it, and everything is assumed to have arrived."""
    return (
        incident.pk,
        incident.disclosed_to,
        RecipientClass.OUTSIDE.value,
        AccessVerdict.FULL.value,
        True,
        1,
        (),
        incident.exposed_from,
        incident.removed_at,
        0,
        True,
    )


def _record(incident: Incident, assessment: ExposureAssessment, act: Act) -> ExposureRecord:
    return ExposureRecord.objects.create(
        incident=incident,
        assessed_at=act.now,
        document_size=assessment.document_size,
        size_basis=assessment.size_basis,
        requests=len(assessment.requests),
        requests_by_verdict=dict(Counter(request.verdict.value for request in assessment.requests)),
        holes=[
            {"from": hole.begins.isoformat(), "until": hole.ends.isoformat(), "reason": hole.reason}
            for hole in assessment.holes
        ],
        unreadable_lines=len(assessment.unreadable),
        logs=[
            {"name": log.name, "format": log.format, "lines": log.lines, "sha256": log.sha256}
            for log in assessment.logs
        ],
        adverse_assumption=assessment.adverse_assumption,
        adverse_reasons=list(assessment.adverse_reasons),
    )


def _record_logs(incident: Incident, assessment: ExposureAssessment, act: Act) -> None:
    for log in assessment.logs:
        Artefact.objects.get_or_create(
            incident=incident,
            kind=Artefact.Kind.ACCESS_LOG,
            sha256=log.sha256,
            defaults={"name": log.name, "size": log.size, "sealed": False, "preserved_at": act.now},
        )
