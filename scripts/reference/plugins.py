"""What Amends knows: formats, engines, workflows, identifiers, notices, rules, found as it finds them itself."""

from __future__ import annotations

import ast
from importlib import resources
from typing import Any

from amends.vocabulary.plugins import plugin_names
from scripts.reference.markdown import PACKAGE, code, first_paragraph, table

TITLE = "Plug-ins and data"
FOLDERS = {
    "amends.scan.formats": "File formats",
    "amends.scan.rendering": "Renderers, for cleaning and for character recognition",
    "amends.exposure.logs": "Log formats",
    "amends.link.engines": "Link engines",
    "amends.remedy.workflows": "Workflows",
    "amends.remedy.channels": "Channels",
    "amends.remedy.commitments": "Commitments",
    "amends.gate.endpoints": "Pages of the gate",
}


def page() -> str:
    """Return the page."""
    parts = [
        "Nothing is registered anywhere: a module in one of these folders that exports a `PLUGIN`, or a file of "
        "data in the folders named below, is found by being there.",
        "",
    ]
    for folder, title in FOLDERS.items():
        rows = [(code(name), _about(folder, name)) for name in plugin_names(folder)]
        parts += [f"## {title}", "", f"In `{folder}`.", "", table(("plug-in", "what it is"), rows)]
    parts += ["## Identifiers", "", "In `amends/scan/identifiers/rules/`.", "", _identifiers()]
    parts += ["## Notices", "", "In `amends/remedy/notices/templates/`.", "", _notices()]
    parts += ["## Legal rules", "", "In `amends/jurisdictions/rules/`.", "", _files("jurisdictions/rules")]
    parts += ["## Playbooks", "", "In `amends/remedy/playbooks/`; see [playbooks](playbooks.md).", ""]
    parts += [_files("remedy/playbooks")]
    parts += ["## Scenarios of drills", "", "In `amends/drill/scenarios/`.", "", _files("drill/scenarios")]
    return "\n".join(parts)


def _about(folder: str, name: str) -> str:
    """Return what a plug-in's source says that it is; some load only where there is a ledger."""
    file = PACKAGE.joinpath(*folder.split(".")[1:], f"{name}.py")
    return first_paragraph(ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))))


def _identifiers() -> str:
    from amends.scan.identifiers.rules import load_rules

    rules: list[Any] = list(load_rules())
    rows = [(code(r.kind), r.name, r.category, r.country, r.source) for r in rules]
    return table(("kind", "name", "category", "country", "source"), sorted(rows))


def _notices() -> str:
    folder = PACKAGE / "remedy" / "notices" / "templates"
    rows = [
        (code(notice.name), ", ".join(sorted(code(text.parent.name) for text in notice.glob("*/text.toml"))))
        for notice in sorted(folder.iterdir())
        if (notice / "notice.toml").is_file()
    ]
    return table(("notice", "languages"), rows)


def _files(folder: str) -> str:
    """List the TOML files of a folder, each with the comment it begins with."""
    place = resources.files("amends").joinpath(folder)
    if not place.is_dir():
        return "None yet.\n"
    rows = []
    for file in sorted(place.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            lines = file.read_text(encoding="utf-8").splitlines()
            comment = next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)
            said = " ".join(line.lstrip("# ") for line in lines[:comment])
            rows.append((code(file.name.removesuffix(".toml")), said))
    return table(("file", "what it is"), rows)
