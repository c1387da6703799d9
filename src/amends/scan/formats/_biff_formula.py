"""Texts inside a parsed expression (MS-XLS 2.5.198): literals that a formula holds, whatever it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amends.scan.formats._ole_properties import decoded
from amends.scan.formats._text_runs import text_runs

_STRING, _EXTENDED, _ATTRIBUTE = 0x17, 0x18, 0x19
_CHOOSE: Final = 0x04
_SIZES: Final = {
    0x01: 4, 0x02: 4, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8, 0x20: 7, 0x21: 2, 0x22: 3, 0x23: 4, 0x24: 4, 0x25: 8,
    0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8, 0x2E: 2, 0x2F: 2, 0x39: 6, 0x3A: 6,
    0x3B: 10, 0x3C: 6, 0x3D: 10, **dict.fromkeys(range(0x03, 0x17), 0),
}  # fmt: skip
_OLD_SIZES: Final = {
    **_SIZES, 0x23: 14, 0x24: 3, 0x25: 6, 0x2A: 3, 0x2B: 6, 0x2C: 3, 0x2D: 6, 0x39: 24, 0x3A: 17, 0x3B: 20, 0x3C: 17,
    0x3D: 20,
}  # fmt: skip
_FIRST_OPERAND: Final = 0x20


def literals(tokens: bytes, extra: bytes, version: int, page: int) -> Iterator[str]:
    """Yield the texts in an expression; ``extra`` is what follows the tokens (array constants).

    Where a token is not known, what is left of the expression is searched for runs of text instead.
    """
    at = 0
    sizes = _SIZES if version >= 8 else _OLD_SIZES
    while at < len(tokens):
        kind = tokens[at]
        at += 1
        if kind == _STRING and at < len(tokens):
            count = tokens[at]
            if version < 8:
                text = decoded(tokens[at + 1 : at + 1 + count], page)
                at += 1 + count
            else:
                wide = at + 1 < len(tokens) and tokens[at + 1] & 1
                raw = tokens[at + 2 : at + 2 + (count * 2 if wide else count)]
                text = raw.decode("utf-16-le" if wide else "latin-1", "replace")
                at += 2 + len(raw)
            if text.strip():
                yield text
            continue
        if kind == _ATTRIBUTE and at + 3 <= len(tokens):
            choices = int.from_bytes(tokens[at + 1 : at + 3], "little") if tokens[at] & _CHOOSE else -1
            at += 3 + (choices + 1) * 2
            continue
        if kind == _EXTENDED:
            at += 5
            continue
        size = sizes.get(kind if kind < _FIRST_OPERAND else kind & 0x1F | _FIRST_OPERAND)
        if size is None:
            extra = tokens[at:] + extra
            break
        at += size
    found = text_runs(extra) if extra else ""
    if found:
        yield found
