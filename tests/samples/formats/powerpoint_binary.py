"""Presentations of PowerPoint 97 to 2003 put together record by record (MS-PPT): the least that is a presentation."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 5760, 4320


@dataclass(frozen=True)
class Slide:
    """One slide: the records in it beside its atom, and whether the show leaves it out."""

    body: bytes
    hidden: bool = False


def atom(kind: int, body: bytes, instance: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4, kind, len(body)) + body


def container(kind: int, *inner: bytes, instance: int = 0) -> bytes:
    body = b"".join(inner)
    return struct.pack("<HHI", instance << 4 | 0xF, kind, len(body)) + body


def text(words: str) -> bytes:
    return atom(0x0FA0, words.encode("utf-16-le"))


def string(words: str, instance: int = 0) -> bytes:
    return atom(0x0FBA, words.encode("utf-16-le"), instance)


def shape(words: str, left: int = 100, hidden: bool = False) -> bytes:
    """A shape with a text at a place of the slide, inside a drawing."""
    properties = struct.pack("<HI", 0x03BF, 0x20002 if hidden else 0x20000)
    anchor = atom(0xF010, struct.pack("<4h", 100, left, left + 500, 300))
    inner = container(0xF004, atom(0xF00B, properties, 1), anchor, atom(0xF00D, text(words)))
    return container(0x040C, container(0xF002, inner))


def comment(author: str, words: str) -> bytes:
    return container(0x1388, container(0x138A, string("___PPT10"), atom(0x138B, _comment(author, words))))


def _comment(author: str, words: str) -> bytes:
    return container(0x2EE0, string(author, 0), string(words, 1), string("Z", 2))


def presentation(
    slides: Sequence[Slide],
    others: Sequence[bytes] = (),
    in_document: bytes = b"",
    before: bytes = b"",
    user: str = "Ana",
) -> dict[str, bytes]:
    """Return the streams of a presentation.

    ``others`` are whole objects (notes, masters, embedded files); ``before`` lies in front of everything and no
    directory names it, as after quick saving.
    """
    count = len(slides)
    entries = b"".join(
        atom(0x03F3, struct.pack("<IIIII", number + 2, 0, 0, 256 + number, 0)) for number in range(count)
    )
    document = container(
        0x03E8,
        atom(0x03E9, struct.pack("<ii", WIDTH, HEIGHT) + bytes(32)),
        container(0x0FF0, entries),
        in_document,
    )
    objects = [document, *map(_slide, slides), *others]
    stream, places = before, []
    for whole in objects:
        places.append(len(stream))
        stream += whole
    directory_at = len(stream)
    packed = 1 | len(objects) << 20
    stream += atom(0x1772, struct.pack(f"<{len(objects) + 1}I", packed, *places))
    edit_at = len(stream)
    stream += atom(0x0FF5, struct.pack("<IHBBIIIIHH", 0, 0, 0, 3, 0, directory_at, 1, len(objects) + 1, 0, 0))
    narrow = user.encode("latin-1")
    current = struct.pack("<IIIHHBBH", 20, 0xE391C05F, edit_at, len(narrow), 0x03F4, 3, 0, 0)
    current = atom(0x0FF6, current + narrow + struct.pack("<I", 8) + user.encode("utf-16-le"))
    return {"PowerPoint Document": stream, "Current User": current}


def _slide(slide: Slide) -> bytes:
    information = atom(0x03F9, struct.pack("<iIBBHI", 0, 0, 0, 0, 4 if slide.hidden else 0, 0))
    return container(0x03EE, atom(0x03EF, bytes(24)), information, slide.body)
