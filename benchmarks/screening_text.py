"""How fast texts are judged with all rules on, where the limit is, and how well on labelled sentences.

    python -m benchmarks.screening_text [--megabytes 16] [--rounds 5] [--labelled FILE]

One core, processor time. The limit is shown by what does less on the same bytes in the same rounds: counting one
byte (`memchr`), hyperscan with one literal that is not there, ripgrep with the same patterns, and our own
sieve before anything is checked. ``--labelled``: sentences with labelled spans in the form of presidio-research.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import hyperscan
from rich.table import Table

from amends.scan.identifiers.hyperscan_sieve import HyperscanSieve
from amends.scan.identifiers.lexicon import lexicon_of
from amends.scan.identifiers.text_detector import IdentifierDetector, fast_engine, forms
from benchmarks.measuring import PROGRAM, console, keep
from benchmarks.screening_labelled import scores
from benchmarks.screening_material import dense, prose

_BLOCK: Final = 1 << 18
_PARAGRAPH: Final = 4_096


def main() -> None:
    """Measure both kinds of text, the cold start and the labelled sentences; print and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--labelled", type=Path)
    arguments = parser.parse_args()
    kept: dict[str, Any] = {"rules": len({rule.kind for rule, _ in forms()}), "forms": len(forms())}
    shown = Table("text", "what", "MB/s (median)", "MB/s (best)")
    for name, make in (("prose", prose), ("dense", dense)):
        data = make(arguments.megabytes * 1_000_000)
        rates = measured(data, arguments.rounds)
        kept[name] = rates
        for what, (median, best) in rates.items():
            shown.add_row(name, what, f"{median:,.0f}", f"{best:,.0f}")
    console().print(shown)
    kept["cold_start_seconds"] = cold_start(arguments.rounds)
    console().print(f"amends screen, small clean file: {kept['cold_start_seconds']:.2f} s")
    if arguments.labelled:
        kept["labelled"] = scores(arguments.labelled)
        for kind, score in kept["labelled"].items():
            console().print(f"{kind}: precision {score['precision']:.2f}, recall {score['recall']:.2f}")
    keep("screening_text", kept)


def measured(text: str, rounds: int) -> dict[str, tuple[float, float]]:
    """Return what → median and best rate in MB of UTF-8 a second; the rounds of all take turns."""
    data = text.encode("utf-8", "replace")
    blocks = [data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)]
    texts = [text[at : at + _PARAGRAPH] for at in range(0, len(text), _PARAGRAPH)]
    detector, engine = IdentifierDetector(), fast_engine()
    rules = [rule for _, rule in forms()]
    sieve = HyperscanSieve(rules, lexicon_of(rules))
    nothing = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    nothing.compile(expressions=[b"zzqqxxzz"], ids=[0], flags=[0])
    works: dict[str, Callable[[], object]] = {
        "count of one byte": lambda: [block.count(b"\x01") for block in blocks],
        "hyperscan, one literal": lambda: _scan(nothing, blocks),
        "sieve": lambda: [sieve.hits(block) for block in blocks],
        "engine": lambda: [engine.spans(block) for block in blocks],
        "detector": lambda: list(detector.findings(texts)),
    }
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("rg"):
            works["ripgrep, same patterns"] = _ripgrep(Path(folder), data)
        seconds: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(rounds):
            for name, work in works.items():
                begun = _processor_seconds()
                work()
                seconds[name].append(_processor_seconds() - begun)
    size = len(data) / 1e6
    return {name: (size / statistics.median(taken), size / min(taken)) for name, taken in seconds.items()}


def _scan(database: hyperscan.Database, blocks: list[bytes]) -> None:
    for block in blocks:
        database.scan(block, match_event_handler=print)


def _processor_seconds() -> float:
    """Seconds of this process and of what it has started and waited for; others on the machine do not count."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _ripgrep(folder: Path, data: bytes) -> Callable[[], object]:
    file, patterns = folder / "text", folder / "patterns"
    file.write_bytes(data)
    rules = [rule for _, rule in forms()]
    listed = [rule.pattern for rule in rules if rule.everywhere]
    listed += [f"(?i){_escaped(word.spelling.decode())}" for word in lexicon_of(rules)]
    patterns.write_text("\n".join(listed) + "\n", encoding="utf-8")
    command = ["rg", "--threads", "1", "--count", "--text", "--file", str(patterns), str(file)]
    return lambda: subprocess.run(command, check=False, capture_output=True)


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\.+*?()[]{}|^$#" else letter for letter in text)


def cold_start(rounds: int) -> float:
    """Return the median seconds of `amends screen` on a small clean file, the program's start included."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clean.txt"
        file.write_text("The office is open from nine to five.\n" * 40, encoding="utf-8")
        taken: list[float] = []
        for _ in range(max(3, rounds)):
            begun = time.perf_counter()
            subprocess.run([str(PROGRAM), "screen", str(file)], check=True, stdout=subprocess.DEVNULL)
            taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
