"""Outlook's wrapping of a message (TNEF: winmail.dat, .tnef; MS-OXTNEF): properties, recipients, attachments."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from amends.scan.formats._text import content_within
from amends.scan.formats._tnef_attributes import MAGIC, Wrapping
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import Limits


class _Tnef:
    name = "tnef"
    extensions = ("tnef",)
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(MAGIC)) == MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        try:
            yield from Wrapping(content_within(stream, limits)).pieces()
        except (struct.error, IndexError) as damage:
            raise UnreadableError("corrupt") from damage


PLUGIN = _Tnef()
