"""The keys of the mapping file, from the classes that hold them, and a whole one as an example."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from amends.drill.mapping_files import MAPPING
from scripts.reference.markdown import PACKAGE, code, prose, table

TITLE = "The mapping file"
_SECTIONS = {
    "[leaked]": ("NameColumns", "LeakedColumns"),
    "[registry]": ("NameColumns", "RegistryColumns"),
    "[leaked.facts.NAME] and [registry.facts.NAME]": ("FactColumn",),
    "[status]": ("StatusColumns",),
    "[as_of]": ("AsOf",),
}
_NOT_A_KEY = frozenset({"facts", "name"})
# Where the class itself says nothing beside its name.
_MEANINGS = {
    "NameColumns.identifiers": "One column or more with identification numbers.",
    "NameColumns.full_name": "Column of the whole name, where it is not split; then in place of the two above.",
    "RegistryColumns.person_id": "Column of the registry's own key of a person.",
    "RegistryColumns.contact_channels": "Column of the safe-contact mark: `hand`, `post`, or `none` for no letter.",
    "RegistryColumns.deceased": "Column that says whether the person has died: `1` or `0`, `true` or `false`.",
    "FactColumn.column": "Column that the fact is read from.",
    "StatusColumns.person_id": "Column of the person, as in the registry.",
    "StatusColumns.valid_from": "Column of the instant from which the status held, in UTC.",
    "StatusColumns.valid_to": "Column of the first instant at which it no longer held; empty while it holds.",
    "AsOf.status": "Statuses of the people who ought to be in the file on the as-of date.",
}


def page() -> str:
    """Return the page."""
    from amends.link.mapping import OUR_STATUSES

    classes = _classes()
    parts = [
        "One TOML file says which column means what, in the leaked file and in the registry. It is checked in full "
        "before any data are read: a key that nobody knows, or a column that is not there, is refused. "
        "Unless it says otherwise, a value is the header of a column.",
        "",
        f"Status words that playbooks know: {', '.join(map(code, OUR_STATUSES))}.",
        "",
    ]
    for section, names in _SECTIONS.items():
        rows = [row for name in names for row in _keys(classes[name])]
        parts += [f"## `{section}`", "", table(("key", "form", "meaning"), rows)]
    parts += [
        "## A whole one",
        "",
        "The drill writes this one for itself:",
        "",
        f"```toml\n{MAPPING.strip()}\n```",
    ]
    return "\n".join(parts) + "\n"


def _classes() -> dict[str, ast.ClassDef]:
    tree = ast.parse((PACKAGE / "link" / "mapping.py").read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _keys(definition: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """Yield key, form and the docstring below it, in the order of the class."""
    for position, node in enumerate(definition.body):
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
            continue
        if node.target.id in _NOT_A_KEY:
            continue
        after = definition.body[position + 1 : position + 2]
        meaning = ""
        if after and isinstance(after[0], ast.Expr) and isinstance(after[0].value, ast.Constant):
            meaning = prose(str(after[0].value.value))
        known = meaning or _MEANINGS.get(f"{definition.name}.{node.target.id}") or _by_name(node.target.id)
        yield code(node.target.id), _form(ast.unparse(node.annotation)), known


def _form(annotation: str) -> str:
    return {"tuple[str, ...]": "list of texts", "dict[str, str]": "table of words"}.get(annotation, "text")


def _by_name(key: str) -> str:
    return f"Column of the {key.replace('_', ' ')}."
