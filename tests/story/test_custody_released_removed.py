"""Ana Lobo is in custody, is released, and is removed in spite of the hold: what she is owed follows her (R16, R18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.ledger_cases import LedgerCase, emptied_database, ledger, ledger_template, postgresql_template
from tests.unit.casework.hand_made import NOW, HandMade, person, remedies
from tests.unit.casework.status_histories import episodes, moved, read_again

__all__ = ["emptied_database", "ledger", "ledger_template", "postgresql_template"]


@pytest.fixture
def people(tmp_path: Path, ledger: LedgerCase) -> HandMade:
    return HandMade.written(tmp_path / "files", ledger)


def owed(incident, at: datetime) -> set[str]:
    """What Ana Lobo was owed at an instant, holds that hang on her rows included."""
    from amends.casework.queries.person_at import owed_at

    return {remedy.entitlement for remedy in owed_at(person(incident, "P2").pk, at)}


def test_custody_then_released_then_removed(people: HandMade):
    from amends.casework.publish_figures import publish_figures
    from amends.casework.queries.harmed import harmed_people
    from amends.casework.results.journal_export import verify_ledger
    from amends.ledger import journal
    from tests.unit.casework.hand_made import act

    incident = people.planned()
    # Some of the log is missing, so that who read the file must be assumed: the certificate is owed as well.
    everyone_is_owed = {
        "adverse_assumption_certificate",
        "hold_removal",
        "notice_person",
        "notice_representative",
        "notice_to_appear",
        "notice_tribunal",
    }
    assert owed(incident, NOW) == everyone_is_owed | {"custody_review"}

    history = moved(episodes(people), "P2", "RELEASED", "2022-12-05T09:00:00Z")
    released = read_again(people, incident, history, days=7)
    assert released.transitions == {"in_custody → released": 1}
    assert owed(incident, NOW + timedelta(days=7)) == everyone_is_owed

    history = moved(history, "P2", "REMOVED", "2022-12-20T09:00:00Z")
    removed = read_again(people, incident, history, days=21)
    assert removed.transitions == {"released → removed": 1}
    assert removed.removed_in_spite_of_hold == 1
    assert owed(incident, NOW + timedelta(days=21)) == everyone_is_owed | {"help_to_return"}
    assert [entry.phase for entry in harmed_people(incident, now=NOW).people] == ["before_hold", "after_hold"]

    # Nothing of what was owed before has been forgotten or rewritten.
    assert owed(incident, NOW) == everyone_is_owed | {"custody_review"}
    assert owed(incident, NOW + timedelta(days=8)) == everyone_is_owed
    assert [r.state for r in remedies(incident, "hold", person(incident, "P2"))] == ["in_force", "in_force"]

    # The journal tells the story, the chain holds, and the figures still reconcile.
    updates = [entry.detail for entry in journal.entries() if entry.verb == "update_statuses"]
    assert [update["plan"].get("withdrawn", {}) for update in updates] == [{"custody_review": 1}, {}]
    assert updates[1]["plan"]["planned"]["help_to_return"] == 1
    assert verify_ledger(None)[1] == ()
    figures = publish_figures(incident=incident, act=act("figures", days=22)).values
    assert (figures["removed_after_hold"], figures["measures_withdrawn"], figures["returns"]) == (1, 1, 2)
