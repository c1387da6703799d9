"""What is under version control, what is installed, and what a newcomer gets."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.check_lock import faults_of_lock
from tests.house.sources import PACKAGE, ROOT, python_files, shown, tracked_files

# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile("|".join(("/" + "work/", "/" + "root/", "/" + r"home/\w+/", r"C:\\" + "Users")))
INDEX_HOST = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "index" + "-url=", "registry" + r"\.npmjs"))
)
REFUSED_LICENCE = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
# "Lesser" licences let a program use the library; "GPL" in one of two licences offered leaves the other.
# (SPDX writes that choice in capitals; "or later" is none.)
WEAKER_LICENCE = re.compile(r"\bLGPL|[Ll]esser| OR ")
NO_TEXT = frozenset({".png", ".xlsx", ".parquet", ".gz", ".pdf", ".ttf", ".otf"})


def text_files() -> list[Path]:
    return [file for file in tracked_files() if file.suffix not in NO_TEXT]


def lines_with(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{shown(file)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def runtime_distributions() -> set[str]:
    """Return every distribution that an installation with all extras brings, followed to the leaves."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement("amends[all]")]
    while waiting:
        requirement = waiting.pop()
        for needed in map(Requirement, importlib.metadata.requires(requirement.name) or []):
            extras = requirement.extras or {""}
            applies = needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras)
            node = (needed.name, frozenset(needed.extras))
            if applies and node not in found:
                found.add(node)
                waiting.append(needed)
    return {name for name, _ in found} - {"amends"}


def licence_of(distribution: str) -> str:
    metadata = importlib.metadata.metadata(distribution)
    # Some put the whole text of the licence into "License"; its first line names it.
    stated = [text.strip().partition("\n")[0] for text in metadata.get_all("License") or []]
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License")]
    return "; ".join([*(metadata.get_all("License-Expression") or []), *stated, *classifiers])


# They say it in a file alone; whoever adds a line here has read that file.
STATED_IN_A_FILE = {"crawler-user-agents": "MIT"}


def test_no_runtime_dependency_is_under_a_licence_that_would_bind_ours() -> None:
    licences = {name: licence_of(name) or STATED_IN_A_FILE.get(name, "") for name in runtime_distributions()}
    assert len(licences) > 20
    assert [name for name, text in licences.items() if not text] == []
    bound = {
        name: text
        for name, text in licences.items()
        if REFUSED_LICENCE.search(text) and not WEAKER_LICENCE.search(text)
    }
    assert bound == {}


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("LGPL-3.0-only", False),
        ("BSD-3-Clause", False),
        ("MIT OR GPL-2.0-only", False),
    ],
)
def test_a_licence_is_judged_by_its_words(text: str, refused: bool) -> None:
    assert bool(REFUSED_LICENCE.search(text) and not WEAKER_LICENCE.search(text)) is refused


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    assert lines_with(MACHINE_PATH, text_files()) == []


def test_no_file_names_a_package_index() -> None:
    assert lines_with(INDEX_HOST, text_files()) == []


def test_a_lock_that_names_a_source_or_lacks_a_hash_is_refused() -> None:
    good = "django==5.2.19 \\\n    --hash=sha256:" + "a" * 64
    assert faults_of_lock(good, {"django"}) == []
    assert faults_of_lock("--index-url https://packages.example/simple\n" + good, {"django"})
    assert faults_of_lock("django==5.2.19", {"django"}) == ["without a SHA-256 hash: django"]
    assert faults_of_lock("django>=5.2 --hash=sha256:" + "a" * 64, set()) == [
        "not pinned to one version: django>=5.2"
    ]
    assert faults_of_lock(good, {"django", "rich"}) == ["asked for in pyproject.toml and not locked: rich"]


# Django loads the driver by the name of its engine.
LOADED_BY_OTHERS = frozenset({"psycopg"})


def test_every_declared_dependency_is_used_by_the_package() -> None:
    """What nobody imports costs every installation its size and every update its risk."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {canonicalize_name(Requirement(text).name) for texts in lists for text in texts}
    modules = {
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if declared & set(map(canonicalize_name, owners))
    }
    words = {word for file in python_files() for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))}
    used = {
        canonicalize_name(owner)
        for module in modules & words
        for owner in importlib.metadata.packages_distributions()[module]
    }
    # What is in no lock file is not installed here; it is looked for by the name under which it is imported.
    used |= {name for name in declared if name.replace("-", "_") in words}
    assert declared - used - LOADED_BY_OTHERS - {"amends"} == set()


def test_screening_a_file_needs_the_base_installation_alone() -> None:
    """The gate before publication installs small: everything for an incident is in extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = {Requirement(text).name for text in project["dependencies"]}
    extras = {Requirement(text).name for texts in project["optional-dependencies"].values() for text in texts}
    program = f"""
import importlib.metadata, pkgutil, sys
absent = {sorted(extras - base - {"amends"})!r}
tops = {{top for top, owners in importlib.metadata.packages_distributions().items()
         if {{o.lower().replace("_", "-") for o in owners}} & set(absent)}}
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in tops:
            raise ModuleNotFoundError(f"{{name}} is in no base installation", name=name)
sys.meta_path.insert(0, Refuse())
import amends.scan
for module in pkgutil.walk_packages(amends.scan.__path__, "amends.scan."):
    # Parquet wants Arrow; where that is not installed, such a file counts as not read (`reader-missing`).
    if not module.name.endswith("._parquet_reading"):
        __import__(module.name)
from typer.main import get_command
from amends.cli.main import app
for name, command in get_command(app).commands.items():
    for inner in getattr(command, "commands", {{}}).values():
        assert inner.params, name
print(len([name for name in sys.modules if name.startswith("amends.scan.")]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    """Playbooks, rules and letters are data; a wheel without them installs and then fails."""
    source = tmp_path / "source"
    for file in tracked_files():
        if PACKAGE in file.parents or file.parent == ROOT:
            copy = source / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    expected = {f.relative_to(ROOT / "src").as_posix() for f in tracked_files() if PACKAGE in f.parents}
    assert expected - packed == set()


def test_continuous_integration_runs_what_a_contributor_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    text = script.read_text(encoding="utf-8")
    assert "make check" in text
    assert "make test" in text
    assert "set -euo pipefail" in text
