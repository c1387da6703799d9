"""The pages are what the code is, and their links lead somewhere."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from amends.remedy.statemachine import Transition, Workflow
from scripts.check_docs import anchors_of, faults_of_pages, links_of, unreachable_pages
from scripts.generate_reference import differences
from scripts.reference import errors, workflows
from scripts.reference.markdown import table


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "other.md").write_text("# One heading\n", encoding="utf-8")
    page.write_text("[a](other.md) [b](gone.md) [c](other.md#one-heading) [d](other.md#two) [e](../x.md)\n")
    assert faults_of_pages([page], tmp_path) == [
        "page.md: no such file: gone.md",
        "page.md: no such heading: other.md#two",
        "page.md: no such file: ../x.md",
    ]


def test_a_link_inside_code_is_no_link() -> None:
    assert links_of("`[a](b.md)`\n\n```\n[c](d.md)\n```\n\n[e](f.md)") == ["f.md"]


def test_an_anchor_is_what_renderers_make_of_a_heading() -> None:
    assert anchors_of("# What it does *not* do\n## `amends init`\n") == {"what-it-does-not-do", "amends-init"}


def test_a_page_to_which_no_page_leads_is_found(tmp_path: Path) -> None:
    start, found, lost = (tmp_path / name for name in ("README.md", "found.md", "lost.md"))
    start.write_text("[a](found.md)")
    found.write_text("[back](README.md)")
    lost.write_text("[a](found.md)")
    assert unreachable_pages(start, [found, lost]) == [lost]


def test_a_stale_a_missing_and_a_superfluous_page_are_differences(tmp_path: Path) -> None:
    (tmp_path / "same.md").write_text("same\n")
    (tmp_path / "stale.md").write_text("old\n")
    (tmp_path / "superfluous.md").write_text("gone from the code\n")
    found = list(differences({"same.md": "same\n", "stale.md": "new\n", "missing.md": "new\n"}, tmp_path))
    assert [text.split()[1] for text in found] == ["missing.md", "stale.md", "superfluous.md"]


def test_a_cell_cannot_break_out_of_its_table() -> None:
    assert table(("a",), [("one | two\nthree",)]).splitlines()[-1] == "| one \\| two three |"


def test_a_diagram_shows_every_transition_once_and_every_end() -> None:
    steps = (Transition("send", "open", "sent"), Transition("give_up", "open", "lost"))
    drawn = workflows.diagram(Workflow("letter", "Letter", "open", frozenset({"sent", "lost"}), steps))
    assert drawn.count(" --> ") == 1 + len(steps) + 2
    assert "open --> lost: give up" in drawn


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("'file-missing'", ["file-missing"]),
        ("f'{kind}-missing'", ["…-missing"]),
        ("'a' if gone else 'b'", ["a", "b"]),
        ("code", ["corrupt", "too-large"]),
        ("unknown()", ["…"]),
    ],
)
def test_the_texts_of_an_error_are_read_without_running_it(expression: str, texts: list[str]) -> None:
    source = "def f():\n    code = 'corrupt'\n    if x:\n        code = 'too-large'\n"
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert errors._texts(ast.parse(expression, mode="eval").body, function) == texts


def test_every_error_has_a_kebab_case_code_a_message_and_a_hint() -> None:
    found = list(errors._errors())
    assert len(found) > 20
    assert [row for row in found if not re.fullmatch(r"`[a-z0-9…]+(-[a-z0-9…]+)*`", row[0])] == []
    assert [row for row in found if not row[2].strip() or not row[3].strip()] == []


def test_one_code_is_of_one_kind_so_that_its_exit_code_is_stable() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for code, kind, *_ in errors._errors():
        kinds[code].add(kind)
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}
