"""The opening of files: which formats are read, within which bounds, and what is said of the rest."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from amends.scan import limits
from amends.scan.reasons import REASONS
from amends.vocabulary.plugins import load_plugins
from scripts.reference.markdown import PACKAGE, code, first_paragraph, module_docstring, table

TITLE = "Opening files"
_BEGINNING = """\
`amends parts` opens a file to every corner: see [how to look into a file](../how-to/look-into-a-file.md). What a file
is, its content says; a name that says something else is a finding. Files inside files are opened in the same way. Each
file is read in a process of its own, which can open nothing else and reach nobody
([decision 34](../decisions/34-a-fork-server-opens-each-file-in-a-process-of-its-own.md)).

How fast that is, how a thousand real files end (`make corpus CORPUS=DIR`), and which hiding places other readers find
(`make bench-opening`): see [what was measured](../explanation/measured.md#opening-files). Each kind of hiding, and what
to do about it, is in [kinds of hiding](hidden.md).
"""
_NOT_OPENED = """\
Nothing is passed over in silence: what could not be read is listed with its place and one of these codes, the file
counts as not read to its end, and `amends parts` ends with 3. Not opened are in particular: whatever is encrypted
with a password, mail stores, OneNote and Access, what is said in sound and film, and every format that is not in the
list above. Outlines of letters and pixels hold no text and are passed over; a page that is a picture counts as not
read.
"""


def page() -> str:
    """Return the page."""
    formats: list[Any] = list(load_plugins("amends.scan.formats").values())
    rows = [
        (code(one.name), " ".join(code(f".{extension}") for extension in one.extensions), _about(one))
        for one in sorted(formats, key=lambda one: str(one.name))
    ]
    header = ("format", "usual extensions", "what is read")
    parts = [_BEGINNING, "## Formats", "", table(header, rows)]
    parts += ["## Bounds", "", "What goes beyond a bound is said, and never cut in silence.", ""]
    parts += [table(("bound", "of one file", ""), _bounds())]
    parts += ["## What is not opened", "", _NOT_OPENED]
    parts += [table(("code", "what it says"), [(code(name), text) for name, text in REASONS.items()])]
    return "\n".join(parts)


def _about(plugin: Any) -> str:
    name = type(plugin).__module__.rpartition(".")[2]
    return first_paragraph(module_docstring(PACKAGE / "scan" / "formats" / f"{name}.py"))


def _bounds() -> list[tuple[str, str, str]]:
    """Return each bound with its value and what the source says of it."""
    tree = ast.parse(inspect.getsource(limits.Limits))
    (definition,) = tree.body
    assert isinstance(definition, ast.ClassDef)
    rows: list[tuple[str, str, str]] = []
    for node, following in zip(definition.body, [*definition.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            said = following.value if isinstance(following, ast.Expr) else None
            about = str(said.value) if isinstance(said, ast.Constant) else ""
            rows.append((node.target.id.replace("_", " "), _amount(node.target.id), about))
    return rows


def _amount(name: str) -> str:
    value = int(getattr(limits.DEFAULT_LIMITS, name))
    return f"{value >> 20:,} MiB" if name.endswith("bytes") else f"{value:,}"
