"""Ask the thresholds of the duties again, with what is known now (R38-R40)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.duties.computing import DutyChange, bring_up_to_date
from amends.casework.duties.counting import headcount
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class RecountedDuties:
    """The count that was used, and every duty that it changed."""

    upper: int | None
    """Most people that it can be; None where nobody has been counted."""
    changes: tuple[DutyChange, ...]

    @property
    def already(self) -> bool:
        """Whether nothing has changed."""
        return not self.changes


def recount_duties(*, incident: Incident, act: Act) -> RecountedDuties:
    """Evaluate every threshold on the upper bound of the count as it is now; a second time nothing changes."""
    check_may(act, "recount_duties")
    check_open(incident)
    with journalled("recount_duties", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        heads = headcount(incident)
        changes = bring_up_to_date(incident, act)
        if changes:
            change.incident = incident.reference
            change.detail = {
                "upper_bound": heads.upper,
                "duties": {
                    each.reference: {
                        name: [each.before[name], each.after[name]]
                        for name in ("rule", "verdict", "due_at", "state")
                        if each.before[name] != each.after[name]
                    }
                    for each in changes
                },
            }
    return RecountedDuties(heads.upper, changes)
