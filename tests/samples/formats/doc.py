"""Sample documents of Word 97 to 2003: the table of the sample as a table of the document."""

from __future__ import annotations

from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.sample import Sample
from tests.samples.formats.word_binary import ROW_END, document

EXTENSION = "doc"
CAN_HIDE = False
TRUNCATION_SHOWS = True


def build(path: Path, sample: Sample) -> None:
    runs: list[tuple[str, bytes]] = []
    for texts in (sample.columns, *sample.rows):
        runs += [("".join(f"{text}\x07" for text in texts), b""), ("\x07", ROW_END)]
    path.write_bytes(compound_bytes(document([*runs, ("\r", b"")])))
