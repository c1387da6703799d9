"""Documents of Pages, Numbers and Keynote: previews and pictures are opened; of the rest plain characters are read.

```
since 2013: Index/*.iwa (or Index.zip with them), Data/*, preview.jpg, QuickLook/Preview.pdf
before:     index.xml or index.apxl, pictures, QuickLook/Preview.pdf
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._iwork_archive import characters_of
from amends.scan.formats._opc_outside import read_outside
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedUnread,
)
from amends.scan.limits import DEFAULT_LIMITS, Limits

_ARCHIVE: Final = ".iwa"
_INDEX: Final = "index.zip"
_OLDER: Final = ("index.xml", "index.apxl", "index.xml.gz", "index.apxl.gz", "index.numbers", "index.pages")
_HISTORY: Final = "buildversionhistory.plist"
_PREVIEWS: Final = ("preview", "quicklook/")
_LONGEST: Final = 512 << 20
_HEAD: Final = 30


class _IWork:
    name = "iwork"
    # Not "key": most files of that name are keys.
    extensions = ("pages", "numbers", "keynote", "template", "nmbtemplate", "kth")
    needs = ()
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        if not stream.read(_HEAD).startswith(LOCAL_MAGIC):
            return False
        try:
            names = [name.lower() for name in ZipPackage(stream, DEFAULT_LIMITS).names()]
        except UnreadableError:
            return False
        if any(name.startswith("index/") and name.endswith(_ARCHIVE) for name in names):
            return True
        known = _HISTORY in names or "metadata/buildversionhistory.plist" in names
        return known and (_INDEX in names or any(name in names for name in _OLDER))

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        package = ZipPackage(stream, limits)
        yield from _members(package)
        yield from read_outside(package)


def _members(package: ZipPackage) -> Iterator[UntrustedPiece]:
    unread = 0
    for name in package.names():
        try:
            content = package.content(name, _LONGEST)
            if name.lower().endswith(_ARCHIVE):
                unread += 1
                for at, text in characters_of(content):
                    yield UntrustedPart((name, f"byte {at}"), "stream", "unshown-text", text)
            elif content:
                yield UntrustedFile((name,), _hidden(name), content, _extension(name))
        except UnreadableError as problem:
            yield UntrustedUnread(name, problem.code, problem.amount)
    if unread:
        yield UntrustedUnread("Index, all but plain characters", "document-not-opened", unread)


def _hidden(name: str) -> str:
    key = name.lower()
    if key in _OLDER or key == _INDEX:
        return ""
    return "thumbnail" if key.startswith(_PREVIEWS) else "" if key.startswith("data/") else "embedded-file"


def _extension(name: str) -> str:
    last = name.rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""


PLUGIN = _IWork()
