"""How we got to these bytes: the way from the file that was given down to the piece that is meant."""

from __future__ import annotations

from dataclasses import dataclass

SEPARATOR = " ! "


def printable(name: str) -> str:
    """Return a name on one line, without what steers a terminal or turns the direction of reading.

    A file may be called anything: a line end and the word "clear", an escape sequence, half a character.
    """
    if name.isprintable():
        return name
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


@dataclass(frozen=True, slots=True)
class Provenance:
    """A path through nested containers, outermost first.

    ``Provenance("release.zip") / "data.xlsx" / "sheet 'raw'"`` prints as
    ``release.zip ! data.xlsx ! sheet 'raw'``. Steps name places, never the data found there.
    """

    steps: tuple[str, ...]

    @classmethod
    def of(cls, *steps: str) -> Provenance:
        """Return the provenance with these steps, outermost first, each as it may be shown."""
        return cls(tuple(map(printable, steps)))

    def __truediv__(self, step: str) -> Provenance:
        return Provenance((*self.steps, printable(step)))

    def __str__(self) -> str:
        return SEPARATOR.join(self.steps)
