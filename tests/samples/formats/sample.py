"""What a sample file holds, whatever its format. No real person, ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Sample:
    """One table of texts, and which of it is to be hidden where the format can hide."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    name: str = "People"
    hidden_rows: frozenset[int] = field(default=frozenset())
    """Row numbers, 1-based; the header is row 1."""
    hidden_columns: frozenset[str] = frozenset()
    hidden_sheet: str = ""
    """Name of a further sheet that is hidden; empty for none."""


PLANTED_TEXT = "Zzcanary planted A200000078"
"""Stands in every sample of a format that has no tables, whose builder says ``HAS_TABLE = False``."""


class SampleBuilder(Protocol):
    """A module of this folder, named after the format's plug-in."""

    EXTENSION: str
    CAN_HIDE: bool
    """Whether the format knows hidden rows, columns and sheets."""
    TRUNCATION_SHOWS: bool
    """Whether a file cut in half can be told from a whole one."""
    PLANTED_TEXT: str
    """A text that must come out; only of a format without tables, whose builder says ``HAS_TABLE = False``."""

    def build(self, path: Path, sample: Sample) -> None:
        """Write the sample."""


PEOPLE = Sample(
    columns=("A-Number", "Last Name", "First Name", "DOB"),
    rows=(
        ("A200000001", "Example", "Ana", "1985-03-12"),
        ("A200000002", "Muster", "Boris", "1990-07-01"),
        ("A200000003", "Ejemplo", "Carla María", "2001-12-31"),
        ("A200000004", "Exemple", "Désiré", "1979-02-28"),
    ),
    hidden_rows=frozenset({3}),
    hidden_columns=frozenset({"DOB"}),
    hidden_sheet="Notes",
)
"""Four synthetic people, one in a hidden row."""
