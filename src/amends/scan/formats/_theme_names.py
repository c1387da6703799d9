"""The names in a theme: of the theme itself, its colours and fonts; but no names of fonts, which say nothing."""

from __future__ import annotations

from collections.abc import Iterator

from amends.scan.formats._xml_tree import whole_tree
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UntrustedPart


def theme_parts(package: ZipPackage, name: str) -> Iterator[UntrustedPart]:
    """Yield every name and text of a theme. Raises `UnreadableError`."""
    for element in whole_tree(package.chunks(name)).iter():
        for attribute in ("name", "descr", "title", "userDrawn"):
            value = element.get(attribute, "").strip()
            if value and value not in ("0", "1"):
                yield UntrustedPart((name, element.tag, attribute), "name", "style-text", value)
        if element.text and element.text.strip():
            yield UntrustedPart((name, element.tag), "text", "style-text", element.text.strip())
