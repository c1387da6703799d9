from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from amends.drill.making import IncidentFiles
from amends.drill.scenarios import Scenario


class Histories:
    """Who was in which state when, read from the files alone."""

    def __init__(self, files: IncidentFiles) -> None:
        self.table = pq.read_table(files.status)
        self.listed = pq.read_table(files.truth / "rows.parquet")["person_id"]

    def states(self, at: datetime) -> dict[str, str]:
        instant = pa.scalar(at, pa.timestamp("us", tz="UTC"))
        open_then = pc.or_kleene(
            pc.is_null(self.table["valid_to"]), pc.greater(self.table["valid_to"], instant)
        )
        found = self.table.filter(pc.and_(pc.less_equal(self.table["valid_from"], instant), open_then))
        return dict(zip(found["person_id"].to_pylist(), found["status"].to_pylist(), strict=True))

    def counts(self, at: datetime) -> dict[str, int]:
        states = self.states(at)
        words = [states[who] for who in self.listed.to_pylist()]
        return {word: words.count(word) for word in set(words)}


@pytest.fixture(scope="module")
def histories(incident: IncidentFiles) -> Histories:
    return Histories(incident)


@pytest.mark.parametrize("hours", [0, 5, 12, 23.99, 29])
def test_everybody_in_the_list_is_in_custody_on_the_as_of_date_in_every_time_zone(histories, scenario, hours):
    assert histories.counts(scenario.as_of + timedelta(hours=hours)) == {"DETAINED": 6252}


def test_at_the_leak_5100_are_in_custody_120_removed_and_1032_released(histories, scenario):
    at_leak = histories.counts(scenario.times.exposed)
    assert at_leak == {"DETAINED": 5100, "REMOVED": 120, "RELEASED": 1032}


def test_exactly_the_seven_are_removed_between_exposure_and_hold(histories, incident, scenario):
    before, after = histories.states(scenario.times.exposed), histories.states(scenario.times.hold)
    changed = {who for who in histories.listed.to_pylist() if before[who] != after[who]}
    harmed = set((incident.truth / "harmed.csv").read_text("utf-8").split()[1:])
    assert changed == harmed
    assert len(harmed) == 7
    assert {after[who] for who in harmed} == {"REMOVED"}
    assert {before[who] for who in harmed} == {"DETAINED"}


def test_states_of_one_person_follow_each_other_without_gap_or_overlap(histories: Histories):
    rows = histories.table.to_pylist()
    for earlier, later in zip(rows, rows[1:], strict=False):
        if earlier["person_id"] == later["person_id"]:
            assert earlier["valid_to"] == later["valid_from"]
        else:
            assert earlier["valid_to"] is None
        assert earlier["valid_to"] is None or earlier["valid_from"] < earlier["valid_to"]


def test_the_registry_holds_others_in_custody_people_never_detained_and_people_with_several_episodes(
    histories: Histories, scenario: Scenario, incident: IncidentFiles
):
    states = histories.states(scenario.as_of)
    others = [who for who, word in states.items() if word == "DETAINED"]
    assert len(others) > 6252 + 1000
    assert (
        pq.read_metadata(incident.registry).num_rows - len(set(histories.table["person_id"].to_pylist()))
        > 1000
    )
    episodes = histories.table["person_id"].value_counts().to_pylist()
    assert sum(each["counts"] > 2 for each in episodes) > 1000


def test_nothing_in_the_history_is_later_than_the_moment_at_which_the_registry_is_read(histories, scenario):
    latest = pc.max(histories.table["valid_from"]).as_py()
    assert latest.astimezone(UTC) < scenario.times.hold
