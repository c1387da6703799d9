"""Pictures of JPEG 2000 with a label."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from PIL import Image

from tests.samples.formats.mp4 import box
from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "jp2"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def picture(*boxes: bytes, comment: str = "") -> bytes:
    """Return a picture with further boxes, and with a comment in its stream."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), (10, 120, 200)).save(stream, "JPEG2000")
    content = stream.getvalue()
    if comment:
        at = content.index(b"\xff\x4f\xff\x51")
        size = 4 + struct.unpack_from(">H", content, at + 4)[0]
        segment = struct.pack(">HHH", 0xFF64, len(comment) + 4, 1) + comment.encode()
        head = content.index(b"jp2c") - 4
        whole = content[at : at + size] + segment + content[at + size :]
        content = content[:head] + box(b"jp2c", whole)
    return content + b"".join(boxes)


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(picture(box(b"asoc", box(b"lbl ", PLANTED_TEXT.encode()))))
