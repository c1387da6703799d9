"""Hiding places of PowerPoint presentations before 2007."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.powerpoint_binary import (
    WIDTH,
    Slide,
    atom,
    comment,
    container,
    presentation,
    shape,
    string,
    text,
)
from tests.samples.hiding.sample import PLANTED, HidingSample

Streams = dict[str, bytes]


def _writer(streams: Callable[[bool], Streams]) -> Callable[[Path, bool], None]:
    def write(path: Path, hidden: bool) -> None:
        path.write_bytes(compound_bytes(streams(hidden)))

    return write


def _on_slide(piece: bytes, instead: bytes = b"") -> Callable[[bool], Streams]:
    return lambda hidden: presentation([Slide(shape("Seen") + (piece if hidden else instead))])


def _other(piece: bytes) -> Callable[[bool], Streams]:
    return lambda hidden: presentation([Slide(shape("Seen"))], [piece] if hidden else [])


def _in_document(piece: bytes) -> Callable[[bool], Streams]:
    return lambda hidden: presentation([Slide(shape("Seen"))], in_document=piece if hidden else b"")


def _hidden_slide(hidden: bool) -> Streams:
    return presentation([Slide(shape("Seen")), Slide(shape(PLANTED), hidden)])


def _earlier(hidden: bool) -> Streams:
    before = container(0x03EE, shape(PLANTED))
    return presentation([Slide(shape("Seen"))], before=before if hidden else b"")


def _user(hidden: bool) -> Streams:
    return presentation([Slide(shape("Seen"))], user=PLANTED if hidden else "")


_LINK = container(
    0x0409, container(0x0FD7, atom(0x0FD3, bytes(4)), string(f"https://example.org/{PLANTED}", 1))
)
_BUILDERS: dict[str, Callable[[bool], Streams]] = {
    "hidden-slide": _hidden_slide,
    "speaker-notes": _other(container(0x03F0, shape(PLANTED))),
    "master-text": _other(container(0x03F8, shape(PLANTED))),
    "off-slide": _on_slide(shape(PLANTED, WIDTH + 100), shape(PLANTED)),
    "hidden-shape": _on_slide(shape(PLANTED, hidden=True), shape(PLANTED)),
    "comment": _on_slide(comment("Ana Example", PLANTED)),
    "link-address": _in_document(_LINK),
    "header-footer": _in_document(container(0x0FD9, string(PLANTED, 2))),
    "presentation-tag": _in_document(
        container(0x1388, container(0x1389, string("Case", 0), string(PLANTED, 1)))
    ),
    "custom-show": _in_document(container(0x0410, container(0x0411, string(PLANTED)))),
    "unshown-text": _in_document(container(0x0FA7, text(PLANTED))),
    "document-property": _user,
    "deleted-before": _earlier,
}

SAMPLES = tuple(HidingSample(hidden, "ppt", _writer(streams)) for hidden, streams in _BUILDERS.items())
