"""Names of files that came from outside: which of them may stand in a published folder."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath
from typing import Final

REASON_FILE: Final = "amends-reason.json"
_LONGEST: Final = 200
"""Bytes; a file system takes 255, and a second file of the same name is given a number."""
_LONGEST_SUFFIX: Final = 8
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that nobody sees, or that turn the writing's direction (UAX 44, 5.7.1)."""
_UNFINISHED: Final = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp")
"""What programs that send files put behind a name until all of it is there."""


def fault_of(name: str) -> str:
    """Return why a name may not be published, in words; empty where it may."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "Its name is no Unicode text."
    if length > _LONGEST:
        return f"Its name is longer than {_LONGEST} bytes."
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        return "Its name holds characters that nobody sees."
    if name.casefold() == REASON_FILE or name.startswith(("-", " ")) or name.endswith((" ", ".")):
        return "Its name could be taken for something else."
    return ""


def unfinished(name: str) -> bool:
    """Return whether the name itself says that the file is not whole yet."""
    return name.startswith(".") or name.casefold().endswith(_UNFINISHED)


def stand_in(name: str) -> str:
    """Return a name for a file whose own may not be used; its ending stays, for it says what the file is."""
    suffix = PurePath(name).suffix
    keep = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= _LONGEST_SUFFIX
    return f"unnamed{suffix.lower() if keep else ''}"


def numbered(name: str, number: int) -> str:
    """Return the name for the ``number``-th file of that name: ``list.xlsx``, ``list-2.xlsx`` ..."""
    path = PurePath(name)
    return name if number == 1 else f"{path.stem}-{number}{path.suffix}"
