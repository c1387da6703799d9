"""Writes docs/reference/ from the code, so that no page can say what the code does not do.

``--check`` writes nothing, and ends with 1 when a page is not what would be written.
"""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.reference import (
    commands,
    duties,
    errors,
    figures,
    hidden,
    mapping,
    opening,
    playbooks,
    plugins,
    rooms,
    workflows,
)
from scripts.reference.markdown import NOTE, ROOT, first_paragraph, prose

FOLDER = ROOT / "docs" / "reference"
PAGES = (commands, mapping, playbooks, duties, workflows, figures, errors, opening, hidden, plugins, rooms)


def generated_pages() -> dict[str, str]:
    """Return name → content of every page of the reference."""
    found = {f"{module.__name__.rsplit('.', 1)[1]}.md": module for module in PAGES}
    pages = {name: f"{NOTE}\n# {module.TITLE}\n\n{module.page()}" for name, module in found.items()}
    links = [f"- [{module.TITLE}]({name}): {_about(module.__doc__)}" for name, module in found.items()]
    start = "Generated from the code by `make docs`; `make check` fails when a page is out of date.\n\n"
    pages["README.md"] = f"{NOTE}\n# Reference\n\n{start}" + "\n".join(links) + "\n"
    return {name: text.rstrip() + "\n" for name, text in pages.items()}


def differences(pages: dict[str, str], folder: Path) -> Iterator[str]:
    """Yield the first lines of each difference between the pages and what lies in the folder."""
    for name in sorted(pages.keys() | {file.name for file in folder.glob("*.md")}):
        file = folder / name
        present = file.read_text(encoding="utf-8") if file.is_file() else ""
        wanted = pages.get(name, "")
        if present != wanted:
            lines = difflib.unified_diff(
                present.splitlines(), wanted.splitlines(), name, name, lineterm="", n=0
            )
            yield "\n".join(list(lines)[:12])


def _about(docstring: str | None) -> str:
    text = first_paragraph(prose(docstring)).rstrip(".")
    return text[0].lower() + text[1:]


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` compare them."""
    # Some modules want a folder for the ledger when they are imported; none may touch a real one.
    with tempfile.TemporaryDirectory() as home:
        os.environ["AMENDS_HOME"] = home
        pages = generated_pages()
    if "--check" in arguments:
        found = list(differences(pages, FOLDER))
        print("\n".join(found) or f"docs/reference: {len(pages)} pages, as the code has them")
        if found:
            print("docs/reference is out of date: run `make docs`")
        return 1 if found else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in {file.name for file in FOLDER.glob("*.md")} - pages.keys():
        (FOLDER / stale).unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"docs/reference: {len(pages)} pages written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
