from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from amends.vocabulary.errors import UsageError
from tests.unit.remedy.notices.synthetic_letters import CANARY, INCIDENT, SENDER, breach_notice


@pytest.mark.parametrize("reference", ["", "../N-1", "N 1", "N-1/2", "N-1.pdf", "-N", "N" * 41, "N-1\n"])
def test_a_reference_that_could_leave_the_folder_or_name_somebody_is_refused(reference):
    with pytest.raises(UsageError) as refused:
        breach_notice(reference=reference)
    assert refused.value.code == "bad-reference"


def test_a_letter_shows_no_personal_value_in_its_repr():
    assert CANARY not in repr(breach_notice())


def test_the_duration_follows_from_the_timestamps():
    assert INCIDENT.duration.total_seconds() == (4 * 60 + 19) * 60


def test_an_instant_without_its_zone_is_refused():
    with pytest.raises(UsageError) as refused:
        replace(INCIDENT, removed_at=datetime(2022, 11, 28, 14, 4))
    assert refused.value.code == "naive-time"


def test_a_removal_before_the_exposure_is_refused():
    with pytest.raises(UsageError) as refused:
        replace(INCIDENT, removed_at=INCIDENT.exposed_from.replace(year=2021))
    assert refused.value.code == "times-out-of-order"


def test_a_paper_size_that_the_layout_does_not_know_is_refused():
    with pytest.raises(UsageError) as refused:
        replace(SENDER, paper="papyrus")
    assert refused.value.code == "unknown-paper"
