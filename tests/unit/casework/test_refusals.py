"""What the verbs refuse: the wrong order, the wrong step, nobody's act, and everything in a closed incident."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amends.casework import permissions
from amends.casework.acts import Act
from amends.casework.advance_remedy import advance_remedy
from amends.casework.close_incident import close_incident, what_is_open
from amends.casework.plan_remedies import plan_remedies
from amends.casework.publish_figures import publish_figures
from amends.casework.visibility import check_may_see_register
from amends.ledger import journal
from amends.ledger.models import Duty, Incident, LeakedRow, Remedy
from amends.scan.audience_screening import Conditions
from amends.scan.tables import OpenedFile
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from tests.unit.casework.duties_at_hand import attempts_on_duties
from tests.unit.casework.hand_made import NOW, HandMade, act, everything, journal_verbs, remedies
from tests.unit.casework.sealed_ledger import attempts_on_keys_and_copies


def test_an_act_without_an_actor_is_refused():
    with pytest.raises(UsageError) as refused:
        Act(" ", "a reason", NOW)
    assert refused.value.code == "actor-missing"


def test_an_act_without_a_reason_is_refused():
    with pytest.raises(UsageError) as refused:
        Act("operator", "\t", NOW)
    assert refused.value.code == "reason-missing"


@pytest.mark.parametrize(("actor", "reason"), [("a" * 81, "why"), ("who", "w" * 501)])
def test_an_act_with_more_words_than_the_journal_can_hold_is_refused_and_not_cut_short(actor, reason):
    Act("a" * 80, "w" * 500, NOW)
    with pytest.raises(UsageError) as refused:
        Act(actor, reason, NOW)
    assert refused.value.code == "text-too-long"


def test_an_act_at_an_instant_without_a_zone_is_refused():
    with pytest.raises(UsageError) as refused:
        Act("operator", "a reason", NOW.replace(tzinfo=None))
    assert refused.value.code == "time-without-zone"


def test_nobody_has_a_right_that_is_no_verb():
    for verb in permissions.VERBS:
        permissions.check_may(act(), verb)
    with pytest.raises(RefusalError) as refused:
        permissions.check_may(act(), "delete_incident")
    assert refused.value.code == "not-permitted"


def test_every_verb_asks_for_its_own_permission(monkeypatch, people: HandMade):
    """Asked of the verbs by running them with an actor who may do nothing."""
    incident = people.planned()
    before = everything()

    def nothing(asking, verb):
        raise RefusalError("not-permitted", verb, hint="")

    import amends.casework.assess_exposure as assessing
    import amends.casework.count_affected as counting
    import amends.casework.identify_affected as identifying
    import amends.casework.open_incident as opening
    import amends.casework.protect_population as protecting
    import amends.casework.screen_release as screening
    from amends.casework import advance_remedy as advancing
    from amends.casework import close_incident as closing
    from amends.casework import plan_remedies as planning
    from amends.casework import publish_figures as publishing

    attempts = {
        opening: lambda: opening.open_incident(facts=people.facts(), act=act()),
        protecting: lambda: protecting.protect_population(
            incident=incident, listing=people.listing, mapping=people.mapping, act=act()
        ),
        assessing: lambda: assessing.assess_exposure(incident=incident, assess=lambda: None, act=act()),  # type: ignore[arg-type,return-value]
        identifying: lambda: people.identify(incident),
        planning: lambda: planning.plan_remedies(incident=incident, act=act()),
        advancing: lambda: advancing.advance_remedy(incident=incident, remedies=[], step="lift", act=act()),
        publishing: lambda: publishing.publish_figures(incident=incident, act=act()),
        closing: lambda: closing.close_incident(incident=incident, act=act()),
        counting: lambda: counting.count_affected(incident=incident, opened=OpenedFile((), ()), act=act()),
        screening: lambda: screening.screen_release(
            path=people.folder / "x", conditions=Conditions(), act=act()
        ),
        **attempts_on_duties(people, incident),
        **attempts_on_keys_and_copies(people, incident),
    }
    asked = []
    for module, attempt in attempts.items():
        monkeypatch.setattr(module, "check_may", nothing)
        with pytest.raises(RefusalError) as refused:
            attempt()
        asked.append(refused.value.message)
    assert sorted(asked) == sorted(module.__name__.rpartition(".")[2] for module in attempts)
    assert set(asked) <= permissions.VERBS
    assert everything() == before


def test_each_right_is_asked_for_by_the_verb_of_its_name_and_by_no_other():
    folder = Path(permissions.__file__).parent
    sources = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.py")}

    def asks(source: str, verb: str) -> bool:
        named = f'_VERB = "{verb}"' in source or f'_VERB: Final = "{verb}"' in source
        return f'check_may(act, "{verb}")' in source or (named and "check_may(act, _VERB)" in source)

    asked = {
        verb: {name for name, source in sources.items() if asks(source, verb)} for verb in permissions.VERBS
    }
    assert asked == {verb: {verb} for verb in permissions.VERBS}


def test_nobody_is_categorised_before_everybody_is_held(people: HandMade):
    incident = people.opened()
    before = everything()
    with pytest.raises(RefusalError) as refused:
        people.identify(incident)
    assert refused.value.code == "population-not-protected"
    assert everything() == before


def test_nothing_is_planned_before_the_rows_have_been_judged(people: HandMade):
    incident = people.protected()
    before = everything()
    with pytest.raises(RefusalError) as refused:
        plan_remedies(incident=incident, act=act())
    assert refused.value.code == "not-identified"
    assert everything() == before


def test_an_incident_closes_only_when_nothing_hangs_and_says_what_does(people: HandMade):
    incident = people.planned()
    still_open = what_is_open(incident)
    assert {"holds", "notices", "reviews", "returns", "clawbacks", "duties"} <= set(still_open)
    before = everything()
    with pytest.raises(RefusalError) as refused:
        close_incident(incident=incident, act=act())
    assert refused.value.code == "incident-not-finished"
    for name, count in still_open.items():
        assert re.search(rf"\b{count} {name.replace('_', ' ')}", refused.value.message)
    assert everything() == before


def test_an_incident_without_a_plan_does_not_close_even_where_nothing_else_hangs(people: HandMade):
    incident = people.opened()
    Duty.objects.update(state="settled")
    with pytest.raises(RefusalError) as refused:
        close_incident(incident=incident, act=act())
    assert "1 plan" in refused.value.message


def test_an_incident_in_which_nothing_hangs_closes_once(people: HandMade):
    from amends.remedy.workflow_table import final_states

    incident = people.planned()
    for kind, finals in final_states().items():
        Remedy.objects.filter(kind=kind).update(state=min(finals))
    LeakedRow.objects.filter(outcome="review").update(outcome="match")
    Duty.objects.update(state="settled")
    closed = close_incident(incident=incident, act=act("done")).incident
    assert closed.closed_at == NOW
    assert journal_verbs()[-1] == "close_incident"


def test_a_closed_incident_is_not_written_into(people: HandMade):
    incident = people.planned()
    Incident.objects.update(closed_at=NOW)
    before = everything()
    hold = remedies(incident, "hold")[0].pk
    attempts = (
        lambda: plan_remedies(incident=incident, act=act()),
        lambda: publish_figures(incident=incident, act=act()),
        lambda: advance_remedy(incident=incident, remedies=[hold], step="extend", act=act()),
        lambda: close_incident(incident=incident, act=act()),
        lambda: people.identify(incident),
    )
    for attempt in attempts:
        with pytest.raises(RefusalError) as refused:
            attempt()
        assert refused.value.code == "incident-closed"
    assert everything() == before


def test_a_step_that_the_state_does_not_have_is_refused_with_the_steps_there_are(people: HandMade):
    incident = people.planned()
    notice = remedies(incident, "notice")[0].pk
    before = everything()
    with pytest.raises(RefusalError) as refused:
        advance_remedy(incident=incident, remedies=[notice], step="prove_delivery", act=act())
    assert refused.value.code == "transition-not-allowed"
    assert "prepare" in refused.value.hint
    assert everything() == before


def test_of_several_remedies_all_take_the_step_or_none(people: HandMade):
    incident = people.planned()
    notices = remedies(incident, "notice")
    advance_remedy(incident=incident, remedies=[notices[0].pk], step="withhold", act=act("a reason"))
    before = everything()
    with pytest.raises(RefusalError):
        advance_remedy(
            incident=incident, remedies=[n.pk for n in notices], step="release", act=act("a reason")
        )
    assert everything() == before


def test_remedies_of_two_kinds_or_of_nobody_are_refused(people: HandMade):
    incident = people.planned()
    hold, notice = remedies(incident, "hold")[0].pk, remedies(incident, "notice")[0].pk
    for listed in ([hold, notice], [hold, 999_999]):
        with pytest.raises(UsageError) as refused:
            advance_remedy(incident=incident, remedies=listed, step="extend", act=act())
        assert refused.value.code == "remedies-unknown"


def test_a_clawback_letter_does_not_leave_before_the_leak_is_acknowledged_in_public(people: HandMade):
    from amends.casework.advance_remedy import Letterhead, Shown

    incident = people.planned()
    (asked,) = remedies(incident, "clawback")
    shown = Shown(content={asked.pk: Letterhead("0" * 64, "en", "post")})
    advance_remedy(incident=incident, remedies=[asked.pk], step="prepare", act=act(), shown=shown)
    with pytest.raises(RefusalError) as refused:
        advance_remedy(incident=incident, remedies=[asked.pk], step="send", act=act())
    assert refused.value.code == "evidence-missing"
    assert "public acknowledgement" in refused.value.message
    said = Shown(public_acknowledgement="press release of 2022-12-02")
    advance_remedy(incident=incident, remedies=[asked.pk], step="send", act=act(), shown=said)
    assert remedies(incident, "clawback")[0].state == "sent"


def test_the_register_is_withheld_unless_somebody_asked_for_it():
    check_may_see_register(asked_for=True, actor="operator")
    for asked_for, actor in ((False, "operator"), (True, " ")):
        with pytest.raises(RefusalError) as refused:
            check_may_see_register(asked_for=asked_for, actor=actor)
        assert refused.value.code == "register-withheld"


def test_a_change_whose_entry_cannot_be_written_does_not_happen(monkeypatch, people: HandMade):
    incident = people.planned()
    before = everything()
    notice = remedies(incident, "notice")[0].pk

    def torn(*_args, **_more):
        raise FaultError("journal-torn", "the journal could not be written", hint="")

    monkeypatch.setattr(journal, "append", torn)
    for attempt in (
        lambda: publish_figures(incident=incident, act=act()),
        lambda: advance_remedy(incident=incident, remedies=[notice], step="withhold", act=act()),
        lambda: people.opened(exposed_from=NOW.replace(day=28, hour=14)),
    ):
        with pytest.raises(FaultError):
            attempt()
    assert everything() == before


def test_a_ledger_that_another_program_holds_is_a_fault_and_nothing_is_changed(people: HandMade, ledger):
    import sqlite3
    from contextlib import closing

    from django.db import connection

    if ledger.is_postgresql:
        pytest.skip("PostgreSQL queues writers")
    incident = people.planned()
    before = everything()
    with closing(sqlite3.connect(ledger.home.database)) as other, connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FaultError) as failed:
            publish_figures(incident=incident, act=act())
        other.rollback()
    assert failed.value.code == "ledger-unavailable"
    assert everything() == before
