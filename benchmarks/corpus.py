"""`make corpus CORPUS=DIR`: opens every file below a folder and counts how it ended, by format.

Complete: every piece was read. Partial: some piece was not, and says why. Refused: nothing was read, and it
says why. Anything else (a crash, a hang) ends this program, and is what it is there to find. The reasons go
into a file beside the other results. ``CORPUS_JOBS`` files are opened at once, as many as there are cores.
Files whose name is that of an Office or a PDF file come first and are timed by themselves, then all others.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rich.table import Table

from amends.scan.opening import read_parts
from amends.scan.parts import Summary
from amends.vocabulary.plugins import load_plugins
from benchmarks.measuring import RESULTS, console, keep

_OFFICE_AND_PDF = ("docx", "doc", "pptx", "ppt", "xlsx", "xlsb", "xls", "opendocument", "pdf")
JOBS = int(os.environ.get("CORPUS_JOBS", str(os.cpu_count() or 1)))
_COLUMNS = ("files", "complete", "partial", "refused", "parts", "hidden parts", "tables", "rows")


@dataclass(frozen=True, slots=True)
class Opened:
    """How one file ended."""

    name: str
    format: str
    outcome: str
    seconds: float
    summary: Summary


def main(arguments: list[str]) -> int:
    """Open, count, print, keep."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("name a folder: make corpus CORPUS=DIR\n")
        return 2
    folder = Path(arguments[0])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    extensions = office_and_pdf()
    documents = [file for file in files if file.suffix.lstrip(".").lower() in extensions]
    others = sorted(set(files) - set(documents))
    with ThreadPoolExecutor(JOBS) as pool:
        opened, of_documents = _timed(pool, documents, folder)
        more, of_others = _timed(pool, others, folder)
    opened += more
    seconds = of_documents + of_others
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in opened:
        _count(counts[one.format], one)
    _print(counts)
    out = console()
    for named, count, taken in (
        ("Office and PDF files", len(documents), of_documents),
        ("other files", len(others), of_others),
        ("files", len(files), seconds),
    ):
        if count:
            out.print(f"{count:,} {named} in {taken:.1f} s, {count / taken:.1f} files/s, {JOBS} at once")
    slowest = sorted(opened, key=lambda one: -one.seconds)[:5]
    out.print("slowest: " + ", ".join(f"{one.name} {one.seconds:.1f} s" for one in slowest))
    _keep_reasons(opened)
    keep(
        "corpus",
        {
            "seconds": seconds,
            "jobs": JOBS,
            "office_and_pdf": {"files": len(documents), "seconds": of_documents},
            "formats": {name: dict(count) for name, count in counts.items()},
        },
    )
    return 0


def office_and_pdf() -> frozenset[str]:
    """Return the extensions of Office files, old and new, of OpenDocument and of PDF."""
    formats = load_plugins("amends.scan.formats")
    return frozenset(extension for name in _OFFICE_AND_PDF for extension in formats[name].extensions)


def _timed(pool: ThreadPoolExecutor, files: list[Path], folder: Path) -> tuple[list[Opened], float]:
    began = perf_counter()
    opened = list(pool.map(lambda file: open_one(file, folder), files))
    return opened, perf_counter() - began


def open_one(file: Path, folder: Path) -> Opened:
    """Open one file to its end and let its parts go."""
    began = perf_counter()
    summary = Summary()
    for _ in read_parts(file, summary):
        pass
    name = (
        summary.formats[0].format if summary.formats else f"unknown ({file.suffix.lower() or 'no extension'})"
    )
    found = summary.parts.total() > 0
    outcome = "complete" if summary.complete else "partial" if found else "refused"
    return Opened(str(file.relative_to(folder)), name, outcome, perf_counter() - began, summary)


def _count(count: Counter[str], one: Opened) -> None:
    summary = one.summary
    # Hundredths as a whole number, because a counter of fractions adds up badly.
    count["hundredths"] += round(one.seconds * 100)
    count.update({"files": 1, one.outcome: 1, "tables": len(summary.tables)})
    count["parts"] += summary.parts.total()
    count["hidden parts"] += summary.hidden.total()
    count["rows"] += sum(table.rows for table in summary.tables)


def _print(counts: dict[str, Counter[str]]) -> None:
    table = Table("format", *_COLUMNS, "seconds")
    total: Counter[str] = Counter()
    for name, count in sorted(counts.items()):
        total.update(count)
        table.add_row(name, *_row(count))
    table.add_section()
    table.add_row("all", *_row(total))
    console().print(table)


def _row(count: Counter[str]) -> Iterator[str]:
    yield from (f"{count[column]:,}" for column in _COLUMNS)
    yield f"{count['hundredths'] / 100:,.1f}"


def _keep_reasons(opened: list[Opened]) -> None:
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / "corpus-reasons.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(("file", "format", "outcome", "where", "code", "reason"))
        for one in opened:
            for piece in one.summary.skipped:
                where = " ! ".join(piece.provenance.steps[1:])
                rows.writerow((one.name, one.format, one.outcome, where, piece.code, piece.reason))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
