"""What a renderer offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

from amends.scan.formats.interface import UntrustedUnread
from amends.scan.limits import Limits


class UntrustedPicture(NamedTuple):
    """One page or one picture, as it is shown."""

    width: int
    height: int
    """In pixels."""
    pixels: bytes
    """Red, green, blue, one byte each, row by row from the top."""
    where: tuple[str, ...] = ()
    """The way from the file that was given down to the picture; empty where the file itself is drawn."""
    hidden: str = ""
    """Why a reader of the file does not see it, a name out of `amends.scan.hidden`; empty where it is seen."""


class Renderer(Protocol):
    """A plug-in of `amends.scan.rendering`."""

    name: str
    """Stable, kebab-case."""
    formats: tuple[str, ...]
    """Names of the formats that it draws; empty for one that looks for pictures in files of any format."""
    needs: tuple[str, ...]
    """Modules that `render` imports; they are imported before the process gives up opening files."""

    def render(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture | UntrustedUnread]:
        """Yield every page as it is shown, and each that cannot be drawn.

        Raises `amends.scan.formats.interface.UnreadableError`.
        """
        ...
