"""Documents of Pages, as they were written before 2013."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "pages"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True


def document(path: Path, members: dict[str, bytes]) -> Path:
    """Write a document with these members beside its history."""
    with zipfile.ZipFile(path, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
        package.writestr("buildVersionHistory.plist", b"<plist/>")
    return path


def archive(*pieces: bytes) -> bytes:
    """Return an archive (.iwa) of chunks that are packed already."""
    return b"".join(b"\0" + len(piece).to_bytes(3, "little") + piece for piece in pieces)


def plain(text: bytes) -> bytes:
    """Return a packed chunk that repeats nothing."""
    return bytes((len(text), (len(text) - 1) << 2)) + text


def build(path: Path, sample: Sample) -> None:
    del sample
    document(path, {"index.xml": f"<document><p>{PLANTED_TEXT}</p></document>".encode()})
