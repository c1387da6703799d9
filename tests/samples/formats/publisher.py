"""Publications put together from a story, without any layout."""

from __future__ import annotations

import struct
from pathlib import Path

from amends.scan.formats._compound_writer import Tree, compound_bytes
from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "pub"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True


def publication(text: str, *, links: bytes = b"", layout: bytes = b"") -> Tree:
    """Return the tree of a publication: its story, a chunk of links, and the stream of its layout."""
    raw = text.encode("utf-16-le")
    start = 0x20 + 24 * 3
    listed = b"".join(
        struct.pack("<H4sHHH4sII", 0x18, kind, 0, 0, 0, kind, at, size)
        for kind, at, size in ((b"TEXT", start, len(raw)), (b"PL  ", start + len(raw), len(links)))
    )
    story = b"CHNKINK ".ljust(0x20, b"\0") + listed.ljust(24 * 3, b"\0") + raw + links
    tree: dict[str, Tree | bytes] = {"Quill": {"QuillSub": {"CONTENTS": story}}}
    return {**tree, "Contents": layout} if layout else tree


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(compound_bytes(publication(f"{PLANTED_TEXT}\rSecond paragraph")))
