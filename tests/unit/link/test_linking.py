"""Linking told as cases: who is linked, who goes to a human, and that nobody is lost."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from amends.link.linking import link_rows
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.errors import UsageError
from amends.vocabulary.judgement import RowOutcome
from tests.unit.link.small_worlds import World
from tests.unit.link.synthetic_registry import Rates, make_case

NUMBER = "A012345678"
AS_OF = datetime(2022, 11, 19, tzinfo=UTC)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((NUMBER, "Quintero Baldivar", "Ysolina", "1985-03-04"), "identifier equal"),
        (("12345678", "Quintero Baldivar", "Ysolina", "1985-03-04"), "but for leading zeros or prefix"),
        (("012-345-687", "Quintero Baldivar", "Ysolina", "1985-03-04"), "identifier one slip away"),
        ((NUMBER, "Quintero Baldivar", "Ysolina", "1985-04-03"), "day and month swapped"),
        ((NUMBER, "Quintero Baldivar", "Ysolina", ""), "date of birth missing"),
        ((NUMBER, "Baldivar Quintero", "Ysolina", "1985-03-04"), "surnames reordered"),
        ((NUMBER, "Quintero", "Ysolina", "1985-03-04"), "part of the name on one side only"),
        ((NUMBER, "Quintreo Baldivar", "Ysolina", "1985-03-04"), "name spelt with a slip"),
        ((NUMBER, "Ysolina", "Quintero Baldivar", "1985-03-04"), "family and given name exchanged"),
        (("", "Quintero Baldivar", "Ysolina", "1985-03-04"), "identifier missing"),
        (("A099999999", "Quintero Baldivar", "Ysolina", "1985-03-04"), "identifier differs"),
    ],
)
def test_a_person_is_linked_through_each_kind_of_slip_and_the_reason_names_it(world, row, said):
    world.person("P1", NUMBER, "Quintero Baldivar", "Ysolina", "1985-03-04")
    world.row(*row)
    judgement = world.link().judgements.to_pylist()[0]
    assert (judgement["outcome"], judgement["person_id"]) == ("match", "P1")
    assert said in judgement["reason"]


@pytest.mark.parametrize(
    ("official", "native", "typed"),
    [
        ("Muhammad Yusuf", "", "Mohammed Yousef"),
        ("Mhmd Ywsf", "محمد يوسف", "Muhammad Yusuf"),
        ("Volodymyr Shevchenko", "Володимир Шевченко", "Володимир Шевченко"),
        ("Xiaoming Wang", "王小明", "王小明"),
    ],
)
def test_romanisations_and_native_script_do_not_hide_a_person(world, official, native, typed):
    given, family = official.split()
    world.person("P1", NUMBER, family, given, "1985-03-04", other_names=native)
    typed_given, _, typed_family = typed.partition(" ")
    world.row(NUMBER, typed_family, typed_given, "1985-03-04")
    assert world.judged() == [("match", "P1")]


def test_a_number_alone_never_links(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.row(NUMBER, "Wojtyczko", "Bartlomiej", "1960-12-30")
    assert world.judged() == [("review", "P1")]


def test_a_name_alone_never_links(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.row("", "Quintero", "Ysolina", "")
    assert world.judged() == [("review", "P1")]


def test_of_twins_each_gets_their_own_row(world):
    world.person("P1", "A012345678", "Quintero", "Ysolina", "1985-03-04")
    world.person("P2", "A012345679", "Quintero", "Bertranda", "1985-03-04")
    world.row("", "Quintero", "Bertranda", "1985-03-04")
    world.row("A012345678", "Quintero", "Ysolina", "1985-03-04")
    assert world.judged() == [("match", "P2"), ("match", "P1")]


def test_a_twin_who_is_not_in_the_registry_is_not_mistaken_for_the_other(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.row("", "Quintero", "Bertranda", "1985-03-04")
    assert world.judged() == [("review", "P1")]


def test_a_father_is_not_mistaken_for_his_son_of_the_same_name(world):
    world.person("P1", "A012345678", "Quintero", "Evaristo", "1955-07-21")
    world.row("", "Quintero", "Evaristo", "1985-03-04")
    assert world.judged()[0][0] == "review"


def test_the_number_of_one_person_with_name_and_day_of_another_goes_to_a_human(world):
    world.person("P1", "A012345678", "Quintero", "Ysolina", "1985-03-04")
    world.person("P2", "A087654321", "Wojtyczko", "Bartlomiej", "1960-12-30")
    world.row("A012345678", "Wojtyczko", "Bartlomiej", "1960-12-30")
    assert world.judged()[0][0] == "review"


def test_one_person_twice_in_the_registry_goes_to_a_human(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.person("P2", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.row(NUMBER, "Quintero", "Ysolina", "1985-03-04")
    judgement = world.link().judgements.to_pylist()[0]
    assert judgement["outcome"] == "review"
    assert judgement["gap"] == 0
    assert "another person is as near" in judgement["reason"]


def test_the_second_row_of_a_person_is_a_duplicate_of_the_stronger_one(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.row(NUMBER, "Quintero", "Ysolina", "")
    world.row(NUMBER, "Quintero", "Ysolina", "1985-03-04")
    judgements = world.link().judgements.to_pylist()
    assert [line["outcome"] for line in judgements] == ["duplicate", "match"]
    assert [line["duplicate_of"] for line in judgements] == [3, None]


def test_a_stranger_stays_unmatched_with_no_person_named(world):
    world.row("A011111111", "Wojtyczko", "Bartlomiej", "1931-12-30", "PL")
    judgement = world.link().judgements.to_pylist()[0]
    assert judgement["outcome"] == "unmatched"
    assert judgement["person_id"] is None


def test_rows_that_are_no_persons_are_refused_with_the_reason(world):
    world.row("", "", "", "", "")
    world.row("", "Grand Total", "", "", "")
    world.row("A-Number", "Last Name", "First Name", "DOB", "Citizenship")
    world.row(NUMBER, "Sum", "Total", "1985-03-04")
    judgements = world.link().judgements.to_pylist()
    assert [line["outcome"] for line in judgements] == ["refused", "refused", "refused", "unmatched"]
    assert [line["reason"] for line in judgements[:3]] == [
        "row is empty in every mapped column",
        "row is a total, not a person",
        "row repeats the header",
    ]


def test_a_known_person_of_another_status_that_day_is_out_of_scope(world):
    world.person("P1", "A012345678", "Quintero", "Ysolina", "1985-03-04")
    world.person("P2", "A087654321", "Wojtyczko", "Bartlomiej", "1960-12-30")
    world.episode("P1", "DETAINED", "2022-01-01T00:00:00Z")
    world.episode("P2", "DETAINED", "2022-01-01T00:00:00Z", "2022-11-19T00:00:00Z")
    world.episode("P2", "RELEASED", "2022-11-19T00:00:00Z")
    world.row("A012345678", "Quintero", "Ysolina", "1985-03-04")
    world.row("A087654321", "Wojtyczko", "Bartlomiej", "1960-12-30")
    assert world.judged(AS_OF) == [("match", "P1"), ("out_of_scope", "P2")]


def test_of_two_people_alike_the_one_in_custody_that_day_is_preferred_but_not_blindly(world):
    world.person("P1", "", "Quintero", "Ysolina", "1985-03-04")
    world.person("P2", "", "Quintero", "Ysolina", "1985-03-04")
    world.episode("P1", "DETAINED", "2022-01-01T00:00:00Z")
    world.row("", "Quintero", "Ysolina", "1985-03-04")
    result = world.link(AS_OF)
    judgement = result.judgements.to_pylist()[0]
    assert judgement["person_id"] == "P1"
    assert judgement["gap"] > 5
    assert result.report.persons_in_scope == 1


def test_an_as_of_date_on_which_nobody_fits_is_refused(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.episode("P1", "DETAINED", "2022-01-01T00:00:00Z", "2022-02-01T00:00:00Z")
    world.row(NUMBER, "Quintero", "Ysolina", "1985-03-04")
    with pytest.raises(UsageError) as refused:
        world.link(AS_OF)
    assert refused.value.code == "as-of-nobody"
    with pytest.raises(UsageError) as refused:
        world.link(AS_OF.replace(tzinfo=None))
    assert refused.value.code == "as-of-without-time-zone"


def test_a_crowd_of_namesakes_is_never_called_unmatched(world):
    for number in range(600):
        world.person(f"C{number}", f"A{100_000_000 + 31 * number}", "Quintero", "Ysolina", "1985-01-01")
    world.row("", "Quintero", "Ysolina", "")
    result = world.link()
    judgement = result.judgements.to_pylist()[0]
    assert judgement["outcome"] == "review"
    assert "more persons are alike than were compared" in judgement["reason"]
    assert result.report.crowded_rows == 1
    assert result.report.oversized_keys > 0


def test_a_cell_that_holds_a_whole_text_does_not_stop_the_others(world):
    world.person("P1", NUMBER, "Quintero", "Ysolina", "1985-03-04")
    world.row("", " ".join(f"word{number}" for number in range(5000)), "", "")
    world.row(NUMBER, "Quintero", "Ysolina", "1985-03-04")
    assert [outcome for outcome, _ in world.judged()] == ["unmatched", "match"]


def test_every_row_has_exactly_one_outcome_in_the_order_of_the_sheet(tmp_path):
    case, result = _linked(tmp_path, persons=4000, rows=1000)
    judgements = result.judgements
    assert judgements["row"].to_pylist() == case.sheet["row"].to_pylist()
    counts = Counter(judgements["outcome"].to_pylist())
    assert set(counts) <= {outcome.value for outcome in RowOutcome}
    assert sum(counts.values()) == result.report.rows == 1000
    assert {outcome.value: count for outcome, count in result.report.outcomes.items()} == counts


def test_a_rough_sheet_is_linked_with_next_to_no_wrong_link(tmp_path):
    rates = Rates(
        typo=0.15, variant=0.15, dropped_surname=0.1, no_number=0.15, number_slip=0.05, no_date=0.05
    )
    case, result = _linked(tmp_path, persons=8000, rows=2000, rates=rates)
    linked = [
        (found, true)
        for found, outcome, true in zip(
            result.judgements["person_id"].to_pylist(),
            result.judgements["outcome"].to_pylist(),
            case.person_ids(),
            strict=True,
        )
        if outcome in {"match", "duplicate"}
    ]
    right = sum(found == true for found, true in linked)
    assert right / len(linked) >= 0.999
    assert right / 2000 >= 0.97


def test_reasons_hold_no_personal_value(tmp_path):
    case, result = _linked(tmp_path, persons=2000, rows=300)
    words = {word for reason in result.judgements["reason"].to_pylist() for word in reason.lower().split()}
    names = {
        name.lower()
        for column in ("Last Name", "First Name")
        for cell in case.sheet[column].to_pylist()
        for name in cell.split()
        if len(name) > 4
    }
    assert not words & names


def test_linking_twice_gives_the_same_judgements(tmp_path):
    _, first = _linked(tmp_path, persons=1500, rows=300)
    _, second = _linked(tmp_path, persons=1500, rows=300)
    assert first.judgements.equals(second.judgements)


def test_an_engine_nobody_knows_is_refused(tmp_path):
    case = make_case(persons=100, rows=10, seed=5)
    registry, mapping = _opened(case, tmp_path)
    with pytest.raises(UsageError) as refused:
        link_rows(case.sheet, registry, mapping, None, engine="divination")
    assert refused.value.code == "link-engine-unknown"
    assert "index" in refused.value.hint


def test_a_sheet_without_a_mapped_column_is_refused(tmp_path):
    case = make_case(persons=100, rows=10, seed=5)
    registry, mapping = _opened(case, tmp_path)
    with pytest.raises(UsageError) as refused:
        link_rows(case.sheet.drop_columns(["DOB"]), registry, mapping, None)
    assert refused.value.code == "mapping-column-missing"


def test_an_empty_sheet_gives_an_empty_answer(tmp_path):
    case = make_case(persons=100, rows=10, seed=5)
    registry, mapping = _opened(case, tmp_path)
    result = link_rows(case.sheet.slice(0, 0), registry, mapping, None)
    assert result.judgements.num_rows == 0
    assert result.judgements.schema.field("person_id").type == pa.string()


def _opened(case, folder):
    registry_path, mapping_path = case.write(folder)
    mapping = Mapping.load(mapping_path)
    return Registry.open(registry_path, mapping), mapping


def _linked(folder, persons, rows, rates=None):
    case = make_case(persons=persons, rows=rows, seed=11, rates=rates)
    registry, mapping = _opened(case, folder)
    return case, link_rows(case.sheet, registry, mapping, None)
