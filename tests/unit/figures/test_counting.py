"""Figures come out of the ledger by their queries, and what does not add up is named."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from amends.casework.plan_remedies import plan_remedies
from amends.casework.publish_figures import publish_figures
from amends.figures.counting import Discrepancy, count_figures, discrepancies
from amends.figures.definitions import FigureDefinition, FigureSet, Reconciliation, figure_set
from amends.ledger.models import Figure, LeakedRow, Remedy
from amends.vocabulary.errors import RefusalError
from tests.ledger_cases import a_recipient, an_act, identified, incident_with_rows, protected_incident

PEOPLE: list[dict[str, Any]] = [
    {"status_at_exposure": "in_custody", "represented": True, "facts": {"fear_finding": "positive"}},
    {"status_at_exposure": "in_custody"},
    {"status_at_exposure": "released", "status_at_hold": "removed", "removal_phase": "before_hold"},
    {"status_at_exposure": "removed", "status_at_hold": "removed", "removal_phase": "before_exposure"},
    {"status_at_exposure": "other", "registry_person_id": ""},
]
COUNTED_BY_HAND = {
    "rows": 7,
    "rows_matched": 4,
    "rows_review": 1,
    "rows_refused": 2,
    "rows_duplicate": 0,
    "rows_out_of_scope": 0,
    "rows_unmatched": 0,
    "rows_hidden": 0,
    "persons": 5,
    "persons_identified": 4,
    "persons_not_identified": 1,
    "persons_in_other_incidents": 1,
    "in_custody_at_exposure": 2,
    "released_at_exposure": 1,
    "removed_at_exposure": 1,
    "not_in_custody_at_exposure": 2,
    "status_unknown_at_exposure": 1,
    "removed_before_discovery": 1,
    "removed_between_exposure_and_hold": 1,
    "removed_after_hold": 0,
    "holds_placed": 7,
    "holds_in_force": 7,
    "holds_lifted": 0,
    "measures_withdrawn": 0,
    "custody_reviews": 2,
    "custody_reviews_released": 0,
    "custody_reviews_under_review": 2,
    "custody_reviews_other": 0,
    "reviews": 8,
    "reviews_not_assigned": 8,
    "reviews_under_review": 0,
    "reviews_awaiting_second_look": 0,
    "reviews_closed": 0,
    "breaches": 0,
    "breaches_open": 0,
    "breaches_settled": 0,
    "returns": 2,
    "persons_represented": 1,
    "notices": 7,
    "notices_to_persons": 5,
    "notices_to_representatives": 1,
    "notices_to_tribunals": 1,
    "notices_to_guardians_and_kin": 0,
    "persons_owed_a_notice": 5,
    "represented_and_owed_a_notice": 1,
    "represented_and_owed_none": 0,
    "certificates": 0,
    "persons_told": 0,
    "persons_not_told": 5,
    "notices_not_written": 7,
    "notices_prepared": 0,
    "notices_settled": 0,
    "clients": 3,
    "recipients": 2,
    "recipients_full_copy": 1,
    "recipients_not_full_copy": 1,
    "clients_without_data": 1,
    "clawbacks": 2,
}


def values(incident) -> dict[str, int]:
    with transaction.atomic():
        return {figure.name: figure.value for figure in count_figures(incident)}


@pytest.fixture
def incident(ledger, tmp_path):
    """Seven rows, five people, three clients; and another incident with one of the same people."""
    made = protected_incident(tmp_path, 7)
    persons = identified(made, PEOPLE)
    LeakedRow.objects.filter(person=persons[4]).update(outcome="review", judgement="unsure")
    a_recipient(made, "198.51.100.1")
    a_recipient(made, "198.51.100.2", verdict="partial", recipient_class="crawler")
    a_recipient(made, "198.51.100.3", verdict="nothing", obtained_data=False)
    plan_remedies(incident=made, act=an_act())
    other = incident_with_rows(2, reference="2031-03-04-0123456789")
    identified(other, [{"registry_person_id": persons[0].registry_person_id}, {"registry_person_id": ""}])
    a_recipient(other, "198.51.100.1")
    return made


def test_every_figure_is_what_a_person_counts_by_hand(incident):
    assert values(incident) == COUNTED_BY_HAND


def test_the_figures_add_up(incident):
    assert discrepancies(values(incident), figure_set().reconciliations) == ()


def test_every_query_runs_on_an_empty_incident_and_counts_nothing(ledger):
    assert set(values(incident_with_rows(0)).values()) == {0}


def test_two_notices_to_one_person_and_two_holds_on_one_row_are_one_person_and_one_row(incident):
    for remedy in (Remedy.objects.filter(addressee="person")[0], Remedy.objects.filter(kind="hold")[0]):
        remedy.pk, remedy.entitlement = None, f"second_{remedy.kind}"
        remedy.save()
    counted = values(incident)
    assert (counted["notices"], counted["persons_owed_a_notice"]) == (8, 5)
    assert (counted["holds_placed"], counted["holds_in_force"], counted["holds_lifted"]) == (7, 7, 0)
    assert discrepancies(counted, figure_set().reconciliations) == ()
    # A row of which one hold is lifted and another stands is still held.
    Remedy.objects.filter(entitlement="second_hold").update(state="lifted")
    assert values(incident)["holds_lifted"] == 0


def test_what_was_withdrawn_is_owed_to_nobody_and_counted_apart(incident):
    Remedy.objects.filter(addressee="tribunal").update(state="withdrawn")
    counted = values(incident)
    assert (counted["notices_to_tribunals"], counted["notices"], counted["measures_withdrawn"]) == (0, 6, 1)
    assert discrepancies(counted, figure_set().reconciliations) == ()


def test_who_is_told_is_counted_of_persons_and_not_of_their_representatives(incident):
    Remedy.objects.filter(kind="notice", addressee="representative").update(state="delivered")
    assert (values(incident)["persons_told"], values(incident)["persons_not_told"]) == (0, 5)
    Remedy.objects.filter(kind="notice", addressee="person").update(state="delivered")
    assert (values(incident)["persons_told"], values(incident)["notices_settled"]) == (5, 6)


def test_a_figure_can_be_made_again_by_anyone_with_the_query_that_was_published(incident):
    publish_figures(incident=incident, act=an_act())
    for figure in Figure.objects.filter(incident=incident):
        with connection.cursor() as cursor:
            cursor.execute(figure.query, {"incident": incident.pk, "yes": True, "no": False})
            assert cursor.fetchone()[0] == figure.value, figure.name


def test_publishing_again_makes_no_new_edition_until_a_value_changes(incident):
    assert publish_figures(incident=incident, act=an_act()).edition == 1
    assert publish_figures(incident=incident, act=an_act()).already
    Remedy.objects.filter(kind="hold", row__isnull=False).update(state="lifted")
    assert publish_figures(incident=incident, act=an_act()).edition == 2


def test_figures_that_do_not_add_up_are_named_and_not_published(incident):
    LeakedRow.objects.filter(incident=incident, outcome="match").update(outcome="")
    with pytest.raises(RefusalError) as refused:
        publish_figures(incident=incident, act=an_act())
    assert refused.value.code == "figures-do-not-reconcile"
    assert "rows is 7, but rows_matched +" in refused.value.message
    assert not Figure.objects.exists()


def test_a_lost_notice_is_named(incident):
    Remedy.objects.filter(kind="notice", addressee="person")[0].delete()
    names = {item.total for item in discrepancies(values(incident), figure_set().reconciliations)}
    assert names == {"persons"}


def test_a_discrepancy_says_both_sides():
    found = discrepancies({"all": 5, "a": 2, "b": 2}, (Reconciliation("all", ("a", "b")),))
    assert found == (Discrepancy("all", 5, ("a", "b"), 4),)
    assert str(found[0]) == "all is 5, but a + b is 4"


def test_a_query_that_does_not_run_is_an_error_and_no_figure(ledger):
    wrong = FigureSet((FigureDefinition("x", "X", "g", "SELECT COUNT(*) FROM nowhere"),), ())
    with pytest.raises(DatabaseError), transaction.atomic():
        count_figures(incident_with_rows(0), wrong)


# ------------------------------------------------------------------ the definitions


def test_names_are_given_once_and_every_sum_is_of_known_figures():
    names = [figure.name for figure in figure_set().figures]
    assert len(set(names)) == len(names)
    for item in figure_set().reconciliations:
        assert {item.total, *item.parts} <= set(names)
        assert item.total not in item.parts


def test_every_query_only_reads_counts_and_asks_for_one_incident():
    for figure in figure_set().figures:
        assert figure.query.upper().startswith("SELECT COUNT(*)"), figure.name
        assert "%(incident)s" in figure.query, figure.name
        assert not re.search(r"\b(INSERT|UPDATE|DELETE|DROP|ALTER|ATTACH)\b|;", figure.query, re.IGNORECASE)


def test_figures_of_one_group_stand_together():
    groups = [figure.group for figure in figure_set().figures]
    assert len([a for a, b in zip(groups, groups[1:], strict=False) if a != b]) == len(set(groups)) - 1


def test_names_fit_their_column():
    longest = Figure._meta.get_field("name").max_length or 0
    assert all(len(figure.name) <= longest for figure in figure_set().figures)


def test_a_sum_of_unknown_figures_is_refused(monkeypatch, tmp_path):
    (tmp_path / "definitions.toml").write_text(
        '[[figure]]\nname = "a"\ntitle = "A"\ngroup = "g"\nquery = "SELECT 1"\n'
        '[[reconciliation]]\ntotal = "a"\nparts = ["b"]\n'
    )
    monkeypatch.setattr("amends.figures.definitions.resources.files", lambda _package: tmp_path)
    figure_set.cache_clear()
    try:
        with pytest.raises(KeyError, match="b"):
            figure_set()
    finally:
        monkeypatch.undo()
        figure_set.cache_clear()
