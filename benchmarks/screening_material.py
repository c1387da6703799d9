"""Texts that screening is measured on: prose, texts dense with invented people, programs and manuals."""

from __future__ import annotations

import ast
import random
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stdnum import luhn

_PACKAGES: Final = Path(sysconfig.get_paths()["purelib"])
_SOURCES: Final = frozenset({".py", ".pyi", ".md", ".rst", ".txt", ".js", ".c", ".h"})
_LARGEST_FILE: Final = 3_000_000
_NAMES: Final = ("ana", "boris", "chidi", "dana", "emeka", "fatima", "goran", "hanna", "ivan", "jelena")
_PLACES: Final = ("Springfield", "Riverton", "Lakeside", "Fairview", "Georgetown", "Salem")


def prose(size: int) -> str:
    """Return what the installed packages say of themselves in their docstrings, ``size`` characters of it."""
    kept: list[str] = []
    length = 0
    warnings.simplefilter("ignore")
    for file in _installed({".py"}):
        for text in _docstrings(file):
            kept.append(text)
            length += len(text) + 2
        if length >= size:
            break
    whole = "\n\n".join(kept)
    return (whole * (size // max(1, len(whole)) + 1))[:size]


def dense(size: int, seed: int = 20221128) -> str:
    """Return sentences about invented people, each with two to four identifiers; none is twice the same."""
    chance = random.Random(seed)
    kept: list[str] = []
    length = 0
    while length < size:
        text = " ".join(_sentence(chance) for _ in range(3))
        kept.append(text)
        length += len(text) + 1
    return "\n".join(kept)[:size]


def programs_and_manuals(size: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield name and text of installed files, in a mixed but fixed order, until ``size`` bytes have been yielded."""
    files = list(_installed(_SOURCES))
    random.Random(seed).shuffle(files)
    for file in files:
        if size <= 0:
            return
        length = file.stat().st_size
        if length <= _LARGEST_FILE:
            size -= length
            yield str(file.relative_to(_PACKAGES)), file.read_text(encoding="utf-8", errors="replace")


def _installed(endings: frozenset[str] | set[str]) -> Iterator[Path]:
    yield from sorted(file for file in _PACKAGES.rglob("*") if file.suffix in endings and file.is_file())


def _docstrings(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            text = ast.get_docstring(node)
            if text:
                yield text


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _sentence(chance: random.Random) -> str:
    name, other = chance.sample(_NAMES, 2)
    ssn = f"{chance.randint(100, 665)}-{chance.randint(10, 99)}-{chance.randint(1000, 9999)}"
    phone = f"({chance.choice((202, 305, 415, 512, 617))}) {chance.randint(200, 999)}-{_digits(chance, 4)}"
    card = "4" + _digits(chance, 14)
    card += luhn.calc_check_digit(card)
    born = f"{chance.randint(1, 12)}/{chance.randint(1, 28)}/{chance.randint(1940, 2005)}"
    address = f"{chance.randint(1, 9999)} {chance.choice(_PLACES)} Street"
    return chance.choice(
        (
            f"{name.title()} Zzcanary (DOB: {born}) lives at {address} and has the SSN {ssn}.",
            f"Please call {name.title()} Zzcanary at {phone} or write to {name}.{other}{_digits(chance, 3)}@correo.gt.",
            f"The card {card} of {name.title()} was charged, receipt to {name}{_digits(chance, 4)}@mail.hn.",
            f"Passport number C{_digits(chance, 8)}, A-Number A{_digits(chance, 9)}, phone {phone}.",
            f"Logged in from {chance.randint(11, 99)}.{chance.randint(100, 254)}.{_digits(chance, 2)}.7 as {name}.",
        )
    )
