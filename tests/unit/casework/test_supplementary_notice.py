"""When facts change, people are told again, in their language, and the hold waits for it."""

from __future__ import annotations

import pytest

from amends.casework.hold_end import check_holds_may_end
from amends.casework.plan_supplementary_notice import Told, plan_supplementary_notice
from amends.casework.queries.letters import LetterWriter
from amends.ledger import journal
from amends.ledger.models import HoldTerm, Incident
from amends.remedy.notices.composition import missing_elements
from amends.vocabulary.errors import RefusalError, UsageError
from tests.unit.casework.hand_made import HandMade, act, everything, person, remedies
from tests.unit.casework.test_holds import step, tell, why_it_stays
from tests.unit.remedy.notices.synthetic_letters import SENDER

WORDS = {"en": ["Your telephone number was in it too."], "es": ["También contenía su número de teléfono."]}


def plan(incident: Incident, *, days: float = 20, words: dict[str, list[str]] | None = None, **told: object):
    return plan_supplementary_notice(
        incident=incident,
        told=Told(**told),  # type: ignore[arg-type]
        what_changed=WORDS if words is None else words,
        act=act("a second sheet was found", days=days),
    )


@pytest.fixture
def incident(people: HandMade) -> Incident:
    """Ana and her counsel are told on day 3, and her reviews are done."""
    found = people.planned()
    ana = person(found, "P2")
    tell(found, [n for n in remedies(found, "notice", ana) if n.addressee != "tribunal"], days=3)
    reviews = remedies(found, "review", ana)
    step(found, reviews, "begin")
    step(found, reviews, "grant")
    return found


def test_the_hold_waits_for_the_new_notice_and_counts_from_its_delivery(incident: Incident):
    ana = person(incident, "P2")
    holds = remedies(incident, "hold", ana)
    hold = [h for h in holds if h.row and h.row.row_number == 2]
    check_holds_may_end([hold[0].pk], now=act(days=34).now)
    planned = plan(incident, holds=(hold[0].pk,))
    assert (planned.number, planned.to_persons, planned.to_representatives) == (1, 1, 1)
    assert planned.holds_extended == len(holds)
    assert "not proven delivered" in why_it_stays(hold, days=400)
    term = HoldTerm.objects.get(hold=hold[0])
    assert (term.earliest_end_at, term.extended_at) == (None, act(days=20).now)
    assert list(hold[0].events.order_by("id").values_list("event", flat=True)) == ["placed", "extended"]

    new = remedies(incident, "notice", ana, entitlement__startswith="supplementary_notice_1")
    assert {n.addressee for n in new} == {"person", "representative"}
    tell(incident, new, days=25)
    assert "30 whole days" in why_it_stays(hold, days=55)
    assert HoldTerm.objects.get(hold=hold[0]).earliest_end_at == act(days=25 + 31).now
    check_holds_may_end([hold[0].pk], now=act(days=56).now)


def test_each_is_written_to_in_their_own_language_about_what_changed(incident: Incident):
    plan(incident, cohort="everyone")
    batch = LetterWriter(incident, SENDER, today=act(days=20).now).notices()
    letters = {(i.letter.template, i.letter.language): i.letter for i in batch.letters if i.letter.changes}
    assert letters["supplementary_notice", "es"].changes == tuple(WORDS["es"])
    assert letters["supplementary_notice", "en"].changes == tuple(WORDS["en"])
    assert letters["representative_supplementary_notice", "en"].changes == tuple(WORDS["en"])
    assert all(missing_elements(letter) == () for letter in letters.values())
    first = [i.letter for i in batch.letters if not i.letter.changes]
    assert {letter.template for letter in first} <= {"breach_notice", "representative_notice"}


def test_the_same_words_to_the_same_people_are_planned_once(incident: Incident):
    assert not plan(incident, cohort="represented").already
    before = everything()
    assert plan(incident, cohort="represented").already
    assert everything() == before
    wider = plan(incident, cohort="everyone")
    assert wider.number == 1
    assert wider.to_persons > 0
    other = plan(incident, cohort="everyone", words={"en": ["More."], "es": ["Más."]})
    assert other.number == 2


def test_the_entry_says_how_many_and_quotes_no_words(incident: Incident):
    planned = plan(incident, cohort="everyone")
    entry = list(journal.entries())[-1]
    assert entry.verb == "plan_supplementary_notice"
    assert (entry.detail["to_persons"], entry.detail["holds_extended"]) == (
        planned.to_persons,
        planned.holds_extended,
    )
    assert WORDS["en"][0] not in repr(entry)


@pytest.mark.parametrize(
    "words", [{}, {"en": ["New."]}, {"en": ["New.", "More."], "es": ["Nuevo."]}, {"en": [" "], "es": [" "]}]
)
def test_what_changed_is_said_in_every_language_or_not_at_all(incident: Incident, words):
    before = everything()
    with pytest.raises(UsageError) as refused:
        plan(incident, cohort="everyone", words=words)
    assert refused.value.code == "what-changed-missing"
    assert everything() == before


def test_a_cohort_that_the_playbook_does_not_have_and_an_empty_list_are_refused(incident: Incident):
    for told, code in (({"cohort": "nobody"}, "cohort-unknown"), ({"holds": ()}, "persons-unknown")):
        with pytest.raises(UsageError) as refused:
            plan(incident, **told)
        assert refused.value.code == code


def test_a_closed_incident_tells_nobody_anything_new(incident: Incident):
    Incident.objects.filter(pk=incident.pk).update(closed_at=act().now)
    with pytest.raises(RefusalError, match="is closed"):
        plan(incident, cohort="everyone")
