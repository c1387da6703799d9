"""Check all recorded actions again: after people were identified, or a promise was added (R27)."""

from __future__ import annotations

from amends.casework.actions.checking import FoundBreaches, check_all, incident_of
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may


def check_actions(*, act: Act) -> FoundBreaches:
    """Tie and check every recorded action anew, and open a case for each breach that has none."""
    check_may(act, "check_actions")
    with journalled("check_actions", act) as change:
        found = check_all(now=act.now)
        if found.new:
            change.incident = incident_of(found)
            change.detail = {"concerning": found.concerning, "breaches": found.new}
    return found
