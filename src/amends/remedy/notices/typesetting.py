"""Sets composed letters with typst: one compiler for many letters, the same bytes for the same letter.

A fresh compiler for each letter would read the fonts each time. The letter's text goes in as a file
beside the layout, in a folder that only this process uses: typst keeps its cache of laid-out
paragraphs over that, and loses it when ``sys_inputs`` change.
"""

from __future__ import annotations

import datetime
import hashlib
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import typst

from amends.remedy.notices.fonts import font_folders
from amends.vocabulary.errors import FaultError

LAYOUT_FILE: Final = Path(__file__).parent / "layout" / "letter.typ"
_PDF_STANDARDS: Final[list[typst.PDFStandard]] = ["ua-1"]
"""PDF/UA (ISO 14289-1): tagged, with language and title, so that a screen reader can read the letter."""


class Typesetter:
    """One compiler and its folder. Not to be shared between threads or processes."""

    def __init__(self, folder: Path) -> None:
        """Prepare ``folder``, which must exist and be private, for setting letters in it."""
        self._data = folder / "letter.json"
        layout = folder / LAYOUT_FILE.name
        shutil.copyfile(LAYOUT_FILE, layout)
        paths: list[Path] = list(font_folders())
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
        self._compiler = typst.Compiler(layout, root=folder, font_paths=fonts, ignore_system_fonts=True)

    def set(self, text: str, dated: datetime.date, reference: str) -> bytes:
        """Return the PDF of one composed letter.

        The creation date in the file is the letter's own, at midnight UTC, so that the same letter
        gives the same bytes. Raises ``FaultError`` ``typesetting-failed`` naming the reference only:
        the compiler's own message may quote the letter.
        """
        self._data.write_text(text, encoding="utf-8")
        midnight = datetime.datetime.combine(dated, datetime.time(), datetime.UTC)
        try:
            pdf = self._compiler.compile(format="pdf", pdf_standards=_PDF_STANDARDS, timestamp=midnight)
        except typst.TypstError:
            pdf = None
        if not isinstance(pdf, bytes):
            raise FaultError(
                "typesetting-failed",
                "typst could not set a letter",
                hint="Set this letter alone with `typst compile` on the layout to see why.",
                where=reference,
            )
        return pdf


@cache
def edition() -> str:
    """Return a digest of everything besides its text that decides a letter's bytes: layout, typst, fonts."""
    digest = hashlib.sha256(LAYOUT_FILE.read_bytes())
    digest.update(version("typst").encode())
    for folder in font_folders():
        for path in sorted(folder.iterdir()):
            if path.is_file():
                digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.hexdigest()
