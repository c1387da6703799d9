"""How fast an index of known people is built, opened and asked, how large it is, and how often it is wrong.

    python -m benchmarks.known [--people 10000000] [--keys 100000000] [--folder DIR]

Two measurements, each in a process of its own so that its peak of memory is its own: a registry of synthetic people
is built through the program; random fingerprints, as many as ``--keys``, are put into an index and asked for, one in
ten of the questions being in it. The rate of look-ups stands beside the rate of plain random reads of the same memory
in the same run, because the machine's own speed varies.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.table import Table

from amends.scan.known.index import KnownIndex
from amends.scan.known.keys import Fingerprinter
from amends.scan.known.layout import Contents
from amends.scan.known.names import VERSION as RULES
from amends.scan.known.secret import write_key
from amends.scan.known.sorting import Runs, merged
from amends.scan.known.writing import IndexDraft, swap, workshop
from benchmarks.known_people import MAPPING, write_registry
from benchmarks.measuring import ROOT, console, keep

KEY: Final = bytes(range(16))
_DRAWN_AT_ONCE: Final = 4_000_000
_ASKED: Final = 4_000_000
_ROUNDS: Final = 5


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000_000)
    parser.add_argument("--keys", type=int, default=100_000_000)
    parser.add_argument("--lookups", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", choices=("building", "asking"))
    arguments = parser.parse_args()
    if arguments.only:
        work = building if arguments.only == "building" else asking
        sys.stdout.write(json.dumps(work(arguments)))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        results = {name: _apart(name, arguments, Path(folder)) for name in ("building", "asking")}
    shown = Table("measurement", "figure")
    for name, figures in results.items():
        for figure, value in figures.items():
            shown.add_row(f"{name}: {figure}", f"{value:,.4g}" if isinstance(value, float) else f"{value:,}")
    console().print(shown)
    keep("known", results)


def building(arguments: argparse.Namespace) -> dict[str, Any]:
    """Build an index of synthetic people through the program, and say how long it took and what it needed."""
    registry, key, index, mapping = (
        arguments.folder / name for name in ("r.parquet", "key", "i.known", "map.toml")
    )
    write_registry(registry, arguments.people)
    mapping.write_text(MAPPING, encoding="utf-8")
    write_key(key, KEY)
    command = [
        sys.executable,
        "-c",
        "from amends.cli.main import main; main()",
        "known",
        "build",
        str(registry),
    ]
    command += ["--map", str(mapping), "--key-file", str(key), "-o", str(index), "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    opened = KnownIndex(index)
    return {
        "people": arguments.people,
        "seconds": seconds,
        "processor seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak memory, GB": after.ru_maxrss * 1024 / 1e9,
        "fingerprints": opened.description.entries,
        "bytes a fingerprint": opened.description.size / opened.description.entries,
        "chance of a collision": opened.description.chance_of_collision,
        "chance of a common name": opened.description.contents.common_names,
        "chance of a common name and birthday": opened.description.contents.common_births,
    }


def asking(arguments: argparse.Namespace) -> dict[str, Any]:
    """Fill an index with random fingerprints, open it, and ask for as many as are wanted, on one core."""
    path = arguments.folder / "random.known"
    begun = time.perf_counter()
    _fill(path, arguments.keys)
    filled = time.perf_counter() - begun
    opening = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        index = KnownIndex(path)
        opening.append(time.perf_counter() - begun)
    asked = known = 0
    seconds = processor = plain = 0.0
    for fingerprints in _questions(arguments.keys, arguments.lookups):
        begun, used = time.perf_counter(), time.process_time()
        found = index.contains(fingerprints)
        seconds, processor = seconds + time.perf_counter() - begun, processor + time.process_time() - used
        asked, known = asked + len(found), known + int(found.sum())
        plain += _plain_reads(index, fingerprints)
    return {
        "keys": index.description.entries,
        "bytes a key": index.description.size / index.description.entries,
        "seconds to fill": filled,
        "opening, ms (median)": statistics.median(opening) * 1e3,
        "asked": asked,
        "found": known,
        "million look-ups a second": asked / seconds / 1e6,
        "million look-ups a processor second": asked / processor / 1e6,
        "million plain random reads a processor second": asked / plain / 1e6,
        "peak memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
    }


def _fill(path: Path, keys: int) -> None:
    with workshop(path) as folder:
        runs = Runs(folder)
        for first in range(0, keys, _DRAWN_AT_ONCE):
            runs.add(_drawn(first, min(_DRAWN_AT_ONCE, keys - first)))
        draft = IndexDraft(folder)
        for begin, end, ascending in merged(runs.finished()):
            draft.add(begin, end, ascending)
        now = datetime(2022, 11, 28, tzinfo=UTC).isoformat()
        check = Fingerprinter(KEY).check_value
        swap(draft.finish(Contents(people=keys, built_at=now, key_check=check, rules=RULES)), path)


def _questions(keys: int, lookups: int) -> Iterator[np.ndarray]:
    """Yield random fingerprints, one in ten of them in the index."""
    rng = np.random.default_rng(99)
    for asked in range(0, lookups, _ASKED):
        fingerprints = rng.integers(0, 2**64, _ASKED, dtype=np.uint64)
        first = asked * 7 % keys // _DRAWN_AT_ONCE * _DRAWN_AT_ONCE
        drawn = _drawn(first, min(_DRAWN_AT_ONCE, keys - first))
        fingerprints[::10] = drawn[rng.integers(0, len(drawn), len(fingerprints[::10]))]
        yield fingerprints


def _drawn(first: int, count: int) -> np.ndarray:
    return np.random.default_rng((5, first)).integers(0, 2**64, count, dtype=np.uint64)


def _plain_reads(index: KnownIndex, fingerprints: np.ndarray) -> float:
    """Return the processor seconds in which four bytes at a random place are read, once a question."""
    entries = index.description.entries
    section = index.description.sections["upper"]
    stored = np.memmap(index.path, dtype="<u4", mode="r", offset=section.offset, shape=(entries,))
    places = ((fingerprints >> np.uint64(32)) * np.uint64(entries) >> np.uint64(32)).astype(np.int64)
    begun = time.process_time()
    for first in range(0, len(places), 1 << 16):
        stored.take(places[first : first + (1 << 16)], mode="clip")
    return time.process_time() - begun


def _apart(name: str, arguments: argparse.Namespace, folder: Path) -> Any:
    command = [sys.executable, "-m", "benchmarks.known", "--only", name, "--folder", str(folder)]
    for option in ("people", "keys", "lookups"):
        command += [f"--{option}", str(getattr(arguments, option))]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
