"""The package of an OpenDocument: which member is what, what is encrypted, and what belongs to nothing.

Source: OpenDocument 1.3 part 2, 3 (packages) and 4 (manifest).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._odf_older import of_either_generation
from amends.scan.formats._odf_parts import Reader, script_parts
from amends.scan.formats._odf_styles import Styles
from amends.scan.formats._opc_outside import read_outside
from amends.scan.formats._opc_texts import read_texts
from amends.scan.formats._xml_tree import whole_tree
from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedUnread,
)
from amends.scan.limits import DEFAULT_LIMITS, Limits

_MIMETYPES: Final = (b"application/vnd.oasis.opendocument", b"application/vnd.sun.xml")
_MANIFEST: Final = "META-INF/manifest.xml"
_WHOLLY_ENCRYPTED: Final = "encrypted-package"
_OWN: Final = ("content.xml", "styles.xml", "meta.xml", "settings.xml")
_LONGEST_FILE: Final = 512 << 20
_STANDARD: Final = (
    "http://docs.oasis-open.org/ns/office/",
    "http://www.w3.org/",
    "http://docs.oasis-open.org/opendocument/",
)
_FOLDERS: Final = (
    ("Thumbnails/", "thumbnail"),
    ("Basic/", "macro"),
    ("Scripts/", "macro"),
    ("Dialogs/", "macro"),
    ("META-INF/", "signature"),
    ("Configurations2/", "custom-property"),
    ("Pictures/", ""),
    ("ObjectReplacements/", "embedded-file"),
    ("layout-cache", ""),
)


def recognised_package(stream: BinaryIO, head: bytes, extension_fits: bool) -> bool:
    """Say whether a zip file is a package of OpenDocument; ``extension_fits`` breaks the tie of a damaged one."""
    if any(mimetype in head for mimetype in _MIMETYPES):
        return True
    try:
        package = ZipPackage(stream, DEFAULT_LIMITS)
    except UnreadableError:
        return extension_fits
    if _WHOLLY_ENCRYPTED in package and _MANIFEST in package:
        return True
    return "content.xml" in package and (_MANIFEST in package or "mimetype" in package)


def read_package(package: ZipPackage, limits: Limits) -> Iterator[UntrustedPiece]:
    """Yield every piece of the package."""
    encrypted = _encrypted(package)
    names = package.names()
    folders = sorted(
        {
            name.rpartition("/")[0]
            for name in names
            if name.rpartition("/")[2] in ("content.xml", "styles.xml")
        }
    )
    for folder in folders:
        yield from _document(package, folder, encrypted, limits)
    own = {f"{folder}/{name}".lstrip("/") for folder in folders for name in _OWN}
    for name in names:
        if name in own or name in ("mimetype", _MANIFEST):
            continue
        if name in encrypted:
            yield UntrustedUnread(name, "password-protected")
            continue
        try:
            yield from _member(package, name)
        except UnreadableError as problem:
            yield UntrustedUnread(name, problem.code, problem.amount)
    yield from read_outside(package)


def _document(
    package: ZipPackage, folder: str, encrypted: frozenset[str], limits: Limits
) -> Iterator[UntrustedPiece]:
    hidden = "embedded-file" if folder else ""
    below: Styles | None = None
    styles: Reader | None = None
    for file in ("styles.xml", "content.xml", "meta.xml", "settings.xml"):
        name = f"{folder}/{file}".lstrip("/")
        if name not in package:
            continue
        if name in encrypted:
            yield UntrustedUnread(name, "password-protected")
            continue
        reader = Reader(name, limits, below, hidden)
        reader.printed_only = b"spreadsheet" in _mimetype(package, folder)
        if styles is not None:
            styles.lend(reader)
        try:
            yield from reader.read(of_either_generation(package.chunks(name)))
        except UnreadableError as problem:
            yield UntrustedUnread(name, problem.code, problem.amount)
        if file == "styles.xml":
            below, styles = reader.styles, reader


def _mimetype(package: ZipPackage, folder: str) -> bytes:
    try:
        return b"" if folder or "mimetype" not in package else package.content("mimetype", 1 << 10)
    except UnreadableError:
        return b""


def _encrypted(package: ZipPackage) -> frozenset[str]:
    """Part 2, 4.4 to 4.9: an encrypted member has its data of encryption in the manifest."""
    if _MANIFEST not in package:
        return frozenset()
    try:
        tree = whole_tree(of_either_generation(package.chunks(_MANIFEST)))
    except UnreadableError:
        return frozenset()
    entries = (entry for entry in tree.iter("file-entry") if entry.find("encryption-data") is not None)
    return frozenset(entry.get("full-path", "").lstrip("/") for entry in entries)


def _member(package: ZipPackage, name: str) -> Iterator[UntrustedPiece]:
    hidden = next((kind for folder, kind in _FOLDERS if name.startswith(folder)), "embedded-file")
    extension = name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""
    if extension in ("xml", "rdf", "xlb", "xdl", "xlc", "xba", "xcu"):
        yield from _xml_member(package, name, hidden)
        return
    content = package.content(name, _LONGEST_FILE)
    if not content or name == "layout-cache":  # numbers of pages and lines only
        return
    if hidden == "macro":
        try:
            yield UntrustedPart((name,), "macro", "macro", content.decode("utf-8"))
        except UnicodeDecodeError:
            yield UntrustedFile((name,), "macro", content, extension)
        return
    yield UntrustedFile((name,), hidden, content, extension)


def _xml_member(package: ZipPackage, name: str, hidden: str) -> Iterator[UntrustedPiece]:
    if name.startswith("Basic/"):
        # Every module of Basic declares its document type; nothing of it is used.
        yield from script_parts(name, whole_tree(of_either_generation(package.chunks(name))))
        return
    kind = "custom-xml" if hidden == "embedded-file" else hidden or "custom-property"
    known = set(package.names())
    chunks = of_either_generation(package.chunks(name))
    for found in read_texts(chunks, every_attribute=kind == "custom-xml"):
        if not found.text.startswith(_STANDARD) and found.text not in known:
            where = (name, *((found.path, found.attribute) if found.attribute else (found.path,)))
            yield UntrustedPart(where, "text", kind, found.text)
