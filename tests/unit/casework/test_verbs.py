"""The verbs in their order: one entry for each change, none where nothing changed, and nobody left out."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import transaction

from amends.casework.advance_remedy import as_ranges
from amends.casework.open_incident import open_incident
from amends.casework.plan_remedies import plan_remedies
from amends.casework.protect_population import protect_population
from amends.casework.publish_figures import publish_figures
from amends.casework.queries.incidents import all_incidents, find_incident
from amends.ledger import journal
from amends.ledger.chain import verify
from amends.ledger.models import AffectedPerson, Artefact, Incident, LeakedRow, Recipient, Remedy
from amends.vocabulary.errors import UsageError
from tests.unit.casework.hand_made import (
    EXPOSED,
    HandMade,
    act,
    everything,
    journal_verbs,
    person,
    remedies,
)


def test_each_verb_writes_one_entry_and_a_second_time_none(people: HandMade):
    incident = people.planned()
    publish_figures(incident=incident, act=act())
    verbs = journal_verbs()
    assert verbs == [
        "open_incident",
        "protect_population",
        "assess_exposure",
        "identify_affected",
        "plan_remedies",
        "publish_figures",
    ]
    before = everything()
    again = people.planned()
    published = publish_figures(incident=again, act=act(days=3))
    assert published.already
    assert everything() == before


def test_the_journal_of_the_walk_is_an_unbroken_chain(people: HandMade):
    publish_figures(incident=people.planned(), act=act())
    assert verify(journal.entries(), expected_head=journal.head()) == ()


def test_every_row_is_held_before_anybody_knows_whose_it_is(people: HandMade):
    incident = people.protected()
    holds = remedies(incident, "hold")
    assert len(holds) == LeakedRow.objects.filter(incident=incident).count() == 8
    assert {hold.state for hold in holds} == {"in_force"}
    assert not AffectedPerson.objects.exists()


def test_every_row_ends_with_one_outcome_and_every_data_subject_is_one_person(people: HandMade):
    incident = people.identified()
    rows = LeakedRow.objects.filter(incident=incident).order_by("row_number")
    outcomes = {row.row_number: row.outcome for row in rows}
    assert outcomes[5] == "unmatched"
    assert sorted((outcomes[2], outcomes[8])) == ["duplicate", "match"]
    assert all(outcomes[number] == "match" for number in (3, 4, 6, 7, 9))
    assert AffectedPerson.objects.filter(incident=incident).count() == 7
    assert rows.filter(person=person(incident, "P2")).count() == 2


def test_who_was_removed_before_the_hold_is_known_and_owed_the_way_back(people: HandMade):
    incident = people.planned()
    gita = person(incident, "P9")
    assert (gita.status_at_exposure, gita.removal_phase) == ("in_custody", "before_hold")
    assert [remedy.person_id for remedy in remedies(incident, "return")] == [gita.pk]


def test_the_plan_leaves_nobody_without_a_hold_and_a_notice(people: HandMade):
    incident = people.planned()
    for each in AffectedPerson.objects.filter(incident=incident):
        assert remedies(incident, "hold", each)
        assert [n.addressee for n in remedies(incident, "notice", each)].count("person") == 1
    assert plan_remedies(incident=incident, act=act()).coverage.complete


def test_the_leaked_file_lies_sealed_in_the_vault_and_nowhere_in_clear(people: HandMade, ledger):
    incident = people.opened()
    (artefact,) = Artefact.objects.filter(incident=incident)
    sealed = (ledger.home.artefacts / f"{artefact.sha256}.sealed").read_bytes()
    assert artefact.sealed
    assert b"Petrov" not in sealed
    assert b"A20000" not in sealed
    from amends.ledger.vault import recover

    assert recover(artefact.sha256, home=ledger.home) == (people.folder / "leaked.csv").read_bytes()


def test_the_ledger_holds_no_name_number_or_address_in_clear(people: HandMade, ledger):
    people.planned()
    text = repr(everything())
    for secret in ("Petrov", "Okafor", "200000003", "ana@mail", "Long Road", "Rosa Counsel", "1978-04-23"):
        assert secret not in text
    if not ledger.is_postgresql:
        from django.db import connection

        connection.close()
        stored = b"".join(path.read_bytes() for path in ledger.home.folder.glob("ledger.sqlite3*"))
        assert b"Petrov" not in stored
        assert b"200000003" not in stored


def test_the_same_leak_is_the_same_incident_and_another_leak_another(people: HandMade):
    first = people.opened()
    assert open_incident(facts=people.facts(), act=act()).already
    other = people.opened(exposed_from=EXPOSED.replace(minute=46))
    assert other.reference != first.reference
    assert {incident.reference for incident in all_incidents()} == {first.reference, other.reference}


def test_the_same_leak_with_another_report_time_is_refused(people: HandMade):
    people.opened()
    with pytest.raises(UsageError) as refused:
        people.opened(reported_at=EXPOSED.replace(hour=17))
    assert refused.value.code == "incident-differs"
    assert "reported at" in refused.value.message


def test_an_incident_is_found_by_its_reference_and_the_others_are_named_where_it_is_not(people: HandMade):
    incident = people.opened()
    assert find_incident(incident.reference).pk == incident.pk
    with pytest.raises(UsageError) as refused:
        find_incident("2022-01-01-0000000000")
    assert incident.reference in refused.value.hint


def test_a_direct_disclosure_has_the_one_recipient_whom_it_was_made_to(people: HandMade):
    from amends.casework.assess_exposure import assess_exposure
    from amends.exposure.direct_disclosure import assess_direct_disclosure

    incident = people.opened(url="", disclosed_to="a foreign government", removed_at=EXPOSED)
    protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act())
    assess_exposure(
        incident=incident,
        assess=lambda: assess_direct_disclosure(begins=EXPOSED, ends=EXPOSED),
        act=act(),
    )
    (recipient,) = Recipient.objects.filter(incident=incident)
    assert (recipient.address, recipient.verdict, recipient.obtained_data) == (
        "a foreign government",
        "full",
        True,
    )


def test_the_logs_are_read_once(people: HandMade):
    from amends.casework.assess_exposure import assess_exposure

    incident = people.assessed()

    def never():
        raise AssertionError("the logs were read a second time")

    assert assess_exposure(incident=incident, assess=never, act=act()).already


def test_a_walk_that_breaks_off_within_a_verb_starts_that_verb_again_and_doubles_nothing(
    people: HandMade, monkeypatch
):
    undisturbed = walked_after_a_crash(people, monkeypatch)
    assert undisturbed == (8, 8)


def test_without_one_transaction_the_same_crash_would_leave_rows_behind(people: HandMade, monkeypatch):
    """The twin: with change and entry apart, the count after the second run is wrong, or it cannot run."""
    monkeypatch.setattr(transaction, "atomic", nullcontext)
    monkeypatch.setattr(journal, "append", lambda *_args, **_more: None)
    from django.db import Error

    try:
        counted = walked_after_a_crash(people, monkeypatch)
    except Error:
        return
    assert counted != (8, 8)


def walked_after_a_crash(people: HandMade, monkeypatch) -> tuple[int, int]:
    """Crash after the rows are written and before the holds; then do it again. Return rows and holds."""
    import amends.casework.protect_population as protecting

    class PowerCutError(BaseException):
        pass

    def cut(*_args, **_more):
        raise PowerCutError

    incident = people.opened()
    with monkeypatch.context() as patched:
        patched.setattr(protecting, "place_population_hold", cut)
        with pytest.raises(PowerCutError):
            protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act())
    protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act())
    return (
        LeakedRow.objects.filter(incident=incident).count(),
        Remedy.objects.filter(incident=incident, kind="hold").count(),
    )


@pytest.mark.parametrize(
    ("keys", "short"),
    [([], ""), ([4], "4"), ([3, 4, 5], "3-5"), ([9, 3, 5, 4], "3-5, 9"), ([1, 3, 5], "1, 3, 5")],
)
def test_a_list_of_keys_is_written_in_ranges(keys, short):
    assert as_ranges(keys) == short


def test_incidents_are_listed_with_the_oldest_exposure_first(people: HandMade):
    later = people.opened(exposed_from=EXPOSED.replace(minute=50))
    earlier = people.opened()
    assert [incident.pk for incident in all_incidents()] == [earlier.pk, later.pk]
    assert Incident.objects.count() == 2
