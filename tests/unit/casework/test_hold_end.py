"""Whether holds may end is asked for all of them at once, and the answer is that of the slow way, hold by hold."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amends.casework.hold_end import check_holds_may_end, standings
from amends.ledger.hold_terms import write_terms
from amends.ledger.models import Delivery, HoldTerm, Incident, Remedy
from amends.vocabulary.errors import RefusalError
from tests.ledger_cases import NOW, identified, incident_with_rows, rows_of
from tests.unit.casework.slow_hold_end import slowly_lacking

ROWS = 120


def a_remedy(incident: Incident, kind: str, state: str, **about: object) -> Remedy:
    return Remedy.objects.create(
        incident=incident, kind=kind, state=state, owner="o", authority="a", created_at=NOW, **about
    )


def a_world(seed: int) -> Incident:
    """An incident in which every combination of notice, delivery, review and term comes up by chance."""
    chance = random.Random(seed)
    incident = incident_with_rows(ROWS)
    persons = identified(incident, [{"represented": chance.random() < 0.4} for _ in range(ROWS - 10)])
    of_row = {person.first_row: person for person in persons}
    for row in rows_of(incident):
        person = of_row.get(row.row_number)
        a_remedy(incident, "hold", "in_force", entitlement="hold_removal", row=row, person=person)
    for person in persons:
        if chance.random() < 0.2:
            a_remedy(incident, "hold", "in_force", entitlement="no_opposition", person=person)
        if chance.random() < 0.4:
            state = chance.choice(["open", "under_review", "granted", "declined", "moot"])
            a_remedy(incident, "review", state, entitlement="custody_review", person=person)
        for addressee in ("person", "representative", "guardian", "tribunal"):
            if chance.random() < 0.85:
                state = chance.choice(
                    ["delivered"] * 8 + ["owed", "withheld", "exhausted", "dispatched", "withdrawn"]
                )
                notice = a_remedy(
                    incident,
                    "notice",
                    state,
                    entitlement=f"n_{addressee}",
                    addressee=addressee,
                    person=person,
                )
                fate = "delivered" if state == "delivered" else chance.choice(["dispatched", "returned"])
                Delivery.objects.create(
                    notice=notice,
                    attempt=1,
                    method="hand",
                    fate=fate,
                    language="en",
                    content_sha256="0" * 64,
                    at=NOW + timedelta(hours=chance.randrange(1, 900)),
                )
    write_terms(incident, waiting_days=30, now=NOW)
    for term in HoldTerm.objects.order_by("hold"):
        if chance.random() < 0.2:
            term.not_before = NOW + timedelta(days=chance.randrange(1, 90))
        if chance.random() < 0.2:
            term.begins_at = NOW + timedelta(days=chance.randrange(1, 60))
        term.save()
    HoldTerm.objects.filter(hold__in=list(HoldTerm.objects.values_list("hold", flat=True)[:3])).delete()
    return incident


@pytest.mark.parametrize("seed", [1, 2])
def test_asking_for_all_holds_at_once_answers_as_the_slow_way_does(ledger, seed):
    incident = a_world(seed)
    holds = list(Remedy.objects.filter(incident=incident, kind="hold").order_by("id"))
    seen = set()
    for days in (0, 10, 33, 50, 75, 120):
        for document in (False, True):
            now = NOW + timedelta(days=days)
            quick = {
                s.facts.hold: list(s.lacking)
                for s in standings([h.pk for h in holds], now=now, document=document)
            }
            assert quick == {hold.pk: slowly_lacking(hold, now, document=document) for hold in holds}
            seen |= {name for names in quick.values() for name in names} | {
                "" for names in quick.values() if not names
            }
    assert seen >= {"", "person_unknown", "term_missing", "notice_delivered", "waiting_time", "extended"}
    assert seen >= {"reviews_done", "document"}


def test_the_number_of_statements_does_not_grow_with_the_number_of_holds(ledger):
    incident = a_world(3)
    holds = list(Remedy.objects.filter(incident=incident, kind="hold").values_list("id", flat=True))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = list(standings(holds, now=NOW))
    assert len(found) == len(holds) > ROWS
    assert len(asked) == 1


def test_a_row_that_names_nobody_ends_on_that_ground_and_a_person_never_does(ledger):
    incident = a_world(4)
    holds = Remedy.objects.filter(incident=incident, kind="hold", row__isnull=False)
    nobody = list(holds.filter(row__outcome="refused").values_list("id", flat=True))
    somebody = list(holds.exclude(row__outcome="refused").values_list("id", flat=True))
    assert len(nobody) == 10
    check_holds_may_end(nobody, now=NOW, as_nobody=True)
    with pytest.raises(RefusalError, match="not judged to name nobody"):
        check_holds_may_end([*nobody, somebody[0]], now=NOW + timedelta(days=900), as_nobody=True)
