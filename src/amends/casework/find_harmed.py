"""List everyone harmed between exposure and hold, or in spite of it, for those who have to act (R18)."""

from __future__ import annotations

from amends.casework.actions.recording import renew_fingerprints, tie_actions_to_rows
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.queries.harmed import HarmedPeople, harmed_people
from amends.casework.visibility import check_may_see_references
from amends.ledger.models import Incident


def find_harmed(*, incident: Incident, asked_for: bool, act: Act) -> HarmedPeople:
    """Return the list, and write into the journal who looked at it and why (R50).

    Raises `RefusalError` ``references-withheld`` unless the list was asked for in so many words: it says who of
    those who sought protection was sent back.
    """
    check_may(act, "find_harmed")
    check_may_see_references(asked_for=asked_for, actor=act.actor)
    with journalled("find_harmed", act) as change:
        renew_fingerprints()
        tie_actions_to_rows()
        harmed = harmed_people(incident, now=act.now)
        change.incident = incident.reference
        change.detail = {"people": len(harmed.people), "by_phase": harmed.by_phase()}
    return harmed
