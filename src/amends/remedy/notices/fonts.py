"""The fonts that letters are set in, and which characters they can print.

typst prints a box or nothing for a character that no font has, and says nothing about it. So every
letter is compared with the fonts' own character maps first (OpenType specification, table ``cmap``).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont

from amends.vocabulary.errors import FaultError

FONT_PACKAGES: Final = ("manimgx_fonts", "manimgx_fonts_cjk")
_FIRST_FAMILY: Final = "Noto Sans"
_LAST_FAMILIES: Final = ("Noto Sans Symbols", "Noto Emoji")
_CHINESE_JAPANESE_KOREAN: Final = "Noto Sans CJK"
_REGIONS: Final = {"ja": "JP", "ko": "KR", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK"}
_MAINLAND: Final = "SC"
_FAMILY_NAMES: Final = (16, 1)
"""Entries of the table ``name``: typographic family, else legacy family."""


def font_folders() -> tuple[Path, ...]:
    """Return the folders of the font packages; raise ``FaultError`` ``fonts-missing`` without any."""
    packages = filter(None, map(find_spec, FONT_PACKAGES))
    places = (place for package in packages for place in package.submodule_search_locations or ())
    folders = tuple(map(Path, places))
    if not folders:
        raise FaultError(
            "fonts-missing",
            "none of the packages that hold the fonts for letters is installed",
            hint="Install amends[respond].",
        )
    return folders


def families_for(language: str) -> tuple[str, ...]:
    """Return the families in order of preference for text in ``language`` (BCP 47).

    Han characters look different in Chinese, Japanese and Korean; where the language does not
    tell, the forms of the mainland Chinese font are used. Symbols come last, because the emoji
    font has digits too.
    """
    scripts = [name for name in sorted(_faces()) if not name.startswith(_CHINESE_JAPANESE_KOREAN)]
    scripts.sort(key=lambda name: (name != _FIRST_FAMILY, name in _LAST_FAMILIES))
    subtags = language.lower().split("-")
    region = _REGIONS.get("-".join(subtags[:2])) or _REGIONS.get(subtags[0], _MAINLAND)
    han = f"{_CHINESE_JAPANESE_KOREAN} {region}"
    return (*scripts, *(name for name in (han,) if name in _faces()))


def uncovered(characters: Iterable[str], families: tuple[str, ...]) -> frozenset[str]:
    """Return those characters that none of the families can print.

    Format characters (joiners, direction marks) have no shape and need none. A family's character
    map is read only when an earlier family left something over.
    """
    left = {character for character in characters if unicodedata.category(character) != "Cf"}
    for family in families:
        if not left:
            break
        left = {character for character in left if ord(character) not in _coverage(family)}
    return frozenset(left)


def describe(characters: Iterable[str]) -> str:
    """Return how many characters of which scripts, without the characters: they may be a name."""
    scripts = Counter(_script(character) for character in characters)
    return ", ".join(f"{count} of {script}" for script, count in sorted(scripts.items()))


@cache
def _faces() -> dict[str, tuple[Path, int]]:
    """Return family → its file and its place in that file."""
    found: dict[str, tuple[Path, int]] = {}
    # The upright file sorts after the italic one of the same family ("-" before "[") and wins.
    for path in sorted(path for folder in font_folders() for path in folder.iterdir()):
        if path.suffix == ".ttc":
            with TTCollection(path, lazy=True) as collection:
                families = [_family_of(face) for face in collection.fonts]
        elif path.suffix in {".ttf", ".otf"}:
            with TTFont(path, lazy=True) as face:
                families = [_family_of(face)]
        else:
            continue
        found |= {family: (path, place) for place, family in enumerate(families)}
    return found


def _family_of(face: TTFont) -> str:
    names = (face["name"].getDebugName(number) for number in _FAMILY_NAMES)
    return next(str(name) for name in names if name)


@cache
def _coverage(family: str) -> frozenset[int]:
    path, place = _faces()[family]
    with TTFont(path, fontNumber=place, lazy=True) as face:
        return frozenset(face.getBestCmap())


def _script(character: str) -> str:
    """Return the first word of the character's Unicode name, which is its script for letters."""
    name = unicodedata.name(character, "")
    return name.split()[0].capitalize() if name else "an unassigned or private range"
