"""The kinds of hiding: what each is, and how to make a file safe of it."""

from __future__ import annotations

from itertools import groupby

from amends.scan.hidden.kinds import hidden_kinds
from scripts.reference.markdown import code, table

TITLE = "Kinds of hiding"


def page() -> str:
    """Return the page."""
    parts = [
        "`amends parts` says of each piece of a file whether somebody who looks at the file sees it. Content: somebody "
        "wrote it. Trace: a program notes it. Active: code, or a way to the outside. Container: a whole file.",
        "",
    ]
    for family, kinds in groupby(hidden_kinds().values(), key=lambda kind: kind.family):
        rows = [(code(kind.name), kind.weight, kind.reason, kind.remedy) for kind in kinds]
        parts += [
            f"## {family.capitalize()}",
            "",
            table(("kind", "weight", "what it is", "what to do"), rows),
        ]
    return "\n".join(parts)
