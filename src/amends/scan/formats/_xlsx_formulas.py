"""Texts inside formulas: literals, names of other files, and what a formula says where it was never calculated."""

from __future__ import annotations

import re
from typing import Final

from amends.scan.formats.interface import UnreadableError

_LITERAL: Final = re.compile(r'"((?:[^"]|"")+)"')
_OUTSIDE: Final = re.compile(r"'[^']*\[[^\]]*\][^']*'|\\\\[^\"',;)]+")
_MOST: Final = 1_000_000


class FormulaTexts:
    """The texts in the formulas of one sheet, each once, with the first cell in which it stands."""

    __slots__ = ("first_cell",)

    def __init__(self) -> None:
        self.first_cell: dict[str, str] = {}

    def take(self, formula: str, cell: str) -> None:
        """Take a formula without its sign of equality. Raises `UnreadableError`: ``too-large``."""
        if '"' not in formula and "[" not in formula and "\\" not in formula:
            return
        for literal in _LITERAL.findall(formula):
            if literal.strip():
                self.first_cell.setdefault(literal.replace('""', '"'), cell)
        for place in _OUTSIDE.findall(_LITERAL.sub("", formula)):
            self.first_cell.setdefault(place, cell)
        if len(self.first_cell) > _MOST:
            raise UnreadableError("too-large")
