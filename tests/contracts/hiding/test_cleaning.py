"""Whatever a file hides is not in its replacement, or there is no replacement and it is said why.

The suite cleans a third of the samples, and of each extension the first; ``make faults-hostile`` all of them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from amends.scan.cleaning.clean import clean
from amends.scan.opening import read_parts
from amends.scan.parts import Part, Summary
from amends.vocabulary.errors import IncompleteError
from tests.contracts.hiding.test_hiding import SAMPLES
from tests.samples.hiding.sample import HidingSample

PICTURES = frozenset(
    {"apng", "avif", "bmp", "gif", "heic", "heif", "ico", "jfif", "jpe", "jpeg", "jpg", "png", "tiff", "webp"}
)
WORKBOOKS = frozenset({"csv", "ods", "parquet", "pq", "sxc", "xls", "xlsb", "xlsm", "xlsx", "xltx"})

EVERY = "AMENDS_HOSTILE_SEEDS" in os.environ
FIRST = {sample.extension: sample.title for sample in reversed(SAMPLES)}
CLEANED = [
    sample
    for number, sample in enumerate(SAMPLES)
    if EVERY or number % 3 == 0 or FIRST[sample.extension] == sample.title
]


def replacement(sample: HidingSample, source: Path) -> Path:
    if sample.extension in PICTURES:
        return source.with_name("new.png")
    if sample.extension == "pdf":
        return source.with_name("new.pdf")
    return source.with_name("new.xlsx" if sample.extension in WORKBOOKS else "new.txt")


@pytest.mark.parametrize("sample", CLEANED, ids=lambda sample: sample.title)
def test_what_is_hidden_is_not_in_the_replacement(sample: HidingSample, tmp_path: Path) -> None:
    source = tmp_path / f"sample.{sample.extension}"
    sample.build(source, True)
    before = source.read_bytes()
    target = replacement(sample, source)
    try:
        clean(source, target)
    except IncompleteError as refused:
        assert refused.code == "not-cleaned"
        assert "Zzcanary" not in refused.message
        assert [file.name for file in tmp_path.iterdir()] == [source.name]
        return
    finally:
        assert source.read_bytes() == before
    summary = Summary()
    texts = [piece.text for piece in read_parts(target, summary) if isinstance(piece, Part)]
    assert not summary.hidden
    assert {skipped.code for skipped in summary.skipped} <= {"no-text-layer"}
    # What the file shows as well, the replacement shows too.
    pieces = [piece for piece in read_parts(source, Summary()) if isinstance(piece, Part)]
    if not any(sample.planted in piece.text for piece in pieces if not piece.hidden):
        assert not any(sample.planted in text for text in texts)
        assert sample.planted.encode() not in target.read_bytes()
