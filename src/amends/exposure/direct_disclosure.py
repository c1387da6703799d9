"""Data that were told or sent to somebody directly: no document, no address, and no log to read."""

from __future__ import annotations

from datetime import datetime

from amends.exposure.assessment import ExposureAssessment

_REASON = "the data were disclosed directly; no log shows to whom the recipient has passed them on"


def assess_direct_disclosure(*, begins: datetime, ends: datetime) -> ExposureAssessment:
    """Return the assessment of a disclosure without a published document: everything about readers is unknown (R21)."""
    return ExposureAssessment(
        url="",
        begins=begins,
        ends=ends,
        document_size=None,
        size_basis="unknown",
        requests=(),
        recipients=(),
        holes=(),
        unreadable=(),
        logs=(),
        adverse_assumption=True,
        adverse_reasons=(_REASON,),
    )
