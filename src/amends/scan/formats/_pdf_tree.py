"""The pages of a PDF, each once, whatever its tree claims (ISO 32000-2, 7.7.3).

A tree may say that it has ten million pages, point at itself, or name one branch ten times on each of ten
levels. So each node is entered once, and a tree whose claims do not agree with what it holds is written anew.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pikepdf

from amends.scan.formats.interface import UnreadableError

_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_MOST_PAGES: Final = 1_000_000


class TreePage(NamedTuple):
    """A page and what it inherits."""

    dictionary: Any
    inherited: dict[str, Any]

    @property
    def resources(self) -> Any:
        """Its resources, its own or inherited."""
        own = self.dictionary.get("/Resources")
        return own if own is not None else self.inherited.get("/Resources")

    def written(self, pdf: pikepdf.Pdf) -> Any:
        """Return the page with what it inherits written into it."""
        for name, value in self.inherited.items():
            if name not in self.dictionary:
                self.dictionary[name] = value
        return self.dictionary if self.dictionary.is_indirect else pdf.make_indirect(self.dictionary)


def pages_of(pdf: pikepdf.Pdf) -> tuple[list[TreePage], bool]:
    """Return the pages in their order, and whether the tree is what it says it is."""
    try:
        root: Any = pdf.Root.get("/Pages")
    except (pikepdf.PdfError, AttributeError, ValueError):
        return [], True
    if not isinstance(root, pikepdf.Dictionary):
        return [], True
    pages: list[TreePage] = []
    visited: set[tuple[int, int]] = set()
    straight = True
    stack: list[tuple[Any, dict[str, Any]]] = [(root, {})]
    while stack:
        node, inherited = stack.pop()
        if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in visited):
            straight = False
            continue
        visited.add(node.objgen)
        kids = node.get("/Kids")
        if isinstance(kids, pikepdf.Array) and node.get("/Type") != "/Page":
            own = {name: node[name] for name in _INHERITED if name in node}
            below = {**inherited, **own} if own else inherited
            children: list[Any] = list(kids)
            stack += [(kid, below) for kid in reversed(children)]
        else:
            pages.append(TreePage(node, inherited))
            if len(pages) > _MOST_PAGES:
                raise UnreadableError("too-large")
    return pages, straight and root.get("/Count") == len(pages)
