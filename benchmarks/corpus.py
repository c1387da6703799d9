"""`make corpus CORPUS=DIR`: opens every file below a folder and counts how it ended, by extension.

Complete: every piece was read. Partial: some piece was not, and says why. Refused: nothing was read, and it
says why. Anything else (a crash, a hang) ends this program, and is what it is there to find. The reasons go
into a file beside the other results.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path
from time import perf_counter

from rich.table import Table

from amends.scan.opening import open_file
from benchmarks.measuring import RESULTS, console

_COLUMNS = ("files", "complete", "partial", "refused", "tables", "hidden tables", "rows", "seconds")


def main(arguments: list[str]) -> int:
    """Open, count, print, keep."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("name a folder: make corpus CORPUS=DIR\n")
        return 2
    folder = Path(arguments[0])
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: list[tuple[str, str, str, str]] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        extension = file.suffix.lower() or "none"
        reasons += _open(file, str(file.relative_to(folder)), counts[extension])
    _print(counts)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / "corpus-reasons.csv"
    with kept.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("file", "where", "code", "reason"), *reasons])
    return 0


def _open(file: Path, name: str, count: Counter[str]) -> list[tuple[str, str, str, str]]:
    began = perf_counter()
    opened = open_file(file)
    # Hundredths as a whole number, because a counter of fractions adds up badly.
    count["hundredths"] += round((perf_counter() - began) * 100)
    outcome = "complete" if opened.complete else "partial" if opened.tables else "refused"
    count.update({"files": 1, outcome: 1, "tables": len(opened.tables)})
    count["hidden tables"] += sum(bool(table.hidden) for table in opened.tables)
    count["rows"] += sum(len(table.rows) for table in opened.tables)
    return [(name, " ! ".join(s.provenance.steps[1:]), s.code, s.reason) for s in opened.skipped]


def _print(counts: dict[str, Counter[str]]) -> None:
    table = Table("extension", *_COLUMNS)
    total: Counter[str] = Counter()
    for extension, count in sorted(counts.items()):
        total.update(count)
        table.add_row(extension, *_row(count))
    table.add_section()
    table.add_row("all", *_row(total))
    console().print(table)


def _row(count: Counter[str]) -> list[str]:
    return [*(f"{count[column]:,}" for column in _COLUMNS[:-1]), f"{count['hundredths'] / 100:,.1f}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
