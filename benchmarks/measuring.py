"""What every measurement shares: running the program as its users do, and saying where it ran."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PROGRAM = Path(sys.executable).with_name("amends")


def amends(*arguments: str, home: Path | None = None, url: str = "") -> Any:
    """Run `amends ... --json` and return what it printed. Raises ``CalledProcessError`` when it fails.

    ``url``: address of the PostgreSQL database on which it shall work.
    """
    given = {"AMENDS_HOME": str(home) if home else "", "AMENDS_DATABASE_URL": url}
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    done = subprocess.run(
        [str(PROGRAM), *arguments, "--json"], env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout)


def machine() -> dict[str, Any]:
    """Return what a number is worth nothing without: commit, processor, cores, memory, Python."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "commit": commit.stdout.strip() or "unknown",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
    }


def keep(name: str, content: dict[str, Any]) -> Path:
    """Write a result beside the earlier ones and return where it lies."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    file.write_text(json.dumps({"machine": machine(), **content}, indent=1) + "\n", encoding="utf-8")
    return file


def console() -> Console:
    """Return a console that wraps no table in a pipe."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 140)


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()
