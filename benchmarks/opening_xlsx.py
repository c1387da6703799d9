"""How many rows of a workbook are read in a second, beside python-calamine and openpyxl on the same file.

    python -m benchmarks.opening_xlsx [--rows 200000] [--rounds 5]

Each reader runs on one core, unzipping included, the peers in an environment and a process of their own, whose start
does not count; ours flags hidden rows, columns and cells, the others do not. The rounds of all readers take turns, so
that what else the machine does falls on all of them alike; openpyxl reads the file only once, since it takes a minute.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import xlsxwriter
from rich.table import Table

from amends.scan.formats.interface import UntrustedTable
from amends.scan.formats.xlsx import read_pieces
from amends.scan.limits import DEFAULT_LIMITS
from benchmarks.measuring import console, keep
from benchmarks.peers import asking

_HIDDEN_EVERY: Final = 1_000
_SLOW: Final = frozenset({"openpyxl"})


def main() -> None:
    """Write the workbook, let each reader read it, print and keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    asking.require_peers()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        write(path, arguments.rows)
        seconds = measured(path, arguments.rows, arguments.rounds)
    rates = {name: arguments.rows / statistics.median(taken) for name, taken in seconds.items()}
    shown = Table("reader", "rows/s (median)", "ours is faster by")
    for name, rate in rates.items():
        shown.add_row(name, f"{rate:,.0f}", f"{rates['amends'] / rate:.1f}")
    console().print(shown)
    keep("opening_xlsx", {"rows": arguments.rows, "rows_per_second": rates, "seconds": seconds})


def write(path: Path, rows: int) -> None:
    """Write a table of invented people: six columns of texts, a date, three of numbers; some rows are hidden."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("People")
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for row in range(rows):
            sheet.write_string(row, 0, f"A{200_000_000 + row}")
            sheet.write_string(row, 1, f"Last{row % 5_000}")
            sheet.write_string(row, 2, f"First{row % 3_000}")
            sheet.write_number(row, 3, 20_000 + row % 20_000, date)
            sheet.write_number(row, 4, row)
            sheet.write_number(row, 5, row % 977 / 7)
            sheet.write_string(row, 6, f"{row % 900} Example Street")
            sheet.write_string(row, 7, "Springfield")
            sheet.write_number(row, 8, row % 99_999)
            sheet.write_string(row, 9, "yes" if row % 2 else "no")
            if row % _HIDDEN_EVERY == 1:
                sheet.set_row(row, None, None, {"hidden": True})


def measured(path: Path, rows: int, rounds: int) -> dict[str, list[float]]:
    """Return reader → seconds of each round."""
    readers: dict[str, Callable[[Path], tuple[int, float]]] = {
        "amends": timed_ours,
        "python-calamine": partial(asking.rows, "python-calamine"),
        "openpyxl": partial(asking.rows, "openpyxl"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(rounds):
        for name, reader in readers.items():
            if turn and name in _SLOW:
                continue
            gc.collect()
            found, taken = reader(path)
            seconds[name].append(taken)
            if found != rows:
                raise SystemExit(f"{name} found {found} rows of {rows}")
    return seconds


def timed_ours(path: Path) -> tuple[int, float]:
    """Return how many rows ours found, and in how many seconds."""
    start = time.perf_counter()
    found = ours(path)
    return found, time.perf_counter() - start


def ours(path: Path) -> int:
    """Read every row as the child process does; its collector of cycles is off there too."""
    gc.disable()
    count = hidden = 0
    with path.open("rb") as stream:
        for piece in read_pieces(stream, DEFAULT_LIMITS, by_blocks=True):
            if isinstance(piece, UntrustedTable):
                for row in piece.rows:
                    count += 1
                    hidden += row.hidden != ""
    gc.enable()
    if hidden != len(range(1, count, _HIDDEN_EVERY)):
        raise SystemExit(f"{hidden} hidden rows are not what was written")
    return count


if __name__ == "__main__":
    main()
