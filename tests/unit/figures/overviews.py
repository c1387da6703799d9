"""Overviews of an invented incident, as plain values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from amends.figures.overview import (
    CohortLine,
    DutyLine,
    ExposureSummary,
    FigureLine,
    IncidentOverview,
    Moment,
    OwedLine,
)
from tests.ledger_cases import EXPOSED, NOW, REMOVED, REPORTED


def an_exposure(text: str = "") -> ExposureSummary:
    """Return what the logs say, with ``text`` wherever a text stands."""
    hole = (EXPOSED, EXPOSED + timedelta(minutes=75), f"silence{text}")
    return ExposureSummary(
        document_size=4_096_000,
        size_basis=f"largest complete answer{text}",
        requests=12_345,
        recipients=((f"outside{text}", f"full{text}", 21, 30),),
        holes=(hole,),
        unreadable_lines=3,
        logs=((f"access.log{text}", f"combined{text}", 99_000, "ab" * 32),),
        adverse_assumption=True,
        adverse_reasons=(f"a hole in the logs{text}",),
    )


def an_overview(text: str = "", **changes: Any) -> IncidentOverview:
    """Return an overview in which every text ends in ``text``."""
    counts = {"persons": 6252, "rows": 6300, "holds_in_force": 6300, "persons_not_told": 17, "recipients": 3}
    counts |= {"in_custody_at_exposure": 6000, "released_at_exposure": 252, "rows_matched": 6252}
    figures = tuple(
        FigureLine(
            name,
            f"Title of {name}{text}",
            f"Group{text}",
            value,
            None if value < 5 else value,
            f"SELECT 1{text}",
        )
        for name, value in counts.items()
    )
    values: dict[str, Any] = {
        "reference": "2031-03-03-0123456789",
        "title": f"List of people{text}",
        "url": f"https://agency.example/list.xlsx{text}",
        "disclosed_to": f"A newspaper{text}",
        "as_of": EXPOSED - timedelta(days=1),
        "exposed_from": EXPOSED,
        "reported_at": REPORTED,
        "removed_at": REMOVED,
        "held_at": NOW,
        "closed_at": None,
        "as_at": NOW,
        "playbook": f"Custody{text}",
        "timeline": (
            Moment(EXPOSED, f"Exposed{text}", f"could be had{text}", f"event{text}"),
            Moment(REPORTED, f"Reported{text}", f"first report{text}", "event"),
            Moment(NOW, f"protect population{text}", f"6,300 rows held{text}", "act"),
        ),
        "figures": figures,
        "exposure": an_exposure(text),
        "cohorts": (CohortLine(f"Everyone{text}", 6252, (f"A notice.{text}",)),),
        "owed": (
            OwedLine(f"notice person{text}", "notice", f"Privacy office{text}", "owed", 17, NOW, False, True),
            OwedLine("hold removal", "hold", "Operations", "lifted", 1, None, True, False),
        ),
        "duties": (
            DutyLine("rule", f"agency{text}", f"5 U.S.C. 552a{text}", "draft", "discovery", NOW, ""),
            DutyLine("rule", "people", "another", "draft", "determination", None, f"not yet{text}"),
        ),
        "open": {"notices": 17, f"rows_to_review{text}": 1},
        "not_read": {"part-not-read": 2, f"odd-reason{text}": 1},
        "persons": 6252,
        "persons_covered": 6252,
        "journal_head": "9:" + "cd" * 32,
    }
    return IncidentOverview(**{**values, **changes})
