"""How we got to these bytes: the way from the file that was given down to the piece that is meant."""

from __future__ import annotations

from dataclasses import dataclass

SEPARATOR = " ! "


@dataclass(frozen=True, slots=True)
class Provenance:
    """A path through nested containers, outermost first.

    ``Provenance("release.zip") / "data.xlsx" / "sheet 'raw'"`` prints as
    ``release.zip ! data.xlsx ! sheet 'raw'``. Steps name places, never the data found there.
    """

    steps: tuple[str, ...]

    @classmethod
    def of(cls, *steps: str) -> Provenance:
        """Return the provenance with these steps, outermost first."""
        return cls(steps)

    def __truediv__(self, step: str) -> Provenance:
        return Provenance((*self.steps, step))

    def __str__(self) -> str:
        return SEPARATOR.join(self.steps)
