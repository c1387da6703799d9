"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "vcf"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_text(f"BEGIN:VCARD\r\nFN:{PLANTED_TEXT}\r\nEND:VCARD\r\n", encoding="utf-8")
