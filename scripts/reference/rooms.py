"""The rooms and their floors: each folder in its own words, and the contracts that hold them apart."""

from __future__ import annotations

import configparser

from scripts.reference.markdown import PACKAGE, ROOT, code, module_docstring, module_name, prose, table

TITLE = "Rooms and floors"


def page() -> str:
    """Return the page."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    named = [contracts[section] for section in contracts.sections() if ":contract:" in section]
    floors = contracts["importlinter:contract:floors"]["layers"].strip()
    parts = [
        "A room imports only from floors below its own; rooms on one floor do not know each other.",
        "",
        f"```\n{floors}\n```",
        "",
        "## Contracts",
        "",
        "`make check` fails when one of these is broken.",
        "",
        table(("contract", "type"), [(contract["name"], code(contract["type"])) for contract in named]),
        "## What each folder says of itself",
        "",
    ]
    for file in sorted(PACKAGE.rglob("__init__.py")):
        said = prose(module_docstring(file))
        if said and file.parent.name != "migrations":
            parts += [f"### `{module_name(file)}`", "", said, ""]
    return "\n".join(parts)
