"""Runs the queries, and says where the counts do not add up."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from amends.figures.definitions import FigureSet, Reconciliation, figure_set
from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """One figure as counted now."""

    name: str
    title: str
    group: str
    value: int
    unit: str
    query: str


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A total that its parts do not add up to."""

    total: str
    value: int
    parts: tuple[str, ...]
    sum_of_parts: int

    def __str__(self) -> str:
        return f"{self.total} is {self.value}, but {' + '.join(self.parts)} is {self.sum_of_parts}"


def count_figures(incident: Incident, definitions: FigureSet | None = None) -> tuple[CountedFigure, ...]:
    """Run every query for one incident. The caller holds a transaction, so that all counts are of one moment."""
    parameters = {"incident": incident.pk, "yes": True, "no": False}
    counted = []
    with connection.cursor() as cursor:
        for figure in (definitions or figure_set()).figures:
            cursor.execute(figure.query, parameters)
            value = int(cursor.fetchone()[0])
            counted.append(
                CountedFigure(figure.name, figure.title, figure.group, value, figure.unit, figure.query)
            )
    return tuple(counted)


def discrepancies(
    values: dict[str, int], reconciliations: tuple[Reconciliation, ...]
) -> tuple[Discrepancy, ...]:
    """Return every reconciliation that fails; empty where all figures add up."""
    found = []
    for item in reconciliations:
        total, parts = values[item.total], sum(values[part] for part in item.parts)
        if total != parts:
            found.append(Discrepancy(item.total, total, item.parts, parts))
    return tuple(found)
