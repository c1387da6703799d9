"""Loads the kinds of hiding from their rules, and checks each field."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from amends.vocabulary.errors import FaultError

_FOLDER: Final = Path(__file__).with_name("rules")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIELDS: Final = frozenset({"name", "weight", "reason", "remedy"})
WEIGHTS: Final = frozenset({"content", "trace", "active", "container"})


@dataclass(frozen=True, slots=True)
class HiddenKind:
    """One way in which a piece of a file is not seen by whoever looks at the file."""

    name: str
    """Stable, kebab-case: ``very-hidden-sheet``."""
    family: str
    """Name of the file of rules: ``workbook``, ``pdf``, ``package`` ..."""
    weight: str
    """``content``: somebody wrote it and it is not shown. ``trace``: what programs note about people and machines.
    ``active``: code, or a way to the outside. ``container``: a whole file inside the file."""
    reason: str
    """One sentence for a webmaster: what it is, and who can see it all the same."""
    remedy: str
    """One sentence: what to do so that it is not published."""


@cache
def hidden_kinds() -> dict[str, HiddenKind]:
    """Return name → kind of hiding, in the order of the families and of their rules.

    Raises `FaultError` ``hidden-kind-invalid`` where a rule of the house is wrong.
    """
    kinds: dict[str, HiddenKind] = {}
    for file in sorted(_FOLDER.glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("kind", []):
            kind = _kind(entry, file.stem)
            if kind.name in kinds:
                raise _invalid(file.stem, f"'{kind.name}' is listed twice")
            kinds[kind.name] = kind
    return kinds


def _kind(entry: dict[str, Any], family: str) -> HiddenKind:
    if set(entry) != _FIELDS or not all(isinstance(value, str) and value for value in entry.values()):
        raise _invalid(family, f"an entry must have the texts {', '.join(sorted(_FIELDS))} and nothing else")
    if _NAME.fullmatch(entry["name"]) is None or entry["weight"] not in WEIGHTS:
        raise _invalid(family, f"'{entry['name']}' has a name or a weight of the wrong form")
    return HiddenKind(family=family, **entry)


def _invalid(family: str, what: str) -> FaultError:
    return FaultError(
        "hidden-kind-invalid",
        f"a rule of hiding is wrong: {what}",
        hint="mend the rule; it is part of the program",
        where=f"scan/hidden/rules/{family}.toml",
    )
