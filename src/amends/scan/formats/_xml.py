"""Expat with the doors shut: no document type, no entity, bounded text, names without their prefix.

A document type declaration is the way to entity expansion ("billion laughs") and to external
entities. No part of an Office file needs one (ECMA-376 part 2, 6.5.2 forbids it), so it ends the reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final
from xml.parsers import expat

from amends.scan.formats.interface import UnreadableError

_BUFFER: Final = 1 << 16
_OUT_OF_MEMORY: Final = 1  # XML_ERROR_NO_MEMORY

Attributes = dict[str, str]


def hardened_parser(separator: str | None = None) -> expat.XMLParserType:
    """Return an expat parser that refuses document types; text comes in as few pieces as can be.

    With a ``separator`` names come as namespace, separator, local name; without, as they are written.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.buffer_size = _BUFFER
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


def _refuse(*_: object) -> int:
    raise UnreadableError("forbidden-markup")


def feed(parser: expat.XMLParserType, chunk: bytes, final: bool = False) -> None:
    """Parse the next bytes. Raises `UnreadableError` with ``corrupt`` where they are not XML."""
    try:
        parser.Parse(chunk, final)
    except (expat.ExpatError, ValueError, OverflowError, LookupError, OSError) as damage:
        # The last two: an encoding that is none, or one whose codec the child may not load any more.
        if getattr(damage, "code", 0) == _OUT_OF_MEMORY:
            raise MemoryError from damage
        raise UnreadableError("corrupt") from damage


def parse_elements(chunks: Iterable[bytes], start: Callable[[str, Attributes], None]) -> None:
    """Call ``start(local name, attributes by local name)`` for each element of a small part."""
    parser = hardened_parser()

    def start_element(name: str, attributes: Attributes) -> None:
        start(local_name(name), {local_name(key): value for key, value in attributes.items()})

    parser.StartElementHandler = start_element
    for chunk in chunks:
        feed(parser, chunk)
    feed(parser, b"", True)


def local_name(name: str) -> str:
    """Return the name without its prefix: ``x:sheet`` and ``sheet`` are the same element to us."""
    return name.rpartition(":")[2]
