"""What is counted: each figure with the query that makes it, and what must add up to what (R41)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """One figure: a count, and the SQL by which anyone can make it again."""

    name: str
    title: str
    group: str
    query: str
    unit: str = "people"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A total that must equal the sum of its parts."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureSet:
    """All definitions, in the order in which they are shown."""

    figures: tuple[FigureDefinition, ...]
    reconciliations: tuple[Reconciliation, ...]


@cache
def figure_set() -> FigureSet:
    """Return the definitions that come with Amends. ``KeyError`` for a reconciliation of unknown figures."""
    text = (resources.files("amends.figures") / "definitions.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    figures = tuple(FigureDefinition(**item) for item in content["figure"])
    known = {figure.name for figure in figures}
    sums = tuple(Reconciliation(item["total"], tuple(item["parts"])) for item in content["reconciliation"])
    for item in sums:
        unknown = {item.total, *item.parts} - known
        if unknown:
            raise KeyError(f"reconciliation of unknown figures: {sorted(unknown)}")
    return FigureSet(figures, sums)
