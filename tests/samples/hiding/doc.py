"""Hiding places of Word documents before 2007."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.word_binary import (
    HIDDEN,
    TINY,
    WHITE,
    counted,
    deleted,
    document,
    inserted,
    strings,
)
from tests.samples.hiding.sample import PLANTED, HidingSample

Runs = Sequence[tuple[str, bytes]]
_AUTHORS = {51: strings("Unknown", PLANTED)}
_BODY = "Seen.\r"


def _write(path: Path, runs: Runs, **more: object) -> None:
    path.write_bytes(compound_bytes(document(runs, **more)))  # type: ignore[arg-type]


def _run(properties: bytes) -> Callable[[Path, bool], None]:
    def build(path: Path, hidden: bool) -> None:
        _write(path, [("Seen ", b""), (PLANTED, properties if hidden else b""), ("\r", b"")])

    return build


def _structure(index: int, content: bytes) -> Callable[[Path, bool], None]:
    return lambda path, hidden: _write(path, [(_BODY, b"")], structures={index: content} if hidden else {})


def _story(number: int) -> Callable[[Path, bool], None]:
    """The text stands in another part of the document than its body: 2 headers, 4 comments, 6 text boxes."""

    def build(path: Path, hidden: bool) -> None:
        planted = f"{PLANTED}\r"
        counts = [len(_BODY), *[0] * 7]
        counts[number if hidden else 0] += len(planted)
        _write(path, [(_BODY, b""), (planted, b"")], counts=counts)

    return build


def _field(path: Path, hidden: bool) -> None:
    text = f'\x13 INCLUDETEXT "{PLANTED}" \x14Seen\x15\r' if hidden else "Seen\r"
    _write(path, [(text, b"")])


def _change(path: Path, hidden: bool) -> None:
    runs = [("Seen ", b""), ("gone", deleted(1) if hidden else b""), ("\r", b"")]
    _write(path, runs, structures=_AUTHORS if hidden else {})


def _left_over(path: Path, hidden: bool) -> None:
    _write(path, [(_BODY, b"")], left_over=PLANTED.encode("ascii") if hidden else b"")


def _variables() -> bytes:
    return strings("Case") + counted(PLANTED)


def _data(path: Path, hidden: bool) -> None:
    streams = document([(_BODY, b"")])
    if hidden:
        raw = PLANTED.encode("utf-16-le")
        streams["Data"] = struct.pack("<IHH", 68 + len(raw), 68, 0) + bytes(60) + raw
    path.write_bytes(compound_bytes(streams))


def _associated(number: int) -> bytes:
    texts = [""] * 18
    texts[number] = PLANTED
    return strings(*texts)


_BUILDERS: tuple[tuple[str, Callable[[Path, bool], None], str], ...] = (
    ("hidden-text", _run(HIDDEN), "body ! paragraph 1"),
    ("white-text", _run(WHITE), "body ! paragraph 1"),
    ("tiny-text", _run(TINY), "body ! paragraph 1"),
    ("tracked-deletion", _run(deleted(0)), "body ! paragraph 1"),
    ("tracked-insertion", _run(inserted(0)), "body ! paragraph 1"),
    ("tracked-change", _change, "change"),
    ("person-list", _structure(51, strings("Unknown", PLANTED)), "person of changes"),
    ("field-instruction", _field, "body"),
    ("field-instruction", _data, "Data"),
    ("header-footer", _story(2), "headers and footers"),
    ("comment", _story(4), "comments"),
    ("text-box", _story(6), "text boxes"),
    ("bookmark-name", _structure(21, strings(PLANTED)), "bookmark"),
    ("document-variable", _structure(60, _variables()), "document variables"),
    ("attached-template", _structure(32, _associated(1)), "template"),
    ("document-property", _structure(71, strings(PLANTED, "C:\\case.doc")), "saved 1 ! by"),
    ("mail-merge-source", _structure(32, _associated(8)), "mail merge source"),
    ("style-text", _structure(91, strings(PLANTED)), "list name"),
    ("glossary-text", _structure(9, strings(PLANTED)), "building block"),
    ("relationship-target", _structure(72, strings(PLANTED)), "file name"),
    ("deleted-before", _left_over, "WordDocument"),
)

SAMPLES = tuple(HidingSample(hidden, "doc", build, where=where) for hidden, build, where in _BUILDERS)
