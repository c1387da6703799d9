"""The contracts of `.importlinter` can break, and what they cannot say is held here."""

from __future__ import annotations

import ast
import configparser
import sys

import grimp
import pytest
from importlinter.domain.contract import Contract

from scripts.import_contracts import PluginContract, ReservedContract
from tests.house.sources import PACKAGE, ROOT, python_files, shown, tree_of

FOLDER = "house.logs"


def graph_of(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """Return a graph with these imports, importer first, over a house with three plug-ins and an engine."""
    graph = grimp.ImportGraph()
    modules = {
        "house",
        FOLDER,
        "house.engine",
        *(f"{FOLDER}.{m}" for m in ("combined", "elf", "_lines", "interface")),
    }
    for module in sorted(modules | {name for pair in imports for name in pair if name.startswith("house")}):
        graph.add_module(module)
    for outside in {name for pair in imports for name in pair if not name.startswith("house")}:
        graph.add_module(outside, is_squashed=True)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def plugin_contract() -> Contract:
    return PluginContract(name="plug-ins", session_options={}, contract_options={"folders": [FOLDER]})


def reserved_contract() -> Contract:
    options = {"protected_modules": ["zipfile", "pikepdf"], "allowed_importers": [FOLDER]}
    return ReservedContract(name="bytes", session_options={}, contract_options=options)


@pytest.mark.parametrize(
    "imports",
    [
        [(f"{FOLDER}.elf", f"{FOLDER}.combined")],
        [(f"{FOLDER}.elf", f"{FOLDER}._lines"), (f"{FOLDER}._lines", f"{FOLDER}.combined")],
        [(f"{FOLDER}.elf", "house.engine"), ("house.engine", f"{FOLDER}.combined")],
    ],
    ids=["directly", "through a private module", "through another room"],
)
def test_a_plug_in_that_reaches_another_breaks_the_contract(imports: list[tuple[str, str]]) -> None:
    assert not plugin_contract().check(graph_of(*imports), verbose=False).kept


def test_plug_ins_may_share_an_interface_and_private_modules() -> None:
    shared = [
        (f"{FOLDER}.{m}", f"{FOLDER}.{s}") for m in ("elf", "combined") for s in ("_lines", "interface")
    ]
    assert plugin_contract().check(graph_of(*shared), verbose=False).kept


def test_a_reserved_module_breaks_the_contract_with_its_first_import_elsewhere() -> None:
    assert reserved_contract().check(graph_of((f"{FOLDER}.elf", "zipfile")), verbose=False).kept
    assert not reserved_contract().check(graph_of(("house.engine", "zipfile")), verbose=False).kept


def test_the_floors_name_every_room() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    floors = contracts["importlinter:contract:floors"]["layers"]
    named = set(floors.replace("|", " ").split())
    rooms = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()}
    assert named == rooms


def test_the_vocabulary_stands_on_the_standard_library_alone() -> None:
    strangers = {
        f"{shown(file)}: {name}"
        for file in python_files(PACKAGE / "vocabulary")
        for name in imported_modules(tree_of(file))
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("amends.vocabulary")
    }
    assert strangers == set()


def test_only_the_loader_imports_by_a_computed_name() -> None:
    computed = [
        shown(file)
        for file in python_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute | ast.Name)
        and ast.unparse(node) in {"importlib.import_module", "import_module", "__import__"}
    ]
    assert set(computed) <= {"src/amends/vocabulary/plugins.py"}


def imported_modules(tree: ast.Module) -> set[str]:
    """Return the full names of the modules that a module imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found
