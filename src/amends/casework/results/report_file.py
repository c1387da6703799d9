"""``report.html`` and ``figures.json``: what the incident looks like now."""

from __future__ import annotations

import json
from pathlib import Path

from amends.casework.publish_figures import PublishedFigures
from amends.casework.queries.overview import incident_overview
from amends.casework.results.files import write_text
from amends.figures.report import render_report
from amends.ledger.models import Incident


def write_report(incident: Incident, to: Path) -> None:
    """Write the report; the same ledger gives the same bytes."""
    write_text(to, render_report(incident_overview(incident)))


def write_figures(published: PublishedFigures, folder: Path) -> None:
    """Write ``figures.json`` (exact) and ``figures-public.json`` (small cells withheld, as null)."""
    write_text(folder / "figures.json", json.dumps(published.values, indent=1) + "\n")
    write_text(folder / "figures-public.json", json.dumps(published.public, indent=1) + "\n")
