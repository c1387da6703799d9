"""Finding incidents."""

from __future__ import annotations

from amends.ledger.models import Incident
from amends.vocabulary.errors import UsageError


def all_incidents() -> list[Incident]:
    """Return every incident, oldest exposure first."""
    return list(Incident.objects.all())


def find_incident(reference: str) -> Incident:
    """Return one incident. Raises `UsageError` ``incident-unknown``, naming those there are."""
    found = Incident.objects.filter(reference=reference).first()
    if found is None:
        known = ", ".join(Incident.objects.values_list("reference", flat=True)[:20])
        raise UsageError(
            "incident-unknown",
            "there is no incident with this reference",
            hint=f"the incidents are: {known or 'none yet'}",
            where=reference,
        )
    return found
