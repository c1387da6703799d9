"""Pictures as pixels, by Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from PIL import AvifImagePlugin, Image, ImageOps, UnidentifiedImageError

from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits
from amends.scan.rendering.interface import UntrustedPicture

# Decoders are loaded by name when a picture is opened; here no module can be loaded any more.
Image.init()
_WHITE: Final = (255, 255, 255)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the child may start none
Image.MAX_IMAGE_PIXELS = None  # our own bound is asked first


def pictures(stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPicture]:
    """Yield the picture (of an animation its first, of a TIFF every page), turned as its orientation says."""
    try:
        with Image.open(stream) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            for number in range(frames):
                image.seek(number)
                if not 0 < image.width * image.height <= limits.pixels:
                    raise UnreadableError("too-large")
                shown = _on_white(ImageOps.exif_transpose(image))
                yield UntrustedPicture(shown.width, shown.height, shown.tobytes())
    except UnidentifiedImageError as error:  # known to the reader of its texts, and to no decoder here
        raise UnreadableError("reader-missing") from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError) as error:
        raise UnreadableError("corrupt") from error


def _on_white(image: Image.Image) -> Image.Image:
    """What is transparent shows what is behind it, which on a page is white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        opaque = image.convert("RGBA")
        ground = Image.new("RGBA", opaque.size, _WHITE)
        return Image.alpha_composite(ground, opaque).convert("RGB")
    return image.convert("RGB")
