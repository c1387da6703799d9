"""How the rows of a sheet are written, learned from the rows themselves: a pattern that whole rows match or do not.

A program writes all rows of a table alike: the same columns, each with the same style and type. So the pattern is made
of the very bytes that the first rows have around their values, and matching it is one call for some thousand rows.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from amends.scan.formats._xlsx_cells import column_index

_HEAD: Final = r'<c r="([A-Z]{1,3})[0-9]{1,7}"((?: s="[0-9]{1,5}")?(?: t="(?:s|n|b|e|str|inlineStr)")?)(/?)>'
_CELL_HEAD: Final = re.compile(_HEAD)
_ATTRIBUTES: Final = re.compile(r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?')
_ROW: Final = r'<row r="([1-9][0-9]{0,6})"([^<>/]*)>'
_INLINE: Final = "inlineStr"
_MOST_COLUMNS: Final = 64
"""A row of so many columns is sent without column numbers whichever of them are empty."""
_MOST_WAYS: Final = 12


class Column(NamedTuple):
    """One column of the pattern."""

    place: int
    """0-based."""
    ways: tuple[str, ...]
    """Attributes that its cells with a value have; with more than one, the pattern tells which."""


class Shape:
    """What rows have looked like so far."""

    def __init__(self) -> None:
        self._ways: dict[int, dict[str, None]] = {}
        self._empty: dict[int, dict[str, None]] = {}
        self.columns: list[Column] = []
        self.pattern: re.Pattern[str] | None = None
        """Groups: number and attributes of the row, then for each column, where it has several ways, which one, and
        the value, empty where the cell is."""

    def learn(self, rows: str) -> bool:
        """Take in rows that do not match; False where nothing was learned, or more than a pattern should hold."""
        learned = False
        for letters, attributes, closed in _CELL_HEAD.findall(rows):
            index = column_index(letters)
            if index >= _MOST_COLUMNS:
                continue
            known = (self._empty if closed else self._ways).setdefault(index, {})
            if attributes not in known and len(known) < _MOST_WAYS:
                known[attributes] = None
                learned = True
        if learned:
            self._build()
        return learned

    def _build(self) -> None:
        self.columns = [Column(index, tuple(self._ways[index])) for index in sorted(self._ways)]
        pieces = [_ROW]
        for index in sorted(self._ways.keys() | self._empty.keys()):
            letters = _letters(index)
            choices = []
            if index in self._ways:
                choices.append(_filled(letters, tuple(self._ways[index])))
            if index in self._empty:
                attributes = "|".join(self._empty[index])
                choices.append(f'<c r="{letters}[0-9]+"(?:{attributes})/>')
            pieces.append(f"(?:{'|'.join(choices)})?")
        self.pattern = re.compile("".join(pieces) + "</row>")


def meaning_of(attributes: str) -> tuple[str, str]:
    """Return the type and the style that a cell's attributes name, each empty where they name none."""
    match = _ATTRIBUTES.fullmatch(attributes)
    return ("", "") if match is None else (match[2] or "", match[1] or "")


def _filled(letters: str, ways: tuple[str, ...]) -> str:
    opening = f'<c r="{letters}[0-9]+"'
    kinds = {meaning_of(way)[0] for way in ways}
    inline = _INLINE in kinds
    if inline and len(kinds) > 1:
        return "(?!)" + "()" * (
            1 + (len(ways) > 1)
        )  # both forms of a value in one column: left to the careful reader
    told = "|".join(ways) if len(ways) == 1 else f"({'|'.join(sorted(ways, key=len, reverse=True))})"
    if inline:
        return f'{opening}{told}><is><t(?: xml:space="preserve")?>([^<&]+)</t></is></c>'
    if kinds <= {"s"}:
        value = "[0-9]{1,8}"
    elif kinds <= {"", "n", "s"}:
        value = "[0-9.eE+-]+"
    else:
        value = "[^<&]+"
    return f"{opening}{told}><v>({value})</v></c>"


def _letters(index: int) -> str:
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)  # noqa: PLR2004
