"""7z archives: every member, unpacked in memory within bounds; encrypted ones are reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import largest_file
from amends.scan.formats._text import part
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"7z\xbc\xaf\x27\x1c"


class _SevenZip:
    name = "sevenzip"
    extensions = ("7z",)
    needs = ("amends.scan.formats._sevenzip_reading",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._sevenzip_reading import (
            DAMAGES,
            PasswordRequired,
            SevenZipFile,
            UnsupportedMethod,
            unpacked,
        )

        stream.seek(0)
        most = largest_file(limits)
        names: list[str] = []
        try:
            archive = SevenZipFile(stream, "r")
            listed = archive.list()
            names = [entry.filename for entry in listed]
            if sum(entry.uncompressed or 0 for entry in listed) > most or len(names) > limits.files:
                raise UnreadableError("too-large")
            if archive.needs_password():
                yield from _names(names)
                raise UnreadableError("password-protected")
            members = unpacked(archive, most)
        except PasswordRequired as problem:
            raise UnreadableError("password-protected") from problem
        except UnsupportedMethod as problem:
            raise UnreadableError("part-not-read") from problem
        except DAMAGES as damage:
            raise UnreadableError("corrupt") from damage
        yield from _names(names)
        for name, content in members:
            if content:
                last = name.rpartition("/")[2]
                extension = last.rpartition(".")[2].lower() if "." in last else ""
                yield UntrustedFile((name,), "", content, extension)


def _names(names: list[str]) -> Iterator[UntrustedPiece]:
    for number, name in enumerate(names, 1):
        yield from part((f"member {number}",), "file-name", "", name)


PLUGIN = _SevenZip()
