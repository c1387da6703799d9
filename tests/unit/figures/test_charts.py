"""Two shapes, as text that a reader without eyes can follow."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from amends.figures.charts import Bar, stacked_bar, timeline_chart

NINE = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)


def widths(svg: str) -> list[float]:
    return [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', svg)]


@given(values=st.lists(st.integers(0, 10_000), max_size=9))
def test_parts_are_in_proportion_and_fill_the_bar(values):
    svg = stacked_bar([Bar(f"part {number}", value) for number, value in enumerate(values)])
    shown = [value for value in values if value]
    if not shown:
        assert svg == ""
        return
    assert len(widths(svg)) == len(shown)
    for width, value in zip(widths(svg), shown, strict=True):
        assert abs(width - 1000 * value / sum(shown)) < 0.01
    assert abs(sum(widths(svg)) - 1000) < 0.1


def test_every_part_is_named_with_its_count_for_readers_without_eyes():
    svg = stacked_bar([Bar("in custody", 6000), Bar("released", 252), Bar("removed", 0)])
    assert 'aria-label="in custody 6,000, released 252"' in svg
    assert "<b>6,000</b>" in svg
    assert "removed" not in svg


def test_a_hostile_label_stays_text():
    label = '"><script>alert(1)</script>'
    for svg in (
        stacked_bar([Bar(label, 1)]),
        timeline_chart([(NINE, label, label), (NINE, "other", "act")]),
    ):
        assert "<script" not in svg
        assert "&lt;script&gt;" in svg
        assert svg.count("<svg") == 1


def test_a_timeline_shows_each_title_once_at_its_first_moment():
    later = NINE + timedelta(hours=2)
    svg = timeline_chart([(NINE, "Exposed", "event"), (later, "advance", "act"), (NINE, "advance", "act")])
    assert svg.count("<circle") == 2
    assert "03 Mar 11:00" in svg


def test_a_timeline_of_one_moment_is_no_picture():
    assert timeline_chart([]) == ""
    assert timeline_chart([(NINE, "Exposed", "event"), (NINE, "Exposed", "event")]) == ""


def test_a_timeline_is_in_utc():
    elsewhere = NINE.astimezone(timezone(timedelta(hours=9)))
    svg = timeline_chart([(elsewhere, "Exposed", "event"), (elsewhere, "Reported", "event")])
    assert "03 Mar 09:00" in svg
    assert "18:00" not in svg
