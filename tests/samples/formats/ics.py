"""Sample files without a table: one text that must come out."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "ics"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = False


def build(path: Path, sample: Sample) -> None:
    del sample
    event = f"BEGIN:VEVENT\r\nSUMMARY:{PLANTED_TEXT}\r\nEND:VEVENT\r\n"
    path.write_text(f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n", encoding="utf-8")
