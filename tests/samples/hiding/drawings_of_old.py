"""Old drawings and publications with something in them that nothing shows."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.publisher import publication
from tests.samples.formats.visio import CHUNKS, drawing, text_chunk
from tests.samples.hiding.sample import PLANTED, HidingSample


def _publication(path: Path, plant: bool) -> None:
    links = PLANTED.encode("utf-16-le") if plant else b""
    path.write_bytes(compound_bytes(publication("Seen" if plant else PLANTED, links=links)))


def _drawing(path: Path, plant: bool) -> None:
    tree = {"VisioDocument": drawing((CHUNKS, text_chunk("Seen" if plant else PLANTED)))}
    path.write_bytes(compound_bytes({**tree, "Prolog": PLANTED.encode()} if plant else tree))


SAMPLES = (
    HidingSample("ole-stream", "pub", _publication, where="Quill ! chunk 2"),
    HidingSample("ole-stream", "vsd", _drawing, where="Prolog"),
)
