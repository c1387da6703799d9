"""Checks that requirements.lock can be trusted: pinned, hashed, complete, naming no source.

Standard library only, because `make lock` runs it before anything is installed. Prints each fault on
a line of its own and ends with 1 when there is one.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
_SOURCE = re.compile(r"https?://|file://|--(extra-)?index-url|--find-links|--trusted-host| @ |^-e |^\.{0,2}/")
_UNLOCKED = frozenset({"ner"})
"""Extras that no test needs and that would treble what a checkout installs."""
_REQUIRED_NAME = re.compile(r"^[A-Za-z0-9._-]+")


def faults_of_lock(lock: str, wanted: set[str]) -> list[str]:
    """Return what is wrong with a lock file that must pin every distribution in ``wanted``."""
    faults: list[str] = []
    pinned: set[str] = set()
    for requirement in _logical_lines(lock):
        if _SOURCE.search(requirement):
            faults.append(f"names where packages come from: {requirement.split()[0]}")
            continue
        match = _PINNED.match(requirement)
        if match is None:
            faults.append(f"not pinned to one version: {requirement.split()[0]}")
            continue
        pinned.add(_normal(match["name"]))
        if not _HASH.search(requirement):
            faults.append(f"without a SHA-256 hash: {match['name']}")
    faults += [f"asked for in pyproject.toml and not locked: {name}" for name in sorted(wanted - pinned)]
    return faults


def wanted_distributions(project: dict[str, object]) -> set[str]:
    """Return the normalised names that a parsed pyproject.toml asks for, extras and groups included."""
    table = project["project"]
    assert isinstance(table, dict)
    groups = project.get("dependency-groups", {})
    assert isinstance(groups, dict)
    lists = [
        table.get("dependencies", []),
        *(asked for extra, asked in table.get("optional-dependencies", {}).items() if extra not in _UNLOCKED),
        *groups.values(),
    ]
    names = {
        _normal(found[0]) for asked in lists for entry in asked if (found := _REQUIRED_NAME.match(entry))
    }
    return names - {_normal(table["name"])}


def _normal(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _logical_lines(text: str) -> list[str]:
    """Return the requirements, each with its continuation lines joined and comments dropped."""
    without_comments = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = without_comments.replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip()]


def main() -> int:
    """Check the lock of this checkout."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    faults = faults_of_lock(lock, wanted_distributions(project))
    for fault in faults:
        print(f"requirements.lock: {fault}")
    if not faults:
        print(f"requirements.lock: {len(_logical_lines(lock))} distributions, all pinned and hashed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
