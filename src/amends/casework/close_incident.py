"""Close an incident: refused while anything is open (R53)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.ledger.models import Breach, Duty, Incident, LeakedRow, Remedy
from amends.remedy.breach_case import BREACH
from amends.remedy.workflow_table import final_states
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.judgement import RowOutcome


@dataclass(frozen=True, slots=True)
class ClosedIncident:
    """The incident, closed."""

    incident: Incident


def what_is_open(incident: Incident) -> dict[str, int]:
    """Return what still stands open, by kind; empty where the incident may be closed."""
    unfinished = Q(pk__in=())
    for kind, finals in final_states().items():
        unfinished |= Q(kind=kind) & ~Q(state__in=finals)
    counts = (
        Remedy.objects.filter(unfinished, incident=incident)
        .values("kind")
        .order_by("kind")
        .annotate(open=Count("id"))
    )
    found = {f"{row['kind']}s": int(row["open"]) for row in counts}
    found["rows_to_review"] = LeakedRow.objects.filter(incident=incident, outcome=RowOutcome.REVIEW).count()
    found["rows_not_judged"] = LeakedRow.objects.filter(incident=incident, outcome="").count()
    found["breaches"] = Breach.objects.filter(incident=incident).exclude(state__in=BREACH.finals).count()
    found["duties"] = Duty.objects.filter(incident=incident, state="open").count()
    return {name: count for name, count in found.items() if count}


def close_incident(*, incident: Incident, act: Act) -> ClosedIncident:
    """Close the incident. Raises `RefusalError` ``incident-not-finished``, saying what is open and how many."""
    check_may(act, "close_incident")
    check_open(incident)
    with journalled("close_incident", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        still_open = what_is_open(incident)
        if incident.planned_at is None:
            still_open["plan"] = 1
        if still_open:
            listed = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in still_open.items())
            raise RefusalError(
                "incident-not-finished",
                f"incident {incident.reference} still has open: {listed}",
                hint="settle each of them; an incident closes only when nothing hangs",
            )
        incident.closed_at = act.now
        incident.save(update_fields=["closed_at"])
        change.incident = incident.reference
        change.detail = {"closed": True}
    return ClosedIncident(incident)
