"""Parts that a reader sends are checked word for word, however many they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amends.scan.isolation.checking import Checker, UntrustedAnswerError
from amends.scan.isolation.events import TextFound
from amends.scan.limits import DEFAULT_LIMITS

GOOD: list[Any] = [["sheet 'raw'", "A1"], "comment", "comment", "Zzcanary"]


def checked(*parts: Any) -> list[Any]:
    checker = Checker(DEFAULT_LIMITS)
    list(checker.take(b'["confined","limits"]'))
    return list(checker.take(json.dumps(["parts", list(parts)]).encode()))


def test_parts_come_out_as_they_were_sent() -> None:
    assert checked(GOOD, GOOD) == [TextFound(("sheet 'raw'", "A1"), "comment", "comment", "Zzcanary")] * 2


def test_a_step_with_control_characters_loses_them_and_the_others_stay() -> None:
    (found,) = checked([["a", "b\x1b[31m\n", "c"], "text", "", "x"])
    assert found.where == ("a", "b\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}", "c")


@pytest.mark.parametrize(
    "part",
    [
        [*GOOD[:3], ""],
        [*GOOD[:3], 7],
        [*GOOD[:3], "x" * (DEFAULT_LIMITS.cell_characters + 1)],
        [GOOD[0], "Not A Word", *GOOD[2:]],
        [GOOD[0], ["comment"], *GOOD[2:]],
        [GOOD[0], None, *GOOD[2:]],
        [*GOOD[:2], "no-such-hiding", "x"],
        [*GOOD[:2], None, "x"],
        [*GOOD[:2], [], "x"],
        [*GOOD[:2], 0, "x"],
        ["A1", *GOOD[1:]],
        [["x" * 256], *GOOD[1:]],
        [["A1", 7], *GOOD[1:]],
        [["A1"] * 65, *GOOD[1:]],
        {"where": []},
        GOOD[:3],
        [*GOOD, "more"],
    ],
)
def test_what_breaks_the_form_is_refused_even_after_good_parts(part: Any) -> None:
    with pytest.raises(UntrustedAnswerError):
        checked(GOOD, part)


def test_a_kind_is_checked_again_when_many_kinds_have_come() -> None:
    kinds = [[["A1"], f"kind-{number}", "", "x"] for number in range(2_500)]
    assert len(checked(*kinds)) == 2_500
    with pytest.raises(UntrustedAnswerError):
        checked(*kinds, [["A1"], "Kind", "", "x"])
