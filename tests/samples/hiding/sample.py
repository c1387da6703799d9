"""Files with something hidden in them, each beside the same file without it. No real person, ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PLANTED = "Zzcanary planted A200000077"
"""The text that a sample hides, unless it names another. The canary in it may stand in no log and no error."""


@dataclass(frozen=True)
class HidingSample:
    """One kind of hiding in one format. Each module of this folder exports ``SAMPLES``, a tuple of these."""

    hidden: str
    """Name of the kind of hiding, one of `amends.scan.hidden`."""
    extension: str
    build: Callable[[Path, bool], None]
    """Writes the file; with ``False`` the same file without anything hidden in this way (seen, or not there)."""
    planted: str = PLANTED
    """Stands in the text of a part that is hidden in this way, and after ``build(path, False)`` in none that is."""
    where: str = ""
    """A piece of the part's provenance, where the way to it is to be checked as well."""

    @property
    def title(self) -> str:
        """Name of the test."""
        return f"{self.hidden}.{self.extension}"
