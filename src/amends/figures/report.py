"""Renders the overview of an incident as one self-contained page: no script, no font, no image from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from amends.figures.charts import Bar, stacked_bar, timeline_chart
from amends.figures.overview import IncidentOverview, in_words

_TEMPLATES = Path(__file__).parent / "templates"
_WHERE_BARS = (
    ("in_custody_at_exposure", "in custody"),
    ("released_at_exposure", "released"),
    ("removed_at_exposure", "removed"),
    ("status_unknown_at_exposure", "not known"),
)
_ROW_BARS = (
    ("rows_matched", "linked"),
    ("rows_duplicate", "named twice"),
    ("rows_out_of_scope", "out of scope"),
    ("rows_review", "to be judged"),
    ("rows_unmatched", "not in the registry"),
    ("rows_refused", "names nobody"),
)
_NOT_READ = {
    "table-not-mapped": "tables that the mapping does not describe",
    "part-not-read": "folders of parts (comments, pivot caches, drawings ...) that no reader opens yet",
    "cells-not-read": "sheets of which cells were not read",
    "too-large": "pieces beyond the limits",
}


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(_TEMPLATES)], autoescape=True, libraries={}, builtins=["amends.figures.text_filters"]
    )


def render_report(overview: IncidentOverview) -> str:
    """Return the report as HTML; the same overview gives the same bytes."""
    return _engine().get_template("report.html").render(Context(_context(overview)))


def render_body(overview: IncidentOverview) -> str:
    """Return the report without the frame of a page, to stand inside another page."""
    return _engine().get_template("report_body.html").render(Context(_context(overview)))


def report_style() -> str:
    """Return the style sheet of the report."""
    return (_TEMPLATES / "report.css").read_text(encoding="utf-8")


def _context(overview: IncidentOverview) -> dict[str, Any]:
    groups = groupby(overview.figures, key=lambda figure: figure.group)
    return {
        "it": overview,
        "style": report_style(),
        "exposure_duration": in_words(overview.exposure_duration),
        "exposure_to_hold": _since(overview.exposure_to_hold),
        "discovery_to_hold": _since(overview.discovery_to_hold),
        "key_figures": _key_figures(overview),
        "groups": [(title, list(items)) for title, items in groups],
        "where_chart": _bars(overview, _WHERE_BARS),
        "rows_chart": _bars(overview, _ROW_BARS),
        "timeline_chart": timeline_chart(
            [(moment.at, moment.title, moment.kind) for moment in overview.timeline]
        ),
        "timeline": [
            (_when(moment.at), moment.title, moment.text, moment.kind) for moment in overview.timeline
        ],
        "times": [
            ("As of", _when(overview.as_of) if overview.as_of else "not stated"),
            ("Exposed", _when(overview.exposed_from)),
            ("Reported", _when(overview.reported_at)),
            ("Removed", _when(overview.removed_at)),
            ("Everyone held", _when(overview.held_at) if overview.held_at else "not yet"),
        ],
        "holes": [
            (_when(begins), _when(ends), in_words(ends - begins), reason)
            for begins, ends, reason in (overview.exposure.holes if overview.exposure else ())
        ],
        "open": [(name.replace("_", " "), count) for name, count in overview.open.items()],
        "not_read": [
            (_NOT_READ.get(code, code.replace("-", " ")), n) for code, n in overview.not_read.items()
        ],
        "as_at": _when(overview.as_at),
    }


def _key_figures(overview: IncidentOverview) -> list[tuple[str, int, str]]:
    return [
        ("people", overview.value("persons"), f"{overview.value('rows'):,} rows in the file"),
        ("held", overview.value("holds_in_force"), "holds in force"),
        (
            "recipients",
            overview.value("recipients"),
            f"{overview.value('recipients_full_copy'):,} with a full copy",
        ),
        (
            "harmed before the hold",
            overview.value("removed_between_exposure_and_hold"),
            "removed between exposure and hold",
        ),
        (
            "not yet told",
            overview.value("persons_not_told"),
            "no proof of delivery",
        ),
    ]


def _bars(overview: IncidentOverview, names: tuple[tuple[str, str], ...]) -> str:
    return stacked_bar([Bar(label, overview.value(name)) for name, label in names])


def _since(duration: timedelta | None) -> str:
    # A duration of nothing is an answer: everyone was held at the very moment of the report.
    return "not yet" if duration is None else in_words(duration)


def _when(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
