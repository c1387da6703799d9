"""What is encrypted is never read, never clean, and says what to do, whatever the format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import py7zr
import pytest

from amends.scan.formats._compound_writer import compound_bytes
from amends.scan.opening import open_file
from tests.samples.formats.office import Parts, open_parts, write_parts

MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="{name}"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
)


def office(path: Path) -> None:
    path.write_bytes(
        compound_bytes({"EncryptedPackage": bytes(range(256)), "EncryptionInfo": b"\4\0\4\0@\0\0\0"})
    )


def open_document(path: Path) -> None:
    parts: Parts = dict(open_parts("<text:p>Zzcanary</text:p>", kind="text"))
    write_parts(path, {**parts, "META-INF/manifest.xml": MANIFEST.format(name="content.xml")})


def whole_package(path: Path) -> None:
    """As OpenDocument 1.4 does it: the whole package is one encrypted member."""
    parts: Parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "encrypted-package": bytes(range(256)),
    }
    write_parts(path, {**parts, "META-INF/manifest.xml": MANIFEST.format(name="encrypted-package")})


def pdf(path: Path) -> None:
    document = pikepdf.new()
    document.add_blank_page()
    document.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))


def archive(path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("note.txt", "Zzcanary")
    content = bytearray(stream.getvalue())
    for magic, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(magic) + at] |= 1
    path.write_bytes(content)


def sevenzip(path: Path, *, names_too: bool = False) -> None:
    with py7zr.SevenZipFile(path, "w", password="p", header_encryption=names_too) as package:  # noqa: S106
        package.writestr("Zzcanary", "note.txt")


def sevenzip_with_names(path: Path) -> None:
    sevenzip(path, names_too=True)


BUILDERS: list[tuple[str, Callable[[Path], None]]] = [
    ("list.xlsx", office),
    ("letter.docx", office),
    ("letter.odt", open_document),
    ("later.odt", whole_package),
    ("letter.pdf", pdf),
    ("all.zip", archive),
    ("all.7z", sevenzip),
    ("names.7z", sevenzip_with_names),
]


@pytest.mark.parametrize(("name", "build"), BUILDERS, ids=[name for name, _ in BUILDERS])
def test_an_encrypted_file_says_that_it_is_and_what_to_do(
    name: str, build: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / name
    build(path)
    opened = open_file(path)
    assert {item.code for item in opened.skipped} == {"password-protected"}
    assert "save it without one" in opened.skipped[0].reason
    assert not [part for part in opened.parts if "Zzcanary" in part.text]
    assert [found.claimed for found in opened.formats if found.claimed] == []
