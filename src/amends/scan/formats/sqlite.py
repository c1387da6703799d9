"""SQLite databases: rows of tables and views, the schema, and what was deleted and lies there still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_MAGIC: Final = b"SQLite format 3\0"


class _Sqlite:
    name = "sqlite"
    extensions = ("sqlite", "sqlite3", "db", "db3", "gpkg", "mbtiles")
    needs = ("amends.scan.formats._sqlite_reading",)
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(_MAGIC)) == _MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._sqlite_reading import sqlite_pieces

        yield from sqlite_pieces(content_within(stream, limits), limits)


PLUGIN = _Sqlite()
