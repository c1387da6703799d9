"""Runs Tesseract on one picture, in a process with bounds of its own, and reads its answer.

The answer is a table of tab-separated values, one line a word (tesseract(1), "tsv"). It comes from a program that has
looked at a hostile picture: it is bounded, and nothing in it is taken that is not a number or a text.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from amends.scan.recognition import confining
from amends.vocabulary.errors import UsageError

DEFAULT_LANGUAGES: Final = "eng"
_PROGRAM: Final = "tesseract"
_LANGUAGES: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}(\+[A-Za-z][A-Za-z0-9_]{0,31}){0,15}")
_ORIENTATION: Final = "osd"
_WITH_ORIENTATION, _WITHOUT, _SPARSE = "1", "3", "11"
_MEMORY_BYTES: Final = 2 << 30
_SECONDS: Final = 60
_LONGEST_ANSWER: Final = 64 << 20
_COLUMNS: Final = 12
_WORD: Final = "5"
_ENVIRONMENT: Final = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}


class RecognitionError(Exception):
    """Tesseract gave no answer for a picture: it failed, or took too long or too much."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that stand together in a picture, as the program reads them."""

    text: str = field(repr=False)
    confidence: int
    """The program's own estimate in per cent, the mean of its words weighted by their letters."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program, with languages that it has the data for; make it with `find_tesseract`."""

    program: str
    languages: str
    orientation: bool
    """Whether it can tell which side of a page is up."""

    def paragraphs(self, width: int, height: int, pixels: bytes) -> list[Paragraph]:
        """Return what stands in a picture (red, green, blue, a byte each). Raises `RecognitionError`."""
        picture = b"P6 %d %d 255\n" % (width, height) + pixels
        found = list(_paragraphs(self._answer(picture, _WITH_ORIENTATION if self.orientation else _WITHOUT)))
        # A few words spread over a picture are no page, and its layout shows nothing.
        return found or list(_paragraphs(self._answer(picture, _SPARSE)))

    def _answer(self, picture: bytes, mode: str) -> str:
        asked = [self.program, "stdin", "stdout", "-l", self.languages, "--psm", mode, "--dpi", "300", "tsv"]
        bounds = [str(_MEMORY_BYTES), str(_SECONDS)]
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-B", str(Path(confining.__file__)), *bounds, *asked],
                input=picture,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
                timeout=2 * _SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            raise RecognitionError from None  # whose message would hold the picture
        if len(done.stdout) > _LONGEST_ANSWER:
            raise RecognitionError
        return done.stdout.decode("utf-8", "replace")


def find_tesseract(languages: str = DEFAULT_LANGUAGES) -> Tesseract:
    """Return the installed program for languages by Tesseract's names for them, joined by ``+``: ``eng+deu``.

    Raises `UsageError` with ``recognition-missing`` or ``recognition-language``.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise UsageError(
            "recognition-missing",
            "character recognition was asked for, and Tesseract is not installed",
            hint="install it (Debian: apt install tesseract-ocr), or leave --ocr out: pictures then count as not read",
        )
    if _LANGUAGES.fullmatch(languages) is None:
        raise UsageError(
            "recognition-language",
            "this is no list of languages",
            hint="join Tesseract's names of languages by a plus sign: eng+deu",
        )
    installed = _installed(program)
    missing = [language for language in languages.split("+") if language not in installed]
    if missing:
        packages = " ".join(f"tesseract-ocr-{language.lower().replace('_', '-')}" for language in missing)
        raise UsageError(
            "recognition-language",
            f"Tesseract has no data for: {', '.join(missing)}",
            hint=f"install them (Debian: apt install {packages}), or name others: {', '.join(sorted(installed))}",
        )
    return Tesseract(program, languages, _ORIENTATION in installed)


def _installed(program: str) -> frozenset[str]:
    try:
        done = subprocess.run(
            [program, "--list-langs"], capture_output=True, timeout=_SECONDS, env=_ENVIRONMENT, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise UsageError(
            "recognition-missing",
            "character recognition was asked for, and Tesseract does not start",
            hint="run `tesseract --list-langs` and mend what it says",
        ) from None
    return frozenset(line.strip() for line in done.stdout.decode("utf-8", "replace").splitlines()[1:])


def _paragraphs(answer: str) -> Iterator[Paragraph]:
    lines: list[list[str]] = []
    place = line_place = ""
    weight = letters = 0.0
    for fields in _words(answer):
        here, line_here = " ".join(fields[1:4]), " ".join(fields[1:5])
        if here != place and lines:
            yield Paragraph("\n".join(map(" ".join, lines)), round(weight / letters))
            lines, weight, letters = [], 0.0, 0.0
        if line_here != line_place or not lines:
            lines.append([])
        place, line_place = here, line_here
        lines[-1].append(fields[11])
        weight += min(max(float(fields[10]), 0.0), 100.0) * len(fields[11])
        letters += len(fields[11])
    if lines:
        yield Paragraph("\n".join(map(" ".join, lines)), round(weight / letters))


def _words(answer: str) -> Iterator[list[str]]:
    for line in answer.split("\n")[1:]:
        fields = line.split("\t")
        if len(fields) == _COLUMNS and fields[0] == _WORD:
            fields[11] = "".join(letter if letter.isprintable() else " " for letter in fields[11]).strip()
            if fields[11] and re.fullmatch(r"-?\d{1,4}(\.\d{1,12})?", fields[10]):
                yield fields
