"""Builds PDF files, whose texts come out by page and not as tables."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.sample import Sample
from tests.samples.hiding.pdf_building import document, shown

EXTENSION = "pdf"
CAN_HIDE = False
TRUNCATION_SHOWS = True
HAS_TABLE = False
PLANTED_TEXT = "Zzcanary"


def build(path: Path, sample: Sample) -> None:
    """Write the rows as lines of one page."""
    lines = [" ".join((PLANTED_TEXT, *row)) for row in (sample.columns, *sample.rows)]
    content = b"".join(shown(_plain(line), f"72 {680 - 20 * at}") for at, line in enumerate(lines))
    pdf, _ = document(content)
    pdf.save(path)


def _plain(line: str) -> str:
    return "".join(letter for letter in line if letter.isascii() and letter not in "()\\")
