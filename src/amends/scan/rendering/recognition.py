"""Every picture in a file of any kind, for character recognition: pictures, pictures in documents, scanned pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats.interface import UntrustedUnread
from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture


class _Recognition:
    name = "recognition"
    formats = ()
    needs = ("amends.scan.rendering._pictures_within",)

    def render(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture | UntrustedUnread]:
        from amends.scan.rendering import _pictures_within

        return _pictures_within.pictures_within(stream, limits)


PLUGIN = _Recognition()
