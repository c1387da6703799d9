"""What its rule has ended is erased by two people, for good; nothing that is still needed is."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from amends.casework import apply_retention as applying
from amends.casework.apply_retention import apply_retention
from amends.casework.erasing.due import due_data, scopes_to_erase
from amends.casework.lift_preservation import lift_preservation
from amends.casework.preserve_evidence import preserve_evidence
from amends.casework.queries.keys import list_keys
from amends.casework.queries.letters import LetterWriter
from amends.casework.renew_data_keys import renew_data_keys
from amends.casework.results.journal_export import verify_ledger
from amends.casework.results.register_file import register_table
from amends.casework.results.report_file import write_report
from amends.figures.counting import count_figures
from amends.ledger import current
from amends.ledger.models import (
    AffectedPerson,
    Erasure,
    HeldIdentifier,
    Incident,
    LeakedRow,
    Remedy,
    Representative,
)
from amends.ledger.retention.rules import load_rules
from amends.ledger.sealing import Sealer
from amends.ledger.vault import recover
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from tests.killing import killed_at, moments_of
from tests.unit.casework.hand_made import NOW, HandMade, act, everything
from tests.unit.casework.sealed_ledger import (
    found_holds,
    gate_counts_agree,
    key_material,
    named_in_journal,
    opened_values,
)

RULES = load_rules()
LATER = 3_000
"""Days after which every standard rule has ended."""


def closed(people: HandMade) -> Incident:
    """The hand-made incident, planned, with every hold lifted and closed."""
    incident = people.planned()
    return closed_again(incident)


def closed_again(incident: Incident) -> Incident:
    Remedy.objects.filter(incident=incident, kind="hold").update(state="lifted")
    Incident.objects.filter(pk=incident.pk).update(closed_at=NOW)
    incident.refresh_from_db()
    return incident


def apply(incident: Incident, *, days: float = LATER, second: str = "records officer"):
    return apply_retention(
        incident=incident, rules=RULES, second_actor=second, act=act("rule ended", days=days)
    )


def refused_values(people: HandMade, incident: Incident) -> set[str]:
    """Try to open every sealed value of the incident, and return how that was refused."""
    from amends.ledger.sealed_fields import SEALED_FIELDS

    codes = set()
    for field in SEALED_FIELDS:
        if field.of_an_incident:
            for sealed, *parts in field.rows(incident.reference).values_list(field.column, *field.parts):
                with pytest.raises(FaultError) as refused:
                    Sealer(people.ledger.home).unseal(bytes(sealed), bound_to=field.bound_to.format(*parts))
                codes.add(refused.value.code)
    for artefact in incident.artefacts.filter(sealed=True):
        with pytest.raises(FaultError) as refused:
            recover(artefact.sha256, home=people.ledger.home)
        codes.add(refused.value.code)
    return codes


def test_what_was_erased_opens_for_nobody_and_says_that_it_was_erased(people: HandMade):
    incident = closed(people)
    applied = apply(incident)
    assert set(applied.erased) == {"leaked-file", "identifiers", "person-details"}
    assert refused_values(people, incident) == {"erased"}
    assert not list(people.ledger.home.artefacts.iterdir())
    assert set(applied.destroyed_keys) == set(named_in_journal("apply_retention", "erased_keys"))
    assert set(applied.destroyed_keys) == set(named_in_journal("apply_retention", "destroyed_keys"))
    assert len(applied.destroyed_keys) == 3
    assert list_keys().unfinished == ()


def test_fingerprints_go_with_the_identifiers_because_numbers_can_be_tried(people: HandMade):
    incident = closed(people)
    apply(incident)
    assert set(LeakedRow.objects.values_list("identifier_fingerprint", flat=True)) == {""}
    assert HeldIdentifier.objects.exclude(hold_id=0).count() == 0
    assert gate_counts_agree()


def test_a_representative_ends_with_the_last_person_for_whom_details_are_kept(people: HandMade):
    incident = closed(people)
    other = _another(people, 1)
    assert apply(incident).representatives == 0
    assert all(Representative.objects.values_list("sealed_details", flat=True))
    assert apply(closed_again(other)).representatives == 2
    assert [bytes(sealed) for sealed in Representative.objects.values_list("sealed_details", flat=True)] == [
        b"",
        b"",
    ]
    assert renew_data_keys(incident=None, act=act("so that older backups stop opening")).resealed == 0


def test_a_copy_of_database_and_sealed_files_from_before_does_not_bring_it_back(people: HandMade, tmp_path):
    incident = closed(people)
    shutil.copytree(people.ledger.home.artefacts, tmp_path / "artefacts")
    person = AffectedPerson.objects.filter(incident=incident).first()
    assert person is not None
    apply(incident)
    shutil.copytree(tmp_path / "artefacts", people.ledger.home.artefacts, dirs_exist_ok=True)
    assert refused_values(people, incident) == {"erased"}


def test_figures_report_register_and_journal_are_what_they_were_without_what_was_erased(
    people: HandMade, tmp_path
):
    incident = closed(people)
    figures, register = count_figures(incident), register_table(incident)
    apply(incident)
    assert count_figures(incident) == figures
    assert register_table(incident).equals(register)
    write_report(incident, tmp_path / "report.html")
    assert "apply retention" in (tmp_path / "report.html").read_text(encoding="utf-8")
    _, breaks = verify_ledger(None)
    assert breaks == ()


def test_a_letter_to_somebody_whose_details_were_erased_is_withheld_with_that_reason(people: HandMade):
    from tests.unit.casework.test_letters import SENDER

    incident = closed(people)
    apply(incident)
    batch = LetterWriter(incident, SENDER, today=NOW).notices()
    assert batch.letters == ()
    assert any("erased" in item.reason for item in batch.withheld)


def test_each_kind_ends_when_its_own_rule_ends(people: HandMade):
    incident = closed(people)
    assert apply(incident, days=400).erased == ("leaked-file",)
    assert len(opened_values_without_artefacts(people, incident)) > 0
    second = apply(incident, days=1_100)
    assert second.erased == ("identifiers",)
    assert set(second.kept) == {"leaked-file", "person-details"}
    assert apply(incident, days=LATER).erased == ("person-details",)
    assert apply(incident, days=LATER).erased == ()


def opened_values_without_artefacts(people: HandMade, incident: Incident) -> list[bytes]:
    incident.artefacts.all().update(sealed=False)
    try:
        return opened_values(people, incident)
    finally:
        incident.artefacts.filter(kind="leaked-file").update(sealed=True)


@pytest.mark.parametrize("second", ["", "operator", " Operator "])
def test_one_person_alone_erases_nothing(people: HandMade, second):
    incident = closed(people)
    before = everything()
    with pytest.raises(RefusalError) as refused:
        apply(incident, second=second)
    assert refused.value.code == "second-actor-missing"
    assert everything() == before


def test_nothing_is_erased_while_a_hold_is_in_force_the_incident_open_or_the_time_not_over(people: HandMade):
    incident = people.planned()
    values = opened_values(people, incident)

    def refusal(days: float = LATER) -> str:
        with pytest.raises(RefusalError) as refused:
            apply(incident, days=days)
        assert refused.value.code == "retention-not-due"
        return refused.value.message

    assert "not closed" in refusal()
    assert "holds are in force" in refusal()
    Incident.objects.filter(pk=incident.pk).update(closed_at=NOW)
    assert "holds are in force" in refusal()
    closed_again(incident)
    assert "kept until" in refusal(days=300)
    assert opened_values(people, incident) == values
    assert Erasure.objects.count() == 0


def test_a_litigation_hold_keeps_everything_until_two_people_lift_it(people: HandMade):
    incident = closed(people)
    first = preserve_evidence(incident=incident, matter="D. Example 22-cv-1", act=act("order"))
    again = preserve_evidence(incident=incident, matter=" D. Example  22-cv-1", act=act("order"))
    assert (first.already, again.already) == (False, True)
    preserve_evidence(incident=incident, matter="D. Example 22-cv-2", act=act("order"))
    with pytest.raises(RefusalError) as refused:
        apply(incident)
    assert "22-cv-1" in refused.value.message
    with pytest.raises(RefusalError):
        lift_preservation(
            incident=incident, matter="D. Example 22-cv-1", second_actor="operator", act=act("over")
        )
    lifted = lift_preservation(
        incident=incident, matter="D. Example 22-cv-1", second_actor="counsel", act=act("over")
    )
    assert (lifted.already, lifted.others) == (False, 1)
    with pytest.raises(RefusalError):
        apply(incident)
    lift_preservation(incident=incident, matter="D. Example 22-cv-2", second_actor="counsel", act=act("over"))
    assert lift_preservation(
        incident=incident, matter="D. Example 22-cv-2", second_actor="counsel", act=act("over")
    ).already
    assert apply(incident).erased


def test_a_matter_that_is_not_named_or_not_known_is_refused(people: HandMade):
    incident = closed(people)
    with pytest.raises(UsageError) as missing:
        preserve_evidence(incident=incident, matter="  ", act=act("order"))
    assert missing.value.code == "matter-missing"
    with pytest.raises(UsageError) as unknown:
        lift_preservation(incident=incident, matter="another", second_actor="counsel", act=act("over"))
    assert unknown.value.code == "matter-unknown"


def test_a_file_that_another_incident_needs_is_kept(people: HandMade):
    incident = closed(people)
    other = people.opened(url="https://agency.example/again.csv")
    applied = apply(incident)
    assert "leaked-file" in applied.erased
    (artefact,) = other.artefacts.filter(sealed=True)
    assert recover(artefact.sha256, home=people.ledger.home)


def test_values_of_the_first_version_are_not_called_erased_before_they_have_a_data_key(people: HandMade):
    from tests.unit.casework.test_renew_data_keys import _seal_as_the_first_version_did

    incident = closed(people)
    _seal_as_the_first_version_did(people, incident.reference)
    found = {str(item.rule.what): item for item in due_data(incident, RULES, now=NOW + timedelta(days=LATER))}
    assert any("amends keys renew" in text for text in found["identifiers"].obstacles)
    assert "identifiers" not in apply(incident).erased


def test_killed_at_any_moment_an_erasure_is_ordered_and_finished_or_has_not_begun(
    people: HandMade, tmp_path: Path
):
    incident = closed(people)
    *moments, whole = moments_of(lambda: apply(incident))  # noqa: B023 -- run before the first turn
    for moment in (*moments, whole):
        current.sealer.cache_clear()
        incident = closed_again(_another(people, moment))
        killed = killed_at(moment, lambda: apply(incident))  # noqa: B023 -- run before the next turn
        assert killed == (moment < whole)
        ordered = named_in_journal("apply_retention", "erased_keys")
        destroyed = {
            identity
            for keys in Sealer(people.ledger.home).data_keys.all()
            for identity in keys.destroyed
            if keys.scope.name == incident.reference
        }
        # What is gone was ordered; what was ordered can still be finished.
        assert destroyed <= set(ordered)
        if not destroyed and not ordered:
            assert opened_values(people, incident)
        apply(incident)
        assert refused_values(people, incident) == {"erased"}
        assert key_material(people.ledger.home.data_keys) == []
        assert Erasure.objects.filter(destroyed_at=None).count() == 0
        assert list_keys().unfinished == ()
    assert whole > 10


def _another(people: HandMade, number: int) -> Incident:
    from amends.casework.protect_population import protect_population

    file = people.folder / "leaked.csv"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    incident = people.opened(url=f"https://agency.example/{number}.csv")
    protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act("hold"))
    people.identify(incident)
    return incident


def test_an_erasure_without_an_order_would_leave_gone_data_that_no_entry_names(people: HandMade, monkeypatch):
    """The planted fault that shows that the test above can fail: keys go before the order is committed."""
    incident = closed(people)
    real = applying._record

    def careless(incident, item, rules, act):
        order = real(incident, item, rules, act)
        for scope in scopes_to_erase(incident, item.rule.what):
            current.sealer().data_keys.destroy(scope, close=True)
        return order

    monkeypatch.setattr(applying, "_record", careless)
    unnamed = False
    for moment in range(1, 30):
        killed_at(moment, lambda: apply(incident))
        gone = [keys for keys in Sealer(people.ledger.home).data_keys.all() if keys.closed]
        if gone and not named_in_journal("apply_retention", "erased_keys"):
            unnamed = True
            break
    assert unnamed


def test_an_old_copy_of_the_keys_that_was_put_back_is_noticed_and_buried_again(people: HandMade, tmp_path):
    incident = closed(people)
    shutil.copytree(people.ledger.home.data_keys, tmp_path / "old-keys")
    apply(incident)
    shutil.copytree(tmp_path / "old-keys", people.ledger.home.data_keys, dirs_exist_ok=True)
    assert any("could be opened again" in text for text in list_keys().unfinished)
    assert apply(incident).resumed
    assert list_keys().unfinished == ()
    assert refused_values(people, incident) == {"erased"}


def test_holds_of_other_incidents_are_found_as_before(people: HandMade):
    incident = closed(people)
    other = _another(people, 1)
    found = found_holds(people)
    apply(incident)
    assert found_holds(people) == found
    assert other.closed_at is None
