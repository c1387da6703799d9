"""Take evidence: record that somebody takes the file of an incident or of one person, before it is written (R54, R50).

An evidence file is a disclosure of its own. So the journal learns of it first: whoever holds such a file can be found
in the record, also where the writing failed afterwards. Every taking is an act of its own, also the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.queries.evidence import Subject
from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class TakenEvidence:
    """Whose file was asked for, and whether with personal details."""

    incident: Incident
    subject: Subject | None
    """None for the whole incident."""
    with_details: bool
    act: Act


def take_evidence(
    *, incident: Incident, act: Act, subject: Subject | None = None, with_details: bool = False
) -> TakenEvidence:
    """Journal the taking; also of an incident that is closed."""
    check_may(act, "take_evidence")
    with journalled("take_evidence", act) as change:
        change.incident = incident.reference
        detail: dict[str, Any] = {"of": "incident", "with_details": with_details}
        if subject:
            detail |= {"of": "person", "table": subject.table_name, "row": subject.row_number}
        change.detail = detail
    return TakenEvidence(incident, subject, with_details, act)
