"""Pictures of the usual formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture


class _Image:
    name = "image"
    formats = ("bmp", "gif", "heif", "ico", "jpg", "png", "tiff", "webp")
    needs = ("amends.scan.rendering._image_pixels",)

    def render(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture]:
        from amends.scan.rendering import _image_pixels

        return _image_pixels.pictures(stream, limits)


PLUGIN = _Image()
