"""The fast engine against the slow one: blocking may save work, and may not change a judgement."""

from __future__ import annotations

import numpy as np
import pytest

from amends.link.deciding import NOTHING, decide
from amends.link.engines.index import PLUGIN
from amends.link.mapping import Mapping
from amends.link.model import DEFAULT
from amends.link.people import Normaliser, Sides
from tests.unit.link.slow_oracle import Oracle, plain_people
from tests.unit.link.synthetic_registry import Rates, make_case

ROUGH = Rates(
    typo=0.2, variant=0.2, dropped_surname=0.15, reordered=0.1, crossed=0.03, swapped_date=0.06, date_slip=0.08,
    no_date=0.1, no_number=0.3, number_slip=0.1, wrong_number=0.05, native_script=0.0,
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_blocking_changes_no_judgement_on_a_sheet_full_of_slips(seed, tmp_path):
    case = make_case(persons=300, rows=60, seed=seed, rates=ROUGH)
    _, mapping_path = case.write(tmp_path)
    mapping = Mapping.load(mapping_path)
    normaliser = Normaliser()
    persons = normaliser.people(case.registry, mapping.registry, "other_names")
    rows = normaliser.people(case.sheet, mapping.leaked)
    log_prior = np.full(len(persons), np.log2(DEFAULT.in_registry / len(persons)))
    fast = PLUGIN.weigh(Sides(rows, persons, normaliser.vocabulary.table()), DEFAULT, log_prior)
    registry_columns = (
        "family_name",
        "given_name",
        "other_names",
        "date_of_birth",
        "a_number",
        "nationality",
    )
    sheet_columns = ("Last Name", "First Name", "", "DOB", "A-Number", "Citizenship")
    oracle = Oracle(plain_people(case.registry, registry_columns), DEFAULT)
    slow = oracle.weigh(plain_people(case.sheet, sheet_columns))

    quick = decide(fast, len(rows), log_prior, DEFAULT)
    patient = decide(slow, len(rows), log_prior, DEFAULT)

    assert len(fast.bits) < len(slow.bits) / 10
    np.testing.assert_array_equal(quick.verdicts, patient.verdicts)
    decided = quick.verdicts != NOTHING
    assert decided.sum() > 45
    chosen = fast.pairs.persons[quick.best[decided]]
    np.testing.assert_array_equal(chosen, slow.pairs.persons[patient.best[decided]])
    np.testing.assert_allclose(quick.weights[decided], patient.weights[decided], atol=0.01)
