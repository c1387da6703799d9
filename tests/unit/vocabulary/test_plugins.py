"""A folder of plug-ins is its own list."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from amends.vocabulary.plugins import load_plugins


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """An importable empty package, under a name that no other test has."""
    package = tmp_path / f"plugins_{abs(hash(request.node.nodeid))}"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    return package


def test_every_module_of_the_folder_is_found_in_alphabetical_order(folder: Path) -> None:
    (folder / "second.py").write_text("PLUGIN = 2")
    (folder / "first.py").write_text("PLUGIN = 1")
    assert list(load_plugins(folder.name).items()) == [("first", 1), ("second", 2)]


def test_private_modules_and_the_interface_are_no_plug_ins(folder: Path) -> None:
    (folder / "_shared.py").write_text("raise AssertionError('imported')")
    (folder / "interface.py").write_text("raise AssertionError('imported')")
    (folder / "combined.py").write_text("PLUGIN = 'combined'")
    assert load_plugins(folder.name) == {"combined": "combined"}


def test_a_module_without_a_plug_in_is_a_mistake_and_not_passed_over(folder: Path) -> None:
    (folder / "forgotten.py").write_text("Plugin = 1")
    with pytest.raises(TypeError, match="forgotten is in a folder of plug-ins and exports no PLUGIN"):
        load_plugins(folder.name)


def test_a_plug_in_that_does_not_import_is_not_swallowed(folder: Path) -> None:
    (folder / "broken.py").write_text("import a_module_that_is_not_there")
    with pytest.raises(ModuleNotFoundError):
        load_plugins(folder.name)
    assert f"{folder.name}.broken" not in sys.modules
