"""Which hiding places each reader finds: `make bench-opening`.

Every sample of `tests/samples/hiding` hides one text in one way. A reader finds it when the text stands anywhere in
what the reader gives; that it says where and why is asked of ours alone. White space is left out of the comparison.
"""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
from collections import defaultdict
from pathlib import Path

from rich.table import Table

import tests.samples.hiding as folder
from amends.scan.opening import read_parts
from amends.scan.parts import Part, Summary
from benchmarks.measuring import console, keep
from benchmarks.peers.asking import require_peers, texts
from benchmarks.peers.completing import complete
from tests.samples.hiding.sample import HidingSample

_WORKBOOK = frozenset({"xlsx", "xlsm", "xltx"})
READS = {
    "openpyxl": _WORKBOOK,
    "python-calamine": _WORKBOOK | {"xls", "ods"},  # our .xlsb samples are too bare for it: it opens none
    "python-docx": frozenset({"docx", "docm", "dotx"}),
    "python-pptx": frozenset({"pptx", "pptm", "ppsx", "potx"}),
    "pypdfium2": frozenset({"pdf"}),
    "pdfminer.six": frozenset({"pdf"}),
    "kreuzberg": None,
}
"""Peer → extensions that it says it reads; None: it is asked for all."""
_OURS = "amends"


def main() -> None:
    """Build the samples, ask everybody, print and keep."""
    require_peers()
    samples = all_samples()
    with tempfile.TemporaryDirectory() as made:
        paths = [_built(sample, Path(made) / str(number)) for number, sample in enumerate(samples)]
        found: dict[str, list[bool | None]] = {
            _OURS: [_holds(ours(path), sample) for sample, path in zip(samples, paths, strict=True)]
        }
        for peer, extensions in READS.items():
            found[peer] = _asked(peer, extensions, samples, paths)
    _print(samples, found)
    keep(
        "opening-hiding",
        {
            peer: {
                "found": sum(answer is True for answer in answers),
                "asked": sum(answer is not None for answer in answers),
                "missed": sorted(
                    {one.title for one, answer in zip(samples, answers, strict=True) if answer is False}
                ),
            }
            for peer, answers in found.items()
        },
    )


def all_samples() -> list[HidingSample]:
    """Return the samples of all families, by extension."""
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__) if module.name != "sample")
    modules = [importlib.import_module(f"{folder.__name__}.{name}") for name in names]
    found: list[HidingSample] = [sample for module in modules for sample in getattr(module, "SAMPLES", ())]
    return sorted(found, key=lambda sample: (sample.extension, sample.hidden))


def _built(sample: HidingSample, at: Path) -> Path:
    at.mkdir()
    path = at / f"sample.{sample.extension}"
    sample.build(path, True)
    bare = path.read_bytes()
    complete(path)
    if not _holds(ours(path), sample):
        path.write_bytes(bare)  # what lies outside of all parts was lost on the way
    return path


def ours(path: Path) -> str:
    """Return the text of every part that is hidden."""
    return "\n".join(
        piece.text for piece in read_parts(path, Summary()) if isinstance(piece, Part) and piece.hidden
    )


def _asked(
    peer: str, extensions: frozenset[str] | None, samples: list[HidingSample], paths: list[Path]
) -> list[bool | None]:
    """Return for each sample whether the peer finds it, None where it is not asked."""
    asked = [at for at, one in enumerate(samples) if extensions is None or one.extension in extensions]
    answers: list[bool | None] = [None] * len(samples)
    unopened = 0
    for at, text in zip(asked, texts(peer, [paths[at] for at in asked]), strict=True):
        answers[at] = text is not None and _holds(text, samples[at])
        unopened += text is None
    console().print(f"{peer}: {unopened} of {len(asked)} samples not opened")
    return answers


def _holds(text: str, sample: HidingSample) -> bool:
    return "".join(sample.planted.split()) in "".join(text.split())


def _print(samples: list[HidingSample], found: dict[str, list[bool | None]]) -> None:
    table = Table("format", "samples", *found)
    groups: dict[str, list[int]] = defaultdict(list)
    for at, sample in enumerate(samples):
        groups[sample.extension].append(at)
    for extension, members in [*groups.items(), ("all", list(range(len(samples))))]:
        if extension == "all":
            table.add_section()
        cells = []
        for answers in found.values():
            asked = [answers[at] for at in members if answers[at] is not None]
            cells.append(f"{sum(map(bool, asked))} of {len(asked)}" if asked else "")
        table.add_row(extension, str(len(members)), *cells)
    console().print(table)


if __name__ == "__main__":
    main()
