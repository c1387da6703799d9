"""What a sheet holds beside its cells (ECMA-376 part 1, 18.3.1): validations, links, headers, rules, scenarios."""

from __future__ import annotations

import re
from typing import Final

from amends.scan.formats._opc_texts import is_textual
from amends.scan.formats._xml import Attributes, local_name
from amends.scan.formats.interface import UntrustedPart

_MEANING: Final = {
    "dataValidation": ("data-validation", "data-validation"),
    "hyperlink": ("link", "link-address"),
    "headerFooter": ("header-footer", "header-footer"),
    "cfRule": ("rule", "conditional-format-text"),
    "scenario": ("scenario", "sheet-property"),
    "customSheetView": ("view", "sheet-property"),
    "protectedRange": ("range", "sheet-property"),
    "autoFilter": ("filter", "sheet-property"),
    "control": ("form-control", "form-control"),
    "controlPr": ("form-control", "form-control"),
    "oleObject": ("file", "embedded-file"),
    "webPublishItem": ("link", "link-address"),
    "slicer": ("filter", "sheet-property"),
}
_REFERENCE: Final = re.compile(r"(\$?[A-Z]{0,3}\$?[0-9]{0,7}(:\$?[A-Z]{0,3}\$?[0-9]{0,7})?\s*)+")
_PLACES: Final = frozenset(
    {"ref", "sqref", "r", "activeCell", "topLeftCell", "uid", "id", "guid", "Requires", "Ignorable"}
)
_LONGEST_REFERENCE: Final = 24


class SheetExtras:
    """Collects the texts of the elements around ``sheetData``."""

    def __init__(self, steps: tuple[str, ...]) -> None:
        self.parts: list[UntrustedPart] = []
        self._steps = steps
        self._open: list[tuple[str, str, str, str]] = []
        """Of each open element: name, kind, hiding and place of the nearest one that means something."""
        self._texts: list[str] = []
        self._counts: dict[str, int] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        self._flush()
        local = local_name(name)
        _, kind, hidden, place = self._open[-1] if self._open else ("", "property", "sheet-property", "")
        if local in _MEANING:
            kind, hidden = _MEANING[local]
            self._counts[local] = self._counts.get(local, 0) + 1
            reference = attributes.get("ref", "") or attributes.get("sqref", "")
            known = reference if _is_reference(reference) else ""
            place = known or f"{local} {self._counts[local]}"
        self._open.append((local, kind, hidden, place))
        for key, value in attributes.items():
            attribute = local_name(key)
            if key.startswith("xmlns") or (attribute in _PLACES and len(value) < 64):  # noqa: PLR2004
                continue
            if value.strip() and is_textual(attribute, value) and not _is_reference(value):
                self._add(value, attribute)

    def data(self, text: str) -> None:
        """Take character data."""
        self._texts.append(text)

    def end(self, _: str) -> None:
        """Take the end of an element."""
        self._flush()
        if self._open:
            self._open.pop()

    def _flush(self) -> None:
        if self._texts:
            text = "".join(self._texts).strip()
            self._texts.clear()
            if text and self._open and not _is_reference(text) and is_textual("", text):
                self._add(text, "")

    def _add(self, text: str, attribute: str) -> None:
        name, kind, hidden, place = self._open[-1]
        steps = tuple(step for step in (place, name if name not in place else "", attribute) if step)
        self.parts.append(UntrustedPart(self._steps + steps, kind, hidden, text))


def _is_reference(text: str) -> bool:
    return bool(text) and len(text) <= _LONGEST_REFERENCE and _REFERENCE.fullmatch(text) is not None
