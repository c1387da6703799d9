"""Record a legal duty to keep everything of an incident (litigation hold): while it stands, nothing is erased."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.ledger.models import Incident, Preservation
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class PreservedEvidence:
    """The matter for which everything is kept, and whether that stood already."""

    matter: str
    already: bool


def preserve_evidence(*, incident: Incident, matter: str, act: Act) -> PreservedEvidence:
    """Preserve an incident for one matter. Raises `UsageError` ``matter-missing`` where none is named."""
    check_may(act, "preserve_evidence")
    matter = " ".join(matter.split())
    check_length(matter, Preservation, "matter", where="--matter")
    if not matter:
        raise UsageError(
            "matter-missing",
            "no matter is named for which the incident is preserved",
            hint="give --matter: the court and docket number, or the order",
        )
    with journalled("preserve_evidence", act) as change:
        # The incident's row is what an erasure locks too: one of the two comes first, and the other sees it.
        Incident.objects.select_for_update().get(pk=incident.pk)
        _, made = Preservation.objects.get_or_create(
            incident=incident, matter=matter, lifted_at=None, defaults={"placed_at": act.now}
        )
        if made:
            change.incident = incident.reference
            change.detail = {"preserved_for": matter}
    return PreservedEvidence(matter, already=not made)
