from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.drill.making import IncidentFiles
from amends.drill.score import Observed, score
from amends.vocabulary.errors import UsageError

_TRUE_PERSONS = ("P1", "P2", "P3", "P4", None)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five rows, the last about somebody whom the registry does not know; two recipients, two harmed."""
    folder = tmp_path_factory.mktemp("truth")
    pq.write_table(
        pa.table({"row": [2, 3, 4, 5, 6], "person_id": list(_TRUE_PERSONS)}), folder / "rows.parquet"
    )
    (folder / "recipients.csv").write_text(
        "address,class,verdict,requests,in_window\n"
        "192.0.2.1,outside,full,1,true\n"
        "192.0.2.2,crawler,partial,1,true\n"
        "192.0.2.3,outside,denied,1,false\n"
        "198.51.100.1,own,full,1,true\n"
    )
    (folder / "harmed.csv").write_text("person_id\nP1\nP2\n")
    return folder


def judged(*lines: tuple[int, str, str | None]) -> Observed:
    rows, outcomes, persons = zip(*lines, strict=True) if lines else ((), (), ())
    table = pa.table(
        {
            "row": pa.array(rows, pa.int64()),
            "outcome": pa.array(outcomes, pa.string()),
            "person_id": pa.array(persons, pa.string()),
        }
    )
    return Observed(table, frozenset(), frozenset(), frozenset())


def test_a_perfect_response_scores_one(truth: Path):
    links = judged(*((row, "match", f"P{row - 1}") for row in range(2, 6)), (6, "unmatched", None))
    seen = replace(
        links,
        recipients=frozenset({"192.0.2.1", "192.0.2.2"}),
        held_rows=frozenset(range(2, 7)),
        harmed=frozenset({"P1", "P2"}),
    )
    result = score(truth, seen)
    assert (result.linked_right, result.linked_wrong, result.linked_missed, result.f1) == (4, 0, 0, 1.0)
    assert (result.recipients_true, result.recipients_found, result.recipients_false) == (2, 2, 0)
    assert (result.rows, result.held) == (5, 5)
    assert (result.harmed_true, result.harmed_found, result.harmed_false) == (2, 2, 0)


@pytest.mark.parametrize(
    ("lines", "right", "wrong", "missed"),
    [
        ([(2, "duplicate", "P1"), (3, "out_of_scope", "P2")], 2, 0, 2),
        ([(2, "review", "P1"), (3, "unmatched", None), (4, "refused", None)], 0, 0, 4),
        ([(2, "match", "P2")], 0, 1, 3),
        ([(6, "match", "P9")], 0, 1, 4),
        ([(2, "match", None)], 0, 1, 3),
        ([], 0, 0, 4),
    ],
    ids=[
        "duplicates and people out of scope are linked",
        "a row left for review is missed, not wrong",
        "a link to somebody else is wrong",
        "a link for somebody whom nobody knows is wrong",
        "a link to nobody is wrong",
        "a row without judgement is missed",
    ],
)
def test_links_are_counted_right_wrong_or_missed(truth: Path, lines, right: int, wrong: int, missed: int):
    result = score(truth, judged(*lines))
    assert (result.linked_right, result.linked_wrong, result.linked_missed) == (right, wrong, missed)


def test_f1_is_the_harmonic_mean_of_precision_and_recall(truth: Path):
    result = score(truth, judged((2, "match", "P1"), (3, "match", "P2"), (4, "match", "P1")))
    precision, recall = 2 / 3, 2 / 4
    assert result.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_own_staff_and_those_who_were_refused_are_no_recipients(truth: Path):
    named = frozenset({"192.0.2.1", "192.0.2.3", "198.51.100.1"})
    result = score(truth, replace(judged(), recipients=named))
    assert (result.recipients_true, result.recipients_found, result.recipients_false) == (2, 1, 2)


def test_a_hold_on_a_row_that_does_not_exist_protects_nobody(truth: Path):
    assert score(truth, replace(judged(), held_rows=frozenset({2, 3, 99}))).held == 2


def test_somebody_wrongly_named_as_harmed_is_counted(truth: Path):
    result = score(truth, replace(judged(), harmed=frozenset({"P2", "P3"})))
    assert (result.harmed_found, result.harmed_false) == (1, 1)


@pytest.mark.parametrize("rows", [(2, 2), (2, 99)])
def test_a_row_judged_twice_or_not_there_is_refused(truth: Path, rows: tuple[int, int]):
    with pytest.raises(UsageError) as refused:
        score(truth, judged(*((row, "match", "P1") for row in rows)))
    assert refused.value.code == "drill-judgements-invalid"


def test_a_folder_without_truth_is_refused(tmp_path: Path):
    with pytest.raises(UsageError) as refused:
        score(tmp_path, judged())
    assert refused.value.code == "drill-truth-missing"


_OUTCOMES = ("match", "duplicate", "out_of_scope", "review", "unmatched", "refused")


@given(
    st.lists(
        st.tuples(st.sampled_from(_OUTCOMES), st.sampled_from(("P1", "P2", "P3", "P4", None))), max_size=5
    )
)
def test_each_known_person_is_linked_rightly_or_wrongly_or_missed(truth: Path, lines):
    """Against a count row by row."""
    numbered = [(row, *line) for row, line in enumerate(lines, start=2)]
    result = score(truth, judged(*numbered))
    linked = {row: who for row, outcome, who in numbered if outcome in _OUTCOMES[:3]}
    right = sum(who is not None and who == _TRUE_PERSONS[row - 2] for row, who in linked.items())
    assert result.linked_right == right
    assert result.linked_wrong == len(linked) - right
    assert result.linked_missed == sum(row not in linked for row in range(2, 6))


def test_planted_errors_in_a_true_drill_are_found_to_the_last_one(incident: IncidentFiles):
    rows = pq.read_table(incident.truth / "rows.parquet")
    persons = rows["person_id"].to_pylist()
    persons[10], persons[20] = persons[20], persons[10]
    outcomes = ["match"] * len(persons)
    outcomes[100:130] = ["review"] * 30
    table = pa.table({"row": rows["row"], "outcome": outcomes, "person_id": persons})
    result = score(
        incident.truth, Observed(table, frozenset(), frozenset(rows["row"].to_pylist()), frozenset())
    )
    assert (result.rows, result.held) == (6252, 6252)
    assert (result.linked_right, result.linked_wrong, result.linked_missed) == (6252 - 32, 2, 30)
    assert (result.recipients_true, result.recipients_found, result.harmed_true) == (19, 0, 7)
