"""Files and functions stay short enough to be read in one go, and are called what they are."""

from __future__ import annotations

import ast

import pytest

from tests.house.sources import PACKAGE, ROOT, functions_of, python_files, shown, tree_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 6
BANNED_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "core", "manager", "managers"}
)
# Django finds these by their names.
GIVEN_BY_DJANGO = frozenset({"migrations"})
OWN_CODE = (PACKAGE, ROOT / "tests", ROOT / "scripts", ROOT / "benchmarks")


COMMANDS = PACKAGE / "cli" / "commands"


def long_functions(tree: ast.Module, limit: int, *, from_the_body: bool = False) -> list[str]:
    """Return name and length of each function longer than ``limit`` lines, its docstring included."""
    found = []
    for function in functions_of(tree):
        first = function.body[0].lineno if from_the_body else function.lineno
        length = (function.end_lineno or first) - first + 1
        if length > limit:
            found.append(f"{function.name}: {length} lines")
    return found


def functions_with_many_parameters(tree: ast.Module, limit: int) -> list[str]:
    """Return name and count for each function with more parameters than ``limit``, ``self`` not counted."""
    found = []
    for function in functions_of(tree):
        arguments = function.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        count = sum(argument.arg not in ("self", "cls") for argument in named)
        if count > limit:
            found.append(f"{function.name}: {count} parameters")
    return found


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    # A migration is written by a program and is as long as the tables are wide.
    written = [f for f in python_files(*OWN_CODE) if f.parent.name not in GIVEN_BY_DJANGO]
    lengths = {shown(f): len(f.read_text(encoding="utf-8").splitlines()) for f in written}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_sixty_lines() -> None:
    """The signature of a command is the table of its options and is not counted."""
    found = {
        shown(f): long_functions(tree_of(f), LONGEST_FUNCTION, from_the_body=COMMANDS in f.parents)
        for f in python_files(*OWN_CODE)
    }
    assert {name: long for name, long in found.items() if long} == {}


def test_no_function_takes_more_than_six_parameters() -> None:
    """The commands are exempt: their parameters are options, given by name on a command line."""
    files = [f for f in python_files() if COMMANDS not in f.parents]
    found = {shown(f): functions_with_many_parameters(tree_of(f), MOST_PARAMETERS) for f in files}
    assert {name: many for name, many in found.items() if many} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = [f for f in python_files(*OWN_CODE) if BANNED_NAMES & {*f.relative_to(ROOT).parts, f.stem}]
    assert list(map(shown, names)) == []


def test_every_folder_says_in_its_docstring_what_it_is() -> None:
    silent = [
        shown(f)
        for f in python_files()
        if f.name == "__init__.py"
        and f.parent.name not in GIVEN_BY_DJANGO
        and not ast.get_docstring(tree_of(f))
    ]
    assert silent == []


def test_every_module_says_in_its_docstring_what_it_is() -> None:
    silent = [
        shown(f)
        for f in python_files()
        if f.name != "__init__.py"
        and f.parent.name not in GIVEN_BY_DJANGO
        and not ast.get_docstring(tree_of(f))
    ]
    assert silent == []


@pytest.mark.parametrize(("lines", "reported"), [(60, []), (61, ["f: 61 lines"])])
def test_a_function_is_measured_from_its_first_line_to_its_last(lines: int, reported: list[str]) -> None:
    source = "def f():\n" + "    x = 1\n" * (lines - 1)
    assert long_functions(ast.parse(source), LONGEST_FUNCTION) == reported


def test_a_command_is_measured_from_its_body() -> None:
    source = "def f(\n" + "    a,\n" * 70 + "):\n    x = 1"
    assert long_functions(ast.parse(source), LONGEST_FUNCTION, from_the_body=True) == []


def test_keyword_only_parameters_count_and_self_does_not() -> None:
    source = (
        "class C:\n    def f(self, a, b, /, c, *, d, e, g): ...\n    def h(self, a, b, c, *, d, e, g, i): ..."
    )
    assert functions_with_many_parameters(ast.parse(source), MOST_PARAMETERS) == ["h: 7 parameters"]
