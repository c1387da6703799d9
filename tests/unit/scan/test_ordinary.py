"""What every program writes raises no alarm; a name in the same place does."""

from __future__ import annotations

from time import process_time

import pytest

from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.hidden.ordinary import _patterns, is_ordinary

ORDINARY = {
    "master-text": ["Click to edit Master title style", "Second level", "Edit Master text styles\nThird level"],
    "unshown-text": ["ffffff", "ThisWorkbook", "\u0100\u0100\u0100\u0400 333333 ?333333"],
    "bytes-outside": ["Root Entry", "Current User Root Entry PowerPoint Document SummaryInformation"],
    "defined-name": ["_xlnm.Print_Area", "Table1", "A1:B2", "$A$1"],
    "field-instruction": ["PAGE \\* MERGEFORMAT", "NUMPAGES", 'TOC \\o "1-3" \\h \\z \\u'],
    "header-footer": ["&L&C&[TAB]&R", '&C&"Times New Roman,Regular"&12Page &P', "&CPage &P"],
    "text-box": ["0", "21600,21600", "sum @0 1 0", "if lineDrawn pixelLineWidth 0"],
    "macro-text": ["N0{00020820-0000-0000-C000-000000000046}"],
    "image-text": ["Software", "CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 70"],
    "hidden-in-rtf": ["<HTML>", "</div>"],
}  # fmt: skip
PLANTED = (
    "Zzcanary",
    "Muster, Boris",
    "A200000077",
    "078-05-1120",
    "1985-03-12",
    "boris@example.org",
    "123456789",
)


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in ORDINARY.items() for text in texts]
)
def test_what_programs_write_is_ordinary_and_with_a_name_beside_it_is_not(kind: str, text: str) -> None:
    assert is_ordinary(kind, text)
    for planted in PLANTED:
        assert not is_ordinary(kind, f"{text} {planted}")
        assert not is_ordinary(kind, f"{planted} {text}")
        assert not is_ordinary(kind, planted)
        assert not is_ordinary(kind, text + planted)


def test_each_kind_of_the_list_is_a_kind_of_hiding() -> None:
    assert _patterns().keys() <= hidden_kinds().keys()


@pytest.mark.parametrize(
    "run", ["0", "0,", "m,l", "@1 ", "&L", "Root Entry ", "\\* MERGEFORMAT ", "sum ", " ", "f"]
)
def test_no_text_keeps_the_patterns_busy(run: str) -> None:
    began = process_time()
    for kind in _patterns():
        is_ordinary(kind, run * (4_000 // len(run)) + "\N{BULLET}")
    assert process_time() - began < 1.0
