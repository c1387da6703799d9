"""Which element a part of XML begins with, found without parsing it."""

from __future__ import annotations

import re
from typing import Final

from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError

_ROOT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<\?[^>]*\?>|<!--.*?-->)*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL
)
_SEARCHED: Final = 1 << 16


def root_name(package: ZipPackage, name: str) -> str:
    """Return the local name of a part's root element; empty where it has none or cannot be read."""
    try:
        head = next(iter(package.chunks(name)), b"")[:_SEARCHED]
    except UnreadableError:
        return ""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    match = _ROOT.match(head)
    return match[1].decode("ascii", "ignore") if match else ""
