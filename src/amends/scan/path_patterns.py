"""Patterns of paths as people write them: ``*`` within one folder, ``**`` across folders."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_PIECE: Final = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


def path_matches(path: str, pattern: str) -> bool:
    """Say whether the whole path, with ``/`` between folders, is of the pattern; letter case counts.

    >>> path_matches("reports/2026/list.csv", "reports/**/*.csv"), path_matches("reports/a/list.csv", "reports/*.csv")
    (True, False)
    """
    return _compiled(pattern).fullmatch(path) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "".join(pieces.get(piece) or re.escape(piece) for piece in _PIECE.findall(pattern)), re.DOTALL
    )
