"""What a renderer offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

from amends.scan.limits import Limits


class UntrustedPicture(NamedTuple):
    """One page or one picture, as it is shown."""

    width: int
    height: int
    """In pixels."""
    pixels: bytes
    """Red, green, blue, one byte each, row by row from the top."""


class Renderer(Protocol):
    """A plug-in of `amends.scan.rendering`."""

    name: str
    """Stable, kebab-case."""
    formats: tuple[str, ...]
    """Names of the formats that it draws."""
    needs: tuple[str, ...]
    """Modules that `render` imports; they are imported before the process gives up opening files."""

    def render(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture]:
        """Yield every page as it is shown. Raises `amends.scan.formats.interface.UnreadableError`."""
        ...
