"""Import what acting systems did, and check each action against holds and promises as they stood then (R27)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from amends.casework.actions.checking import FoundBreaches, check_all, incident_of
from amends.casework.actions.reading import ActionReport
from amends.casework.actions.recording import record_actions, renew_fingerprints
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.vocabulary.errors import RefusalError


@dataclass(frozen=True, slots=True)
class ImportedActions:
    """How many actions were reported, how many are new, and which promises they broke."""

    reported: int
    new: int
    found: FoundBreaches

    @property
    def already(self) -> bool:
        """Whether the ledger knew every one of them and the check found nothing more."""
        return not (self.new or self.found.new)


def import_actions(*, report: ActionReport, act: Act) -> ImportedActions:
    """Record every action of a report, tie it to whom it concerns, and open a case for each promise that it broke.

    The same report again changes nothing. Raises `RefusalError` ``action-in-the-future`` where an action is dated
    after the import: it could not be checked as of an instant that has not come.
    """
    check_may(act, "import_actions")
    # A report that gives days only dates what was done today at the day's last second.
    ahead = [action.line for action in report.actions if action.at > act.now + timedelta(days=1)]
    if ahead:
        raise RefusalError(
            "action-in-the-future",
            f"line {ahead[0]} and {len(ahead) - 1} more lie in the future",
            hint="import what has been done; ask the gate before what is still to be done",
            where=f"line {ahead[0]}",
        )
    with journalled("import_actions", act) as change:
        # First, so that an export that comes again after a change of key is known again.
        renew_fingerprints()
        new = record_actions(report, now=act.now)
        found = check_all(now=act.now)
        if new or found.new:
            change.incident = incident_of(found)
            change.detail = {
                "source": report.source_sha256,
                "reported": len(report.actions),
                "new": new,
                "kinds": dict(sorted(Counter(action.kind for action in report.actions).items())),
                "concerning": found.concerning,
                "breaches": found.new,
            }
    return ImportedActions(len(report.actions), new, found)
