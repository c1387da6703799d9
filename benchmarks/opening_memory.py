"""How much memory `amends parts` takes for a workbook of a million rows: of each of its processes, and of all together.

    python -m benchmarks.opening_memory [--rows 1000000] [--outputs summary json text]

The program runs as its users run it, its output going to a file. Peaks are the kernel's own (``VmHWM``), read until
the process ends. Their sum counts what the processes share (Python itself, what the fork server imported) as often as
there are processes; beside it stands the most that all of them held at one time, shared pages counted once (``Pss``).
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from benchmarks.measuring import PROGRAM, console, keep

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EVERY_SECONDS: Final = 0.05
_TEXTS: Final = 9_000
"""Strings that many rows share; each row has two of its own beside them."""
_FLAGS: Final = {
    "summary": ["--summary-only", "--json"],
    "json": ["--json"],
    "text": [],
}
_BOUND_MB: Final = 400


def main() -> None:
    """Write the workbook, let the program read it once for each kind of output, print and keep the peaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--outputs", nargs="+", choices=list(_FLAGS), default=list(_FLAGS))
    arguments = parser.parse_args()
    shown = Table("output", "process", "peak MB")
    kept: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.xlsx"
        write(path, arguments.rows)
        for output in arguments.outputs:
            found = kept[output] = measured(path, Path(folder) / "output", _FLAGS[output])
            for name, peak in found["peaks_mb"].items():
                shown.add_row(output, name, f"{peak:,.0f}")
            shown.add_row(output, "sum of the peaks", f"{found['sum_of_peaks_mb']:,.0f}")
            shown.add_row(output, "all at one time", f"{found['together_mb']:,.0f}")
            shown.add_row(output, "exit code, seconds, output MB",
                          f"{found['exit_code']}, {found['seconds']:.0f}, {found['output_mb']:,.0f}")  # fmt: skip
    console().print(shown)
    keep("opening_memory", {"rows": arguments.rows, "bound_mb": _BOUND_MB, "outputs": kept})


def write(path: Path, rows: int) -> None:
    """Write a workbook of ten columns: six of texts, two of them different in every row, a date, three of numbers."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        '<sheet name="People" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="s" Type="{_RELATIONS}/worksheet" Target="sheet1.xml"/>'
        f'<Relationship Id="y" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{_RELATIONS}/sharedStrings" Target="strings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts><font/></fonts><fills><fill/></fills>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        with package.open("xl/strings.xml", "w", force_zip64=True) as part:
            for piece in _strings(rows):
                part.write(piece.encode())
        with package.open("xl/sheet1.xml", "w", force_zip64=True) as part:
            for piece in _sheet(rows):
                part.write(piece.encode())


def _strings(rows: int) -> Iterator[str]:
    yield f'<sst xmlns="{_MAIN}">'
    yield "".join(f"<si><t>Word {number}</t></si>" for number in range(_TEXTS))
    for row in range(rows):
        yield f"<si><t>A{200_000_000 + row}</t></si><si><t>{row} Example Street</t></si>"
    yield "</sst>"


def _sheet(rows: int) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetData>'
    for row in range(rows):
        number = row + 1
        own = _TEXTS + 2 * row
        shared = "".join(
            f'<c r="{letter}{number}" t="s"><v>{index}</v></c>'
            for letter, index in zip(
                "ABCDEF",
                (own, row % 5_000, row % 3_000, own + 1, row % _TEXTS, row % 2),
                strict=True,
            )
        )
        hidden = ' hidden="1"' if row % 1_000 == 1 else ""
        yield (
            f'<row r="{number}" spans="1:10"{hidden}>{shared}<c r="G{number}" s="1"><v>{20_000 + row % 20_000}</v></c>'
            f'<c r="H{number}"><v>{row}</v></c><c r="I{number}"><v>{row % 977 / 7}</v></c>'
            f'<c r="J{number}"><v>{row % 99_999}</v></c></row>'
        )
    yield "</sheetData></worksheet>"


def measured(path: Path, output: Path, flags: list[str]) -> dict[str, Any]:
    """Run the program on the workbook and return what its processes took at most."""
    peaks: dict[int, tuple[str, int]] = {}
    together = 0
    start = time.perf_counter()
    with output.open("wb") as written:
        program = subprocess.Popen([str(PROGRAM), "parts", str(path), *flags], stdout=written)
        while program.poll() is None:
            held = 0
            for process in family(program.pid):
                with contextlib.suppress(OSError, ValueError):  # it has ended meanwhile
                    peaks[process] = role(process, program.pid), kilobytes(process, "status", "VmHWM")
                    held += kilobytes(process, "smaps_rollup", "Pss")
            together = max(together, held)
            time.sleep(_EVERY_SECONDS)
    by_role: dict[str, float] = {}
    for name, peak in peaks.values():  # a child that only asked for imports ends before the one that reads
        by_role[name] = max(by_role.get(name, 0.0), peak / 1_024)
    return {
        "peaks_mb": by_role,
        "sum_of_peaks_mb": sum(by_role.values()),
        "together_mb": together / 1_024,
        "seconds": time.perf_counter() - start,
        "exit_code": program.returncode,
        "output_mb": output.stat().st_size / 2**20,
    }


def family(process: int) -> list[int]:
    """Return the ids of a process and of all that descend from it."""
    found = [process]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def role(process: int, program: int) -> str:
    """Return which of the program's processes this is."""
    parent = int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    if process == program:
        return "program"
    return "fork server" if parent == program else "child"


def kilobytes(process: int, file: str, name: str) -> int:
    """Return a figure that the kernel gives about a process."""
    for line in Path(f"/proc/{process}/{file}").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(name)


if __name__ == "__main__":
    main()
