"""Small trees out of a large part of XML: one finished child after the other, so that memory holds one of them.

```
<document>            opened      ("containers": come as they open and close)
  <body>              opened
    <p>...</p>        a whole tree
    <tbl>...</tbl>    a whole tree
  </body>             closed
```

Names lose their namespace, as any prefix may stand for any of them and the strict and the transitional form of Office
Open XML differ in nothing else; where one local name means two things, a short prefix keeps them apart.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final, Literal, NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder

from amends.scan.formats._xml import feed, hardened_parser
from amends.scan.formats.interface import UnreadableError

_SEPARATOR: Final = "\n"
_KEPT_APART: Final = (
    ("/relationships", "r:"),
    ("presentation:1.0", "presentation:"),
    ("calcext:1.0", "calcext:"),
    ("loext:1.0", "loext:"),
    ("/office/word/2012/wordml", "w15:"),
    ("microsoft-com:rowset", "rs:"),
)
"""End of a namespace and the prefix that its names keep."""
_MOST_NAMES: Final = 20_000
_DEEPEST: Final = 256
"""Elements inside elements; deeper ones would exhaust whoever walks down the tree."""


class Step(NamedTuple):
    """What comes next: a container that opens or closes, a whole tree, or a text between containers."""

    what: Literal["open", "close", "tree", "text"]
    element: Element


def walk_trees(chunks: Iterable[bytes], containers: Container[str]) -> Iterator[Step]:
    """Yield the part step by step; elements named in ``containers`` open and close, others come whole.

    The element of ``open`` has its attributes only, that of ``text`` has only ``text``. Raises `UnreadableError`:
    ``corrupt``, ``forbidden-markup``, ``too-deep``; what came before stands.
    """
    growing = _Growing(containers)
    for chunk in chunks:
        growing.take(chunk)
        yield from growing.ready
        growing.ready.clear()
    growing.take(b"", True)
    yield from growing.ready


def whole_tree(chunks: Iterable[bytes]) -> Element:
    """Return a small part as one tree. Raises `UnreadableError` as `walk_trees` does."""
    for step in walk_trees(chunks, ()):
        if step.what == "tree":
            return step.element
    raise UnreadableError("corrupt")


def all_text(element: Element) -> str:
    """Return every text below an element, as it stands."""
    return "".join(element.itertext())


class _Names(dict[str, str]):
    """Name with its namespace → the name that it gets; those of one part are mostly those of the next."""

    def __missing__(self, name: str) -> str:
        if len(self) >= _MOST_NAMES:
            self.clear()
        namespace, _, local = name.rpartition(_SEPARATOR)
        prefix = next((short for end, short in _KEPT_APART if namespace.endswith(end)), "")
        self[name] = prefix + local
        return self[name]


_NAMES: Final = _Names()


def _as_written(attributes: list[str]) -> dict[str, str]:
    pairs = iter(attributes)
    return {_NAMES[key]: value for key, value in zip(pairs, pairs, strict=True)}


class _Growing:
    def __init__(self, containers: Container[str]) -> None:
        self.ready: list[Step] = []
        self._containers = containers
        self._names = _NAMES
        self._open: list[Element] = []
        self._parser = hardened_parser(_SEPARATOR)
        self._parser.ordered_attributes = (
            True  # name, value, name, value ...: no dictionary that is thrown away
        )
        self._parser.CommentHandler = self._comment
        self._outside()

    def take(self, chunk: bytes, final: bool = False) -> None:
        feed(self._parser, chunk, final)

    def _outside(self) -> None:
        """Listen to containers."""
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: list[str]) -> None:
        local = self._names[name]
        if local not in self._containers:
            self._inside(name, attributes)
            return
        element = Element(local, _as_written(attributes))
        self._open.append(element)
        self.ready.append(Step("open", element))

    def _end(self, _: str) -> None:
        self.ready.append(Step("close", self._open.pop()))

    def _inside(self, first: str, attributes: list[str]) -> None:
        """Listen to one tree: most of what is in a file, so nothing is looked up here that need not be."""
        names = self._names
        builder = TreeBuilder()
        begin, finish = builder.start, builder.end
        depth = 0

        def start(name: str, attributes: list[str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise UnreadableError("too-deep")
            if not attributes:
                begin(names[name], {})
            elif len(attributes) == 2:  # noqa: PLR2004 - one attribute, as most elements have
                begin(names[name], {names[attributes[0]]: attributes[1]})
            else:
                begin(names[name], _as_written(attributes))

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            finish(name)  # the builder knows which element is open
            if not depth:
                self.ready.append(Step("tree", builder.close()))
                self._outside()

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = builder.data
        start(first, attributes)

    def _data(self, text: str) -> None:
        if text.strip():
            self._loose("text", text)

    def _comment(self, text: str) -> None:
        if text.strip():
            self._loose("comment", text.strip())

    def _loose(self, tag: str, text: str) -> None:
        element = Element(tag)
        element.text = text
        self.ready.append(Step("text", element))
