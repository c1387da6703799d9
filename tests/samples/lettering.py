"""Pictures in which something is written, for character recognition. No real person, ever."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.samples.hiding.sample import PLANTED


def lettering(*lines: str, kind: str = "PNG", size: tuple[int, int] = (900, 220)) -> bytes:
    """Return a picture of the lines, black on white; of one line with the planted text where none is given."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines or (PLANTED,)):
        draw.text((24, 24 + 60 * number), line, font=ImageFont.load_default(30), fill="black")
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def scanned_page(path: Path, *lines: str) -> Path:
    """Write a PDF of one page that is nothing but a picture of the lines."""
    path.write_bytes(lettering(*lines, kind="PDF"))
    return path
