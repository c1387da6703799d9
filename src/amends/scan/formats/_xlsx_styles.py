"""Which number format each cell style has (ECMA-376 part 1, 18.8): style index → renderer of numbers."""

from __future__ import annotations

from collections.abc import Iterable

from amends.scan.formats._xlsx_numbers import Renderer, renderer_for
from amends.scan.formats._xml import Attributes, parse_elements


def read_renderers(chunks: Iterable[bytes], dates_from_1904: bool) -> list[Renderer | None]:
    """Return, for each entry of ``cellXfs``, the renderer of its numbers; None where they stay plain."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    section = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal section
        if name == "numFmt" and section == "numFmts":
            codes[_integer(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and section == "cellXfs":
            styles.append(_integer(attributes.get("numFmtId")))
        elif name in ("numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
            section = name

    parse_elements(chunks, start)
    renderers: dict[int, Renderer | None] = {
        identifier: renderer_for(identifier, codes.get(identifier), dates_from_1904)
        for identifier in set(styles)
    }
    return [renderers[identifier] for identifier in styles]


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
