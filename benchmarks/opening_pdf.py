"""Measures how fast PDF pages are read: bare text against pdfium's own extraction, and with the visibility check.

``python -m benchmarks.opening_pdf [--pages N] [--rounds N]``; all in one run on one core, medians of the rounds.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from io import BytesIO
from time import perf_counter

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name
from rich.table import Table

from amends.scan.formats._pdf_pages import NO_FACTS, bare_text, read_page
from amends.scan.formats._pdf_pdfium import opened
from amends.scan.formats._pdf_reading import read_pdf
from amends.scan.limits import DEFAULT_LIMITS
from benchmarks.measuring import console, keep

_LINES = 45
_WORDS = (
    "harbour",
    "ledger",
    "permit",
    "storage",
    "custody",
    "transfer",
    "review",
    "notice",
    "registry",
    "appeal",
)
_BOXED_EVERY = 10


def synthetic(pages: int) -> bytes:
    """Return a report: 45 lines a page, a grey table head, and on every tenth page a black box over a line."""
    pdf = pikepdf.Pdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F=font))
        drawing = ["0.9 g 60 770 470 16 re f 0 g"]
        for line in range(_LINES):
            words = [_WORDS[(number * 7 + line * 3 + at) % len(_WORDS)] for at in range(10)]
            text = f"{number:05} {' '.join(words)} {line:02}"
            drawing.append(f"BT /F 10 Tf 72 {775 - 16 * line} Td ({text}) Tj ET")
        if number % _BOXED_EVERY == 0:
            drawing.append("0 g 120 583 200 12 re f")
        page.obj.Contents = pdf.make_stream("\n".join(drawing).encode())
    written = BytesIO()
    pdf.save(written)
    return written.getvalue()


def peer_text(content: bytes) -> int:
    """Return how many characters pdfium's own extraction gives."""
    document = pypdfium2.PdfDocument(content)
    total = 0
    for page in document:
        text = page.get_textpage()
        total += len(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return total


def our_text(content: bytes) -> int:
    """Return how many characters our own bare extraction gives."""
    with opened(content) as document:
        return sum(len(bare_text(document, index)) for index in range(_page_count(content)))


def checked_text(content: bytes) -> int:
    """Return how many pieces come out with the visibility check."""
    with opened(content) as document:
        pages = range(_page_count(content))
        return sum(len(list(read_page(document, index, NO_FACTS))) for index in pages)


def whole_file(content: bytes) -> int:
    """Return how many pieces the whole reader gives, all objects included."""
    return len(list(read_pdf(content, DEFAULT_LIMITS)))


def _page_count(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as pdf:
        return len(pdf.pages)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    content = synthetic(given.pages)
    readers: dict[str, Callable[[bytes], int]] = {
        "pypdfium2, bare": peer_text,
        "ours, bare": our_text,
        "ours, with visibility": checked_text,
        "ours, whole file": whole_file,
    }
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(given.rounds):
        for name, reader in readers.items():
            begun = perf_counter()
            reader(content)
            seconds[name].append(perf_counter() - begun)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    table = Table("reader", "median s", "pages/s", "against bare pypdfium2")
    bare = medians["pypdfium2, bare"]
    for name, median in medians.items():
        table.add_row(name, f"{median:.3f}", f"{given.pages / median:,.0f}", f"{bare / median:.2f}")
    console().print(table)
    keep(
        "opening-pdf",
        {
            "pages": given.pages,
            "pages_per_second": {name: round(given.pages / median, 1) for name, median in medians.items()},
            "bare_ratio": round(bare / medians["ours, bare"], 2),
        },
    )


if __name__ == "__main__":
    main()
