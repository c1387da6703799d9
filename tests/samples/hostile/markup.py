"""Markup that expands, reaches outside, or nests without end."""

# ruff: noqa: PLW0108 - megabytes are put together when they are asked for, not when this is imported
from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from tests.samples.formats import docx, opendocument, pptx, xlsb, xlsx
from tests.samples.formats.sample import PEOPLE
from tests.samples.hostile.sample import PLANTED, Builder, HostileSample, deflated, zip_of

_DEEP = 100_000
_LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghij")
)
_OUTSIDE = '<!ENTITY j SYSTEM "file:///etc/passwd">'


def _doctype(root: str, entities: str) -> str:
    return f"<!DOCTYPE {root} [{entities}]>"


def _document(before: str, root: str, inside: str) -> Callable[[], bytes]:
    return lambda: (
        f'<?xml version="1.0"?>{before}<{root}>{PLANTED}{inside}</{root.split(maxsplit=1)[0]}>'.encode()
    )


def _package(builder: Builder, part: str, entities: str) -> Callable[[], bytes]:
    """Return a package in one part of which entities are declared, and used in its first text."""

    def build() -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "sample"
            builder.build(path, PEOPLE)
            with ZipFile(path) as package:
                parts = {name: package.read(name) for name in package.namelist()}
        head, _, rest = (
            parts[part].partition(b"?>") if parts[part].startswith(b"<?xml") else (b"", b"", parts[part])
        )
        declared = head + b"?>" if head else b""
        parts[part] = declared + _doctype("x", entities).encode() + rest.replace(b"Example", b"&j;", 1)
        return zip_of(*(deflated(name, content) for name, content in parts.items()))

    return build


_PACKAGES: tuple[tuple[str, Builder, str], ...] = (
    ("docx", docx, "word/document.xml"),
    ("xlsx", xlsx, "xl/worksheets/sheet1.xml"),
    ("xlsx", xlsx, "xl/workbook.xml"),
    ("xlsx", xlsx, "_rels/.rels"),
    ("pptx", pptx, "ppt/slides/slide1.xml"),
    ("ods", opendocument, "content.xml"),
    ("xlsb", xlsb, "_rels/.rels"),
)


def _nested(
    opening: str, closing: str, head: str = "", tail: str = "", depth: int = _DEEP
) -> Callable[[], bytes]:
    return lambda: (head + opening * depth + PLANTED + closing * depth + tail).encode()


def _nested_lists() -> bytes:
    return b"[" * _DEEP + json.dumps(PLANTED).encode() + b"]" * _DEEP


def _nested_objects() -> bytes:
    return b'{"a":' * _DEEP + json.dumps(PLANTED).encode() + b"}" * _DEEP


def _lines_of_lists() -> bytes:
    return b'{"a":1}\n' * 3 + _nested_lists() + b"\n" + b'{"a":1}\n'


def _number_without_end() -> bytes:
    return b'{"a": ' + b"9" * 2_000_000 + b', "b": ' + json.dumps(PLANTED).encode() + b"}"


def _many_attributes() -> bytes:
    attributes = " ".join(f"a{n}=''" for n in range(50_000))
    return f"<x {attributes}>{PLANTED}</x>".encode()


def _nested_tables() -> bytes:
    table = "<w:tbl><w:tr><w:tc>"
    depth = 20_000
    text = f"<w:p><w:r><w:t>{PLANTED}</w:t></w:r></w:p>"
    return _docx_with(table * depth + text + "</w:tc></w:tr></w:tbl>" * depth)


def _docx_with(body: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        docx.build(path, PEOPLE)
        with ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    before, _, after = parts["word/document.xml"].partition(b"<w:tbl>")
    parts["word/document.xml"] = before + body.encode() + after.rpartition(b"</w:tbl>")[2]
    return zip_of(*(deflated(name, content) for name, content in parts.items()))


def _nested_pages() -> bytes:
    page = "<p>x</p>"
    for _ in range(12):
        quoted = page.replace("&", "&amp;").replace('"', "&quot;")
        page = f'<iframe srcdoc="{quoted}"></iframe>'
    return f"<html><body>{PLANTED}{page}</body></html>".encode()


_ENTITIES = {"a billion laughs": _LAUGHS, "an entity from outside": _OUTSIDE}

SAMPLES = (
    *(
        HostileSample(f"{what} in {part.replace('/', ' ')}", extension, _package(builder, part, entities), "")
        for what, entities in _ENTITIES.items()
        for extension, builder, part in _PACKAGES
    ),
    *(
        HostileSample(what, extension, _document(_doctype(root.split()[0], entities), root, "&j;"))
        for what, entities in _ENTITIES.items()
        for extension, root in (
            ("xml", "list"),
            ("svg", 'svg xmlns="http://www.w3.org/2000/svg"'),
            ("html", "html"),
        )
    ),
    HostileSample("elements a hundred thousand deep", "xml", _nested("<a>", "</a>")),
    HostileSample("groups a hundred thousand deep", "svg", _nested("<g>", "</g>", "<svg>", "</svg>")),
    HostileSample("divisions a hundred thousand deep", "html", _nested("<div>", "</div>", "<html><body>")),
    HostileSample(
        "tables ten thousand deep", "html", _nested("<table><tr><td>", "", "<html><body>", depth=10_000)
    ),
    HostileSample(
        "hidden divisions that nobody closes",
        "html",
        _nested("<div hidden>", "", "<html><body>", depth=20_000),
    ),
    HostileSample("pages inside pages", "html", _nested_pages),
    HostileSample("groups a hundred thousand deep", "rtf", _nested("{", "}", r"{\rtf1 ", "}")),
    HostileSample(
        "ignored groups twenty thousand deep", "rtf", _nested(r"{\*\x ", "}", r"{\rtf1 ", "}", 20_000)
    ),
    HostileSample("lists a hundred thousand deep", "json", _nested_lists),
    HostileSample("objects a hundred thousand deep", "json", _nested_objects),
    HostileSample("one line a hundred thousand deep", "jsonl", _lines_of_lists),
    HostileSample("a number of two million digits", "json", _number_without_end),
    HostileSample("fifty thousand attributes", "xml", _many_attributes),
    HostileSample("fifty thousand attributes", "html", _many_attributes),
    HostileSample("quotations a hundred thousand deep", "md", _nested(">", "", "# Title\n\n")),
    HostileSample("brackets a hundred thousand deep", "md", _nested("[", "](x)", "# Title\n\n")),
    HostileSample(
        "components twenty thousand deep",
        "ics",
        _nested(
            "BEGIN:VEVENT\r\n",
            "\r\nEND:VEVENT",
            "BEGIN:VCALENDAR\r\nSUMMARY:x\r\n",
            "\r\nEND:VCALENDAR\r\n",
            20_000,
        ),
    ),
    HostileSample("tables twenty thousand deep", "docx", _nested_tables),
)
