from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.drill.scenarios import Scenario
from amends.vocabulary.errors import UsageError

CUSTODY_LIST = Scenario.load()


def test_the_scenario_has_the_sizes_and_the_times_of_the_incident_that_it_follows():
    plan, times = CUSTODY_LIST.list, CUSTODY_LIST.times
    assert (plan.rows, plan.in_custody_at_leak, plan.rows - plan.in_custody_at_leak) == (6252, 5100, 1152)
    assert plan.removed_before_leak > 100
    assert plan.removed_before_leak + plan.released_before_leak == 1152
    assert times.removed - times.exposed == timedelta(hours=4, minutes=19)
    assert times.reported - times.exposed == timedelta(hours=4, minutes=8)
    assert len(CUSTODY_LIST.harmed_removed_at) == 7
    assert (CUSTODY_LIST.second_incident.people, CUSTODY_LIST.second_incident.in_first_leak) == (103, 46)


def test_some_of_the_harmed_were_removed_before_the_discovery_and_some_after():
    discovered = CUSTODY_LIST.times.reported
    before = [at for at in CUSTODY_LIST.harmed_removed_at if at < discovered]
    assert 0 < len(before) < len(CUSTODY_LIST.harmed_removed_at)


@given(rows=st.integers(min_value=60, max_value=20_000))
def test_a_scaled_scenario_keeps_every_cohort_and_every_instant(rows: int):
    smaller = CUSTODY_LIST.scaled(rows)
    assert smaller.list.rows == rows
    assert smaller.list.removed_before_leak >= 1
    assert smaller.list.released_before_leak >= 1
    assert smaller.list.in_custody_at_leak / rows == pytest.approx(5100 / 6252, abs=0.01)
    assert 2 <= len(smaller.harmed_removed_at) <= 7
    assert 1 <= smaller.second_incident.in_first_leak < smaller.second_incident.people
    assert smaller.times == CUSTODY_LIST.times
    assert smaller.readers == CUSTODY_LIST.readers


def test_a_list_too_small_for_its_cohorts_is_refused():
    with pytest.raises(UsageError, match="too small") as refused:
        CUSTODY_LIST.scaled(59)
    assert refused.value.code == "drill-scenario-invalid"


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("list", {"in_custody_at_leak": 6200}, "more people left custody"),
        ("list", {"unregistered_rows": 2000}, "unregistered"),
        ("times", {"removed": CUSTODY_LIST.times.hold}, "do not follow"),
        ("second_incident", {"in_first_leak": 104}, "overlaps by more people than it holds"),
        ("slips", {"name_typo": 1.2}, "outside 0 to 1"),
        ("registry", {"never_detained": 0.95}, "outside 0 to 1"),
        ("access_log", {"hours": 12}, "does not cover"),
        ("access_log", {"hole_begins": CUSTODY_LIST.times.exposed}, "nearer than ten minutes"),
        (
            "access_log",
            {"hole_begins": CUSTODY_LIST.access_log.hole_begins + timedelta(seconds=5)},
            "full minute",
        ),
        ("access_log", {"hole_minutes": 0}, "lost in a hole"),
        ("readers", {"full": 500}, "more than 200 readers"),
    ],
)
def test_numbers_that_cannot_be_true_together_are_refused(part: str, change: dict[str, object], said: str):
    with pytest.raises(UsageError, match=said) as refused:
        replace(CUSTODY_LIST, **{part: replace(getattr(CUSTODY_LIST, part), **change)})
    assert refused.value.code == "drill-scenario-invalid"


def test_a_person_removed_after_the_hold_was_not_harmed_between_exposure_and_hold():
    with pytest.raises(UsageError, match="counts as harmed"):
        replace(CUSTODY_LIST, harmed_removed_at=(CUSTODY_LIST.times.hold,))


def test_an_unknown_scenario_is_refused_with_the_names_of_those_that_exist():
    with pytest.raises(UsageError) as refused:
        Scenario.load("no-such")
    assert refused.value.code == "drill-scenario-missing"
    assert "custody-list" in refused.value.hint


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("rows = 6252", "", r"section \[list\]"),
        ("rows = 6252", "rows = 6252\nsurprise = 1", r"section \[list\]"),
        ("[readers]", "[nobody]", r"no section \[readers\]"),
        ("rows = 6252", "rows = ", "cannot be used"),
    ],
)
def test_a_scenario_file_with_a_key_too_many_or_too_few_is_refused(
    tmp_path: Path, before: str, after: str, said: str
):
    shipped = Path(__file__).parents[3] / "src/amends/drill/scenarios/custody-list.toml"
    changed = tmp_path / "mine.toml"
    changed.write_text(shipped.read_text("utf-8").replace(before, after, 1), "utf-8")
    with pytest.raises(UsageError, match=said) as refused:
        Scenario.read(changed)
    assert refused.value.code == "drill-scenario-invalid"
