"""The gate learns whom the registry knows: every identifier, as a keyed fingerprint, all at one instant."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.casework.identification import registry_identifiers
from amends.casework.identification.known_fingerprints import normalised_column
from amends.casework.learn_registry import learn_registry
from amends.ledger import current, journal
from amends.ledger.models import GateState, KnownIdentifier, SealedIdentifier
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.errors import UsageError
from amends.vocabulary.identifier import normalised_identifier
from tests.unit.casework.hand_made import HandMade, act, everything, remedies
from tests.unit.casework.sealed_ledger import gate_counts_agree

_WRITINGS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.text(alphabet="A0123456789- ./", max_size=14),
    st.from_regex(r"[0-9]\.[0-9]{1,9}[Ee]\+?[0-9]{1,2}|A?[0-9]{1,9}\.0{1,4}", fullmatch=True),
    st.from_regex(r"[A-Za-z]{0,3}[- ]?0{0,3}[0-9]{1,9}", fullmatch=True),
)


@given(st.lists(_WRITINGS, max_size=40))
def test_the_quick_normal_form_is_the_slow_one(texts):
    quick = normalised_column(pa.array(texts, pa.string())).to_pylist()
    assert quick == [normalised_identifier(text or "") for text in texts]


def known() -> set[str]:
    return set(KnownIdentifier.objects.values_list("fingerprint", flat=True))


def fingerprints(*numbers: str) -> set[str]:
    return {current.sealer().fingerprint(normalised_identifier(number)) for number in numbers}


def other_registry(people: HandMade, *numbers: str) -> tuple[Registry, Mapping]:
    file = people.folder / "other.csv"
    with (people.folder / "registry.csv").open(encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows([row[0], number, *row[2:]] for row, number in zip(rows, numbers, strict=False))
    return Registry.open(file, people.mapping), people.mapping


def test_every_identifier_of_every_person_is_known_afterwards(people: HandMade):
    learned = learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn"))
    assert (learned.persons, learned.identifiers, learned.already) == (6, 6, False)
    assert known() == fingerprints(*(f"A20000000{n}" for n in (2, 3, 4, 6, 7, 9)))
    state = GateState.objects.get()
    assert (state.known_identifiers, state.registry_sha256) == (6, people.registry.source_sha256)


def test_learning_the_same_registry_again_changes_nothing(people: HandMade):
    learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn"))
    before = everything()
    assert learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn")).already
    assert everything() == before


def test_a_number_that_the_registry_has_only_later_finds_the_hold_too(people: HandMade):
    """Known and not held would be clear; so the number becomes one of the hold in the transaction that learns it."""
    incident = people.identified()
    learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn"))
    (hold,) = remedies(incident, "hold", row__row_number=3)
    numbers = [f"A20000000{n}" for n in (2, 3, 4, 6, 7, 9)]
    numbers[1] = "A311111113"
    registry, mapping = other_registry(people, *numbers)
    learned = learn_registry(registry=registry, mapping=mapping, act=act("next night"))
    assert known() >= fingerprints("A311111113")
    assert set(hold.identifiers.values_list("fingerprint", flat=True)) == fingerprints(
        "A200000003", "A311111113"
    )
    assert learned.made_findable == 1
    assert list(journal.entries())[-1].detail["made_findable"] == 1
    assert gate_counts_agree()
    (sealed,) = SealedIdentifier.objects.filter(row=hold.row)
    plain = current.sealer().unseal(
        bytes(sealed.sealed), bound_to=registry_identifiers.sealed_for_identifier(sealed.row_id)
    )
    assert plain == b"311111113"
    before = everything()
    again = learn_registry(registry=registry, mapping=mapping, act=act("again"))
    assert (again.already, again.made_findable) == (True, 0)
    assert everything() == before


def test_a_column_that_the_mapping_comes_to_name_is_indexed_though_the_registry_is_the_same(people: HandMade):
    incident = people.identified()
    learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn"))
    columns = replace(people.mapping.registry, identifiers=("a_number", "person_id"))
    mapping = replace(people.mapping, registry=columns)
    learn_registry(registry=people.registry, mapping=mapping, act=act("two columns"))
    for hold in remedies(incident, "hold", row__row_number__in=[2, 8]):
        assert set(hold.identifiers.values_list("fingerprint", flat=True)) == fingerprints("A200000002", "P2")
    assert gate_counts_agree()


def test_whom_the_new_registry_does_not_have_is_unknown_again(people: HandMade):
    learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn"))
    generation = GateState.objects.get().generation
    registry, mapping = other_registry(people, "A200000002", "A200000003", "A777777777")
    learned = learn_registry(registry=registry, mapping=mapping, act=act("next night"))
    assert (learned.added, learned.removed, learned.identifiers) == (1, 4, 3)
    assert known() == fingerprints("A200000002", "A200000003", "A777777777")
    state = GateState.objects.get()
    assert (state.known_identifiers, state.generation) == (3, generation + 1)


def test_a_set_that_somebody_cut_short_is_learned_again(people: HandMade):
    learn_registry(registry=people.registry, mapping=people.mapping, act=act("learn"))
    KnownIdentifier.objects.first().delete()  # type: ignore[union-attr]
    learned = learn_registry(registry=people.registry, mapping=people.mapping, act=act("again"))
    assert (learned.already, learned.added) == (False, 1)
    assert len(known()) == 6


def test_a_registry_without_identifiers_teaches_nothing_and_is_refused(people: HandMade):
    registry, mapping = other_registry(people, "", "-", "000")
    before = everything()
    with pytest.raises(UsageError) as refused:
        learn_registry(registry=registry, mapping=mapping, act=act("learn"))
    assert refused.value.code == "registry-without-identifiers"
    assert everything() == before
    assert Path(people.folder / "other.csv").exists()
