"""The figures: what is counted, with the query that makes each, and what must add up."""

from __future__ import annotations

from itertools import groupby

from amends.figures.definitions import figure_set
from scripts.reference.markdown import code, table

TITLE = "Figures"


def page() -> str:
    """Return the page."""
    figures = figure_set()
    parts = [
        "Every published number is one of these, made by its query and by nothing else. Where a reconciliation "
        "does not hold, no figure is published.",
        "",
    ]
    for group, members in groupby(figures.figures, key=lambda figure: figure.group):
        rows = [(code(f.name), f.title, code(" ".join(f.query.split()))) for f in members]
        parts += [f"## {group}", "", table(("figure", "what it counts", "query"), rows)]
    sums = [(code(r.total), " + ".join(map(code, r.parts))) for r in figures.reconciliations]
    parts += ["## Reconciliations", "", table(("total", "equals"), sums)]
    return "\n".join(parts)
