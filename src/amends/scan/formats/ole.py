"""Any other OLE compound file (MS-CFB): every stream, every embedded object, whatever program wrote it.

Macro projects of the newer formats (``vbaProject.bin``) and embedded objects (``oleObject1.bin``) are such files, and
so are the containers of encrypted workbooks, documents and presentations (MS-OFFCRYPTO 2.3.4.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._compound_file import MAGIC, CompoundFile
from amends.scan.formats._ole_streams import rest_pieces
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedPiece
from amends.scan.limits import Limits

_ENCRYPTED: Final = "ENCRYPTEDPACKAGE"
_OF_ENCRYPTION: Final = frozenset({_ENCRYPTED, "ENCRYPTIONINFO", "\x06DATASPACES"})


class _Ole:
    name = "ole"
    extensions = ("ole", "bin", "mpp", "wps", "one", "thmx")
    needs = ()
    rank = 40

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        return stream.read(len(MAGIC)) == MAGIC

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        content = stream.read()
        try:
            compound = CompoundFile(content)
        except UnreadableError:
            text = text_runs(content)
            if text:
                yield UntrustedPart((), "stream", "ole-stream", text)
            raise
        if compound.root.stream(_ENCRYPTED) is not None:
            yield from rest_pieces(compound, _OF_ENCRYPTION)
            raise UnreadableError("password-protected")
        yield from rest_pieces(compound, ())


PLUGIN = _Ole()
