"""What system X was told about this person on 3 December at noon, and why: told again, and checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from amends.casework.look_up_answers import AnswersFound, When, Whom, look_up_answers
from amends.casework.place_again import place_again
from amends.casework.rekey_fingerprints import RegistrySource, rekey_fingerprints
from amends.casework.set_unknown_answer import set_unknown_answer
from amends.ledger import journal
from amends.ledger.models import FormerFingerprint, GateState, Incident, KnownIdentifier, Remedy
from amends.vocabulary.errors import UsageError
from amends.vocabulary.personal import Personal
from tests.unit.casework.gate_records import GateRecord
from tests.unit.casework.hand_made import NOW, HandMade, act, person, remedies
from tests.unit.casework.officers import QUICK_HASHER, two_officers
from tests.unit.casework.test_holds import step, tell
from tests.unit.casework.test_releases import approve, ask

LIFTED = 40.0
AGAIN = 50.0


@pytest.fixture
def world(people: HandMade) -> tuple[Incident, Remedy, GateRecord]:
    """Boris is held, lifted on day 40 and held again on day 50; the gate has a record of its own."""
    with override_settings(PASSWORD_HASHERS=QUICK_HASHER):
        incident = people.planned()
        two_officers()
        boris = person(incident, "P3")
        tell(incident, [n for n in remedies(incident, "notice", boris) if n.addressee != "tribunal"], days=1)
        reviews = remedies(incident, "review", boris)
        step(incident, reviews, "begin")
        step(incident, reviews, "grant")
        (hold,) = remedies(incident, "hold", boris, row__isnull=False)
        approve(ask(incident, [hold], days=LIFTED), 1, days=LIFTED)
        place_again(incident=incident, holds=[hold.pk], act=act("threat", days=AGAIN))
    return incident, hold, GateRecord(people.ledger.home.folder)


def text_of(hold: Remedy) -> str:
    assert hold.row is not None
    return hold.row.identifier_fingerprint


def generations(hold: Remedy) -> dict[str, int]:
    return dict(hold.events.order_by("id").values_list("event", "generation"))


def look(hold: Remedy, begins: float | None, ends: float, **about: str) -> AnswersFound:
    when = When(None if begins is None else NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    return look_up_answers(whom=Whom(holds=(hold.pk,)), when=when, act=act("court asks"), **about)


def test_each_answer_is_set_beside_what_the_ledger_held_then(world):
    _, hold, record = world
    at, text = generations(hold), text_of(hold)
    record.record(NOW + timedelta(days=3), text, "hold", "held", hold=hold.reference, generation=at["placed"])
    record.record(NOW + timedelta(days=45), text, "clear", "not_held", generation=at["lifted"])
    record.record(
        NOW + timedelta(days=51), text, "hold", "held", hold=hold.reference, generation=at["placed_again"]
    )
    record.record(NOW + timedelta(days=52), text, "hold", "database_timeout", generation=0)
    record.record(NOW + timedelta(days=4), "e" * 32, "clear", "not_held")
    found = look(hold, 0, 60)
    assert [(a.given.answer, a.agreement) for a in found.answers] == [
        ("hold", "agrees"),
        ("clear", "agrees"),
        ("hold", "agrees"),
        ("hold", "cautious"),
    ]
    assert found.answers[0].held_in_its_generation == (hold.reference,)
    assert found.answers[1].held_in_its_generation == ()
    assert found.chain is not None
    assert found.chain.broken == ()


def test_a_clear_that_was_given_while_the_hold_stood_is_found(world):
    _, hold, record = world
    record.record(
        NOW + timedelta(days=3), text_of(hold), "clear", "not_held", generation=generations(hold)["placed"]
    )
    (answer,) = look(hold, 0, 60).answers
    assert answer.agreement == "disagrees"
    assert hold.reference in answer.explanation


def test_a_hold_that_the_ledger_does_not_know_is_found(world):
    _, hold, record = world
    record.record(
        NOW + timedelta(days=45),
        text_of(hold),
        "hold",
        "held",
        hold="H-999999",
        generation=generations(hold)["lifted"],
    )
    (answer,) = look(hold, 0, 60).answers
    assert answer.agreement == "disagrees"


def test_a_change_that_carries_an_earlier_time_than_the_gate_could_see_it_is_explained(world):
    _, hold, record = world
    at = generations(hold)
    record.record(
        NOW + timedelta(days=AGAIN, seconds=1), text_of(hold), "clear", "not_held", generation=at["lifted"]
    )
    (answer,) = look(hold, 49, 60).answers
    assert (answer.agreement, answer.held_at_its_time) == ("agrees", (hold.reference,))
    assert "committed after" in answer.explanation


def test_a_clear_before_the_row_was_linked_says_that_it_cannot_be_told(world):
    incident, hold, record = world
    other = next(iter(set(hold.identifiers.values_list("fingerprint", flat=True)) - {text_of(hold)}), None)
    if other is None:
        other = "d" * 32
        hold.identifiers.create(fingerprint=other, key_id="00000000")
    Incident.objects.filter(pk=incident.pk).update(identified_at=NOW + timedelta(days=5))
    record.record(NOW + timedelta(days=3), other, "clear", "not_held", generation=generations(hold)["placed"])
    (answer,) = look(hold, 0, 60).answers
    assert answer.agreement == "cannot be told"


def test_what_stood_at_an_instant_is_the_last_answer_before_it_and_what_would_have_been_said(world):
    _, hold, record = world
    at, text = generations(hold), text_of(hold)
    record.record(NOW + timedelta(days=3), text, "hold", "held", hold=hold.reference, generation=at["placed"])
    record.record(NOW + timedelta(days=5), text, "hold", "held", hold=hold.reference, generation=at["placed"])
    record.record(NOW + timedelta(days=45), text, "clear", "not_held", generation=at["lifted"])
    found = look(hold, None, 30)
    assert [a.given.at for a in found.answers] == [NOW + timedelta(days=5)]
    assert [(w.answer, w.reason, w.holds) for w in found.would_be] == [("hold", "held", (hold.reference,))]
    KnownIdentifier.objects.create(fingerprint=text, key_id="00000000")
    assert [(w.answer, w.reason) for w in look(hold, None, 46).would_be] == [("clear", "not_held")]
    assert [(w.answer, w.reason) for w in look(hold, None, 51).would_be] == [("hold", "held")]
    assert [w.answer for w in look(hold, None, -1).would_be] == ["clear"]


def test_when_nobody_asked_it_is_told_what_would_have_been_said(world):
    _, hold, _ = world
    found = look(hold, None, 46, system="flights")
    assert (found.answers, found.chain) == ((), None)
    assert [(w.answer, w.reason) for w in found.would_be] == [("hold", "identifier_unknown")]
    set_unknown_answer(unknown_is_hold=False, act=act("no registry", days=44))
    assert [w.answer for w in look(hold, None, 46).would_be] == ["clear"]
    assert [w.answer for w in look(hold, None, 43).would_be] == ["hold"]


def test_an_answer_that_never_left_the_gate_is_marked_and_does_not_stand(world):
    _, hold, record = world
    at, text = generations(hold), text_of(hold)
    unsent = record.record(NOW + timedelta(days=45), text, "clear", "not_held", generation=at["lifted"])
    record.record(NOW + timedelta(days=45, seconds=1), text, "hold", "database_timeout", instead_of=unsent)
    assert [a.given.sent for a in look(hold, 44, 46).answers] == [False, True]
    (stood,) = look(hold, None, 46).answers
    assert stood.given.reason == "database_timeout"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answers SET answer = 'clear', reason = 'not_held' WHERE id = 1002",
        "DELETE FROM answers WHERE id = 1002",
        "DELETE FROM batches WHERE id = 2",
        "UPDATE batches SET digest = 'x' WHERE id = 2",
        "INSERT INTO answers SELECT 1002000, 2, at, system, api_key, key_kind, action, fingerprint, key_id, answer,"
        " reason, hold_reference, generation, 7, expires_at, receipt, late, instead_of FROM answers WHERE id = 1002",
    ],
)
def test_a_record_that_was_changed_behind_the_gate_shows(world, statement):
    _, hold, record = world
    text = text_of(hold)
    for day in (3, 4, 5):
        record.record(NOW + timedelta(days=day), text, "hold", "held", hold=hold.reference, generation=1)
    intact = look(hold, 0, 60).chain
    assert intact is not None
    assert (intact.batches, intact.broken) == (3, ())
    record.tamper(statement)
    changed = look(hold, 0, 60).chain
    assert changed is not None
    assert changed.broken != ()


def test_every_look_up_is_journalled_with_its_purpose_and_without_identifier(world):
    incident, hold, record = world
    record.record(NOW + timedelta(days=3), text_of(hold), "hold", "held", hold=hold.reference)
    look_up_answers(
        whom=Whom(identifier=Personal("A 200-000-003")),
        when=When(NOW, NOW + timedelta(days=9)),
        act=act("the court asks"),
    )
    entry = list(journal.entries())[-1]
    assert (entry.verb, entry.reason) == ("look_up_answers", "the court asks")
    assert entry.detail["holds"] == [hold.reference]
    assert entry.detail["answers"] == 1
    assert "200000003" not in repr(entry)
    assert text_of(hold) not in repr(entry)


def test_a_row_names_the_person_too_and_nobody_is_named_twice(world):
    incident, hold, record = world
    record.record(NOW + timedelta(days=3), text_of(hold), "hold", "held", hold=hold.reference)
    when = When(NOW, NOW + timedelta(days=9))
    found = look_up_answers(whom=Whom(incident=incident, row=3), when=when, act=act("asks"))
    assert len(found.answers) == 1
    for whom in (Whom(), Whom(holds=(hold.pk,), identifier=Personal("A200000003"))):
        with pytest.raises(UsageError) as refused:
            look_up_answers(whom=whom, when=when, act=act("asks"))
        assert refused.value.code == "person-not-named"
    with pytest.raises(UsageError) as refused:
        look_up_answers(whom=Whom(incident=incident, row=999), when=when, act=act("asks"))
    assert refused.value.code == "row-unknown"


def test_answers_from_before_a_new_fingerprint_key_are_found_by_hold_and_by_identifier(world, people):
    _, hold, record = world
    before = text_of(hold)
    record.record(
        NOW + timedelta(days=3),
        before,
        "hold",
        "held",
        hold=hold.reference,
        generation=generations(hold)["placed"],
    )
    for _ in range(2):
        rekey_fingerprints(act=act("seen", days=51), source=RegistrySource(people.registry, people.mapping))
    hold.refresh_from_db()
    when = When(NOW, NOW + timedelta(days=60))
    for whom in (Whom(holds=(hold.pk,)), Whom(identifier=Personal("A200000003"))):
        found = look_up_answers(whom=whom, when=when, act=act("court asks"))
        assert [(a.given.fingerprint, a.agreement) for a in found.answers] == [(before, "agrees")]
        assert found.gaps == ()
    FormerFingerprint.objects.all().delete()
    found = look_up_answers(whom=Whom(holds=(hold.pk,)), when=when, act=act("court asks"))
    assert (found.answers, len(found.gaps)) == ((), 1)
    assert list(journal.entries())[-1].detail["record_intact"] is None


def test_setting_what_an_unknown_identifier_is_answered_moves_the_generation_once(ledger):
    before = GateState.objects.get().generation
    assert not set_unknown_answer(unknown_is_hold=False, act=act("no registry")).already
    assert GateState.objects.get().generation == before + 1
    assert set_unknown_answer(unknown_is_hold=False, act=act("no registry")).already
    assert GateState.objects.get().generation == before + 1
