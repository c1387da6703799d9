"""The hook for the pre-commit framework stops a commit with personal data, run by the framework itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import ROOT

pytest.importorskip("pre_commit")
import yaml

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
LIST = "Family name,Given name,Date of birth\nZzcanary,Ana,1990-01-02\nZzcanary,Bo,1991-01-02\n"


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return dict(found)


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment in a folder, with nothing of the developer's own settings."""
    beside = Path(sys.executable).parent
    environment = {
        "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder.parent),
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LANG": "C.UTF-8",
        **({"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}),
    }
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository whose commits the hook looks at, as the manifest has it, but for where the program comes from."""
    if shutil.which("git") is None:
        pytest.skip("no git on this machine")
    folder = tmp_path / "checkout"
    folder.mkdir()
    local = {**hook(), "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    for words in (("init", "-q"), ("config", "user.email", "a@b.example"), ("config", "user.name", "A")):
        assert run(folder, "git", *words).returncode == 0
    installed = run(folder, sys.executable, "-m", "pre_commit", "install")
    assert installed.returncode == 0, installed.stdout
    return folder


def commit(folder: Path) -> subprocess.CompletedProcess[str]:
    assert run(folder, "git", "add", "-A").returncode == 0
    return run(folder, "git", "commit", "-q", "-m", "one more")


def test_the_manifest_is_valid():
    done = run(ROOT, sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_names_a_command_that_takes_files():
    assert hook()["entry"] == "amends screen"
    assert hook()["types"] == ["file"]


def test_a_commit_with_a_list_of_people_is_stopped_and_a_clean_one_is_not(checkout: Path):
    (checkout / "figures.csv").write_text("region,total\nnorth,12\nsouth,30\n", encoding="utf-8")
    clean = commit(checkout)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    (checkout / "list.csv").write_text(LIST, encoding="utf-8")
    stopped = commit(checkout)
    assert stopped.returncode == 1
    assert "list-of-persons" in stopped.stdout + stopped.stderr
    assert "Zzcanary" not in stopped.stdout + stopped.stderr
    committed = run(checkout, "git", "log", "--name-only", "--format=").stdout.split()
    assert "list.csv" not in committed


def test_a_commit_with_a_file_that_cannot_be_opened_is_stopped(checkout: Path):
    (checkout / "data.bin").write_bytes(b"\x00\x01nothing knows this\x00" * 50)
    assert commit(checkout).returncode == 1
    assert run(checkout, "git", "log", "--format=%s").stdout == ""
