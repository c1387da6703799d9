"""What every link engine must keep to, run against each one found in its folder."""

from __future__ import annotations

import numpy as np
import pytest

from amends.link import comparing_fields as fields
from amends.link.linking import link_rows
from amends.link.mapping import Mapping
from amends.link.model import DEFAULT
from amends.link.people import Normaliser, Sides
from amends.link.registry import Registry
from amends.vocabulary.plugins import load_plugins
from tests.unit.link.synthetic_registry import Case, Rates, make_case

ENGINES = load_plugins("amends.link.engines")
PERSONS, ROWS = 3000, 400


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request):
    return ENGINES[request.param]


@pytest.fixture(scope="module")
def case() -> Case:
    return make_case(PERSONS, ROWS, seed=21, rates=Rates(typo=0.1, no_number=0.1))


@pytest.fixture(scope="module")
def mapping(case, tmp_path_factory):
    return Mapping.load(case.write(tmp_path_factory.mktemp("mapping"))[1])


@pytest.fixture(scope="module")
def weighed(engine, case, mapping):
    normaliser = Normaliser()
    persons = normaliser.people(case.registry, mapping.registry, mapping.registry.other_names)
    rows = normaliser.people(case.sheet, mapping.leaked)
    sides = Sides(rows, persons, normaliser.vocabulary.table())
    return engine.weigh(sides, DEFAULT, np.full(PERSONS, np.log2(DEFAULT.in_registry / PERSONS)))


def test_an_engine_has_the_name_of_its_module(engine):
    assert ENGINES[engine.name] is engine


def test_pairs_are_ordered_by_row_and_person_and_each_comes_once(weighed):
    packed = weighed.pairs.rows.astype(np.int64) * PERSONS + weighed.pairs.persons
    assert (np.diff(packed) > 0).all()
    assert weighed.pairs.rows.max() < ROWS
    assert weighed.pairs.persons.max() < PERSONS


def test_everything_said_of_a_pair_is_said_of_every_pair(weighed):
    said = (weighed.names, weighed.dates, weighed.identifiers, weighed.nationalities, weighed.facilities)
    assert {len(part) for part in said} == {len(weighed.bits)} == {len(weighed.pairs.rows)}
    assert np.isfinite(weighed.bits).all()


def test_work_is_saved_against_comparing_everybody_with_everybody(weighed):
    assert len(weighed.bits) < ROWS * PERSONS / 20


def test_hardly_a_true_pair_is_overlooked(weighed, case):
    found = set(zip(weighed.pairs.rows.tolist(), weighed.pairs.persons.tolist(), strict=True))
    true = set(enumerate(case.truth.tolist()))
    assert len(true & found) / ROWS >= 0.995


def test_an_equal_identifier_weighs_more_than_another_one(weighed):
    equal = weighed.bits[weighed.identifiers == fields.ID_EQUAL]
    different = weighed.bits[weighed.identifiers == fields.ID_DIFFERS]
    assert np.median(equal) > np.median(different) + 20


def test_through_the_engine_next_to_everybody_is_linked_and_nobody_wrongly(engine, case, mapping, tmp_path):
    registry = Registry.open(case.write(tmp_path)[0], mapping)
    judgements = link_rows(case.sheet, registry, mapping, None, engine=engine.name).judgements
    outcomes, persons = judgements["outcome"].to_pylist(), judgements["person_id"].to_pylist()
    linked = [at for at, outcome in enumerate(outcomes) if outcome in {"match", "duplicate"}]
    truth = case.person_ids()
    assert all(persons[at] == truth[at] for at in linked)
    assert len(linked) / ROWS >= 0.97
