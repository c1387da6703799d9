"""Office Open XML workbooks (.xlsx, .xlsm, .xltx, .xltm): every sheet, shown or hidden, as text.

Not read yet, and therefore reported as such: pivot caches, external links, comments, drawings,
embedded files, macros. Not reported: the author and title in the document properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._xlsx_rows import Meaning, read_rows
from amends.scan.formats._xlsx_strings import read_shared_strings
from amends.scan.formats._xlsx_styles import read_renderers
from amends.scan.formats._xlsx_workbook import Sheet, Workbook, read_workbook, unread_folders
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedTable, UntrustedUnread
from amends.scan.limits import DEFAULT_LIMITS, Limits

_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_HEAD: Final = 4_096
_SEARCHED: Final = 1 << 20


class _Xlsx:
    name = "xlsx"
    extensions = ("xlsx", "xlsm", "xltx", "xltm")
    needs = ()
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD)
        if head.startswith(_OLE_MAGIC):
            return _holds_encrypted_package(stream)
        if not head.startswith(LOCAL_MAGIC):
            return False
        try:
            names = [name.lower() for name in ZipPackage(stream, DEFAULT_LIMITS).names()]
        except UnreadableError:
            return extension in self.extensions or b"xl/" in head
        return any(name.endswith("workbook.xml") for name in names)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedTable | UntrustedUnread]:
        stream.seek(0)
        if stream.read(len(_OLE_MAGIC)) == _OLE_MAGIC:
            raise UnreadableError("password-protected")
        package = ZipPackage(stream, limits)
        workbook = read_workbook(package)
        meaning = _meaning(package, workbook, limits)
        for sheet in workbook.sheets:
            yield _table(package, sheet, meaning, limits)
        read_parts = {workbook.part, workbook.styles_part, workbook.strings_part}
        read_parts.update(sheet.part for sheet in workbook.sheets)
        for folder, count in unread_folders(package, {part.lower() for part in read_parts}).items():
            yield UntrustedUnread(folder, "part-not-read", count)


def _meaning(package: ZipPackage, workbook: Workbook, limits: Limits) -> Meaning:
    strings: list[str] = []
    if workbook.strings_part:
        strings = read_shared_strings(package.chunks(workbook.strings_part), limits.cell_characters)
    if not workbook.styles_part or workbook.styles_part not in package:
        return Meaning(strings, [])
    return Meaning(strings, read_renderers(package.chunks(workbook.styles_part), workbook.dates_from_1904))


def _table(
    package: ZipPackage, sheet: Sheet, meaning: Meaning, limits: Limits
) -> UntrustedTable | UntrustedUnread:
    if sheet.kind != "worksheet":
        return UntrustedUnread(sheet.name, "part-not-read" if sheet.kind else "corrupt")
    table = UntrustedTable(sheet.name, sheet.hidden, ())
    table.rows = read_rows(package.chunks(sheet.part), meaning, table, limits)
    return table


def _holds_encrypted_package(stream: BinaryIO) -> bool:
    """MS-OFFCRYPTO 2.3.4.4: an encrypted workbook is a stream of that name in an OLE container."""
    stream.seek(0)
    kept = b""
    while chunk := stream.read(_SEARCHED):
        if _ENCRYPTED_STREAM in kept + chunk:
            return True
        kept = chunk[-len(_ENCRYPTED_STREAM) :]
    return False


PLUGIN = _Xlsx()
