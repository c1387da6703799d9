"""Files made to break their readers end complete or skipped, in time, and never complete with something lost.

``make faults-hostile`` opens the bulk of them as well, and damages many more files (``AMENDS_HOSTILE_SEEDS``).
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest

import tests.samples.hostile as folder
from amends.scan.limits import Limits
from amends.scan.opening import read_parts
from amends.scan.parts import Part, Summary
from amends.vocabulary.plugins import plugin_names
from tests.samples.formats.sample import PEOPLE, SampleBuilder
from tests.samples.hostile.sample import MIB, HostileSample

SEEDS = int(os.environ.get("AMENDS_HOSTILE_SEEDS", "4"))
IN_BULK = "AMENDS_HOSTILE_SEEDS" in os.environ
LIMITS = Limits(
    part_bytes=32 * MIB, package_bytes=64 * MIB, memory_bytes=512 * MIB, cpu_seconds=8, wall_seconds=60
)
"""Narrower than what people get, so that what would take minutes takes seconds here."""
FORMATS = plugin_names("amends.scan.formats")
LOST_AT_MOST = 40
"""Characters: a damaged byte may turn a word into another one, or into markup."""


def all_samples() -> list[HostileSample]:
    modules = sorted(info.name for info in pkgutil.iter_modules(folder.__path__) if info.name != "sample")
    found = [importlib.import_module(f"{folder.__name__}.{name}") for name in modules]
    return [sample for module in found for sample in module.SAMPLES]


SAMPLES = [sample for sample in all_samples() if IN_BULK or not sample.bulk]


@dataclass(frozen=True)
class Reading:
    """How a file ended."""

    texts: list[str]
    summary: Summary

    @property
    def codes(self) -> set[str]:
        return {skipped.code for skipped in self.summary.skipped}

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))


def reading(path: Path) -> Reading:
    summary = Summary()
    pieces = read_parts(path, summary, limits=LIMITS)
    return Reading([piece.text for piece in pieces if isinstance(piece, Part)], summary)


@cache
def whole_file(name: str) -> tuple[bytes, int]:
    """Return the sample of a format, and how many characters come out of it."""
    builder = cast("SampleBuilder", importlib.import_module(f"tests.samples.formats.{name}"))
    with TemporaryDirectory() as made:
        path = Path(made) / f"sample.{builder.EXTENSION}"
        builder.build(path, PEOPLE)
        opened = reading(path)
        assert opened.summary.complete
        return path.read_bytes(), opened.characters


def extension_of(name: str) -> str:
    return str(importlib.import_module(f"tests.samples.formats.{name}").EXTENSION)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.title}.{sample.extension}")
def test_a_hostile_file_is_never_complete_with_something_lost(sample: HostileSample, tmp_path: Path) -> None:
    path = tmp_path / f"hostile.{sample.extension}"
    path.write_bytes(sample.build())
    opened = reading(path)
    found = any(sample.planted in text for text in opened.texts)
    assert opened.summary.skipped or (sample.planted and found)
    # Reasons are sentences of ours; a place may bear a name, and never what is written there.
    assert not any("Zzcanary" in skipped.reason for skipped in opened.summary.skipped)
    assert "reader-missing" not in opened.codes


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_short_at_any_sixteenth_is_not_complete_where_it_can_be_told(
    name: str, tmp_path: Path
) -> None:
    whole, characters = whole_file(name)
    path = tmp_path / f"cut.{extension_of(name)}"
    complete: list[int] = []
    for sixteenths in range(1, 16):
        path.write_bytes(whole[: len(whole) * sixteenths // 16])
        opened = reading(path)
        if (
            opened.summary.complete
            and opened.characters < characters
            and opened.summary.formats[0].format == name
        ):
            complete.append(sixteenths)
    assert complete == [] or name in ENDS_ANYWHERE, complete


ENDS_ANYWHERE = frozenset({"delimited", "text", "markdown", "html", "eml", "mbox", "jsonl"})
"""Half of such a file is such a file. Pictures end where they say; what is cut off behind that is said here too:"""
ENDS_ANYWHERE |= {"bmp", "gif", "ico"}


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_bytes_end_in_an_answer_and_lose_nothing_without_a_word(name: str, tmp_path: Path) -> None:
    whole, characters = whole_file(name)
    path = tmp_path / f"damaged.{extension_of(name)}"
    lost: list[tuple[int, int]] = []
    for seed in range(SEEDS):
        chance = random.Random(f"{name} {seed}")
        content = bytearray(whole)
        for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        opened = reading(path)
        assert opened.summary.confined
        if opened.summary.complete and opened.characters < characters - LOST_AT_MOST:
            lost.append((seed, characters - opened.characters))
    assert lost == []
