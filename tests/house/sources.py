"""The sources as the house tests read them: files, syntax trees, names resolved through imports."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "amends"
DOORS = ("cli", "api", "web", "server")


def python_files(*folders: Path) -> list[Path]:
    """Return the Python files below the folders (the package where none is named), in a fixed order."""
    return sorted(file for folder in folders or (PACKAGE,) for file in folder.rglob("*.py"))


def shown(file: Path) -> str:
    """Return a path as a reader of the repository writes it."""
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def full_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of every name that leads back to an import.

    ``from datetime import datetime as dt; dt.now()`` yields ``datetime.datetime.now``.
    """
    known = _imported_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute | ast.Name):
            continue
        parts = _dotted(node)
        if parts and parts[0] in known:
            yield node.lineno, ".".join([known[parts[0]], *parts[1:]])


def tracked_files() -> list[Path]:
    """Return what is, or is about to be, under version control: everything that is not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = (name for name in listed.stdout.decode().split("\0") if name)
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def _imported_names(tree: ast.Module) -> dict[str, str]:
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _dotted(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return [*before, node.attr]
    return []
