"""PDF files that go in circles, claim millions, and unpack without end."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from tests.samples.hostile.sample import MIB, PLANTED, HostileSample

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_TEXT = b"BT /F 12 Tf 72 600 Td (%s) Tj ET\n" % PLANTED.encode()
_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
_TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def _written(objects: dict[int, bytes], trailer: bytes = b"", size: int = 0) -> bytes:
    """Return a file with one honest table of its objects (ISO 32000-2, 7.5.4), and whatever else the trailer says."""
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(body)
    body += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        body += b"%d 1\n%010d 00000 n \n" % (number, place)
    trailer = trailer.replace(b"@xref", b"%d" % at)
    body += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size or max(objects) + 1,
        trailer,
        at,
    )
    return bytes(body)


def _honest(**changes: bytes) -> dict[int, bytes]:
    objects = {1: _CATALOGUE, 2: _TREE, 3: _PAGE, 4: _stream(_TEXT), 5: _FONT}
    return objects | {int(name.lstrip("o")): content for name, content in changes.items()}


def _file(trailer: bytes = b"", size: int = 0, **changes: bytes) -> Callable[[], bytes]:
    return lambda: _written(_honest(**changes), trailer, size)


def _deep_tree() -> bytes:
    depth = 20_000
    objects = _honest(o2=b"<</Type/Pages/Kids[10 0 R]/Count 1>>")
    for level in range(10, 10 + depth):
        objects[level] = b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (level + 1, level - 1)
    objects[10 + depth] = _PAGE
    return _written(objects)


def _wide_tree() -> bytes:
    return _written(_honest(o2=b"<</Type/Pages/Count 50000/Kids[%s]>>" % (b"3 0 R " * 50_000)))


def _doubling_tree() -> bytes:
    """Forty levels, each twice the one below: a million million pages out of two kilobytes."""
    objects = _honest(o2=b"<</Type/Pages/Kids[10 0 R 10 0 R]/Count 2>>")
    for level in range(10, 50):
        objects[level] = b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 2>>" % (level + 1, level + 1)
    objects[50] = _PAGE
    return _written(objects)


def _doubling_drawings() -> bytes:
    page = _PAGE.replace(b"/Font", b"/XObject<</X 10 0 R>>/Font")
    objects = _honest(o3=page, o4=_stream(_TEXT + b"/X Do"))
    for level in range(10, 50):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (level + 1)
        objects[level] = _stream(b"/X Do /X Do", entries)
    objects[50] = _stream(_TEXT, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return _written(objects)


def _drawing_of_itself() -> bytes:
    page = _PAGE.replace(b"/Font", b"/XObject<</X 6 0 R>>/Font")
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"
    return _written(_honest(o3=page, o4=_stream(_TEXT + b"/X Do"), o6=_stream(b"/X Do", entries)))


def _filters(count: int) -> bytes:
    content = b" " * (64 * MIB) if count < 10 else _TEXT
    for _ in range(count):
        content = zlib.compress(content, 9)
    return _written(_honest(o6=_stream(content, b"/Filter[%s]" % (b"/FlateDecode" * count)))
                    | {3: _PAGE.replace(b"4 0 R", b"[4 0 R 6 0 R]")})  # fmt: skip


def _object_stream_of_itself() -> bytes:
    inside = b"7 0 8 20 <</A 1>>           <</B 2>>"
    entries = b"/Type/ObjStm/N 2/First 9/Extends 6 0 R"
    return _written(_honest(o6=_stream(inside, entries)), b"/Info 7 0 R")


def _object_stream_of_millions() -> bytes:
    entries = b"/Type/ObjStm/N 2147483647/First 2147483647"
    return _written(_honest(o6=_stream(b"7 0 <<>>", entries)))


def _table_stream_of_itself() -> bytes:
    body = _written(_honest()).rpartition(b"xref\n0 1")[0]
    at = len(body)
    rows = b"".join(b"\2" + (9).to_bytes(4, "big") + b"\0" for _ in range(10))
    entries = b"/Type/XRef/W[1 4 1]/Size 10/Root 1 0 R/Prev %d/Index[0 2147483647]" % at
    return body + b"9 0 obj\n" + _stream(rows, entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % at


def _tables_one_behind_another() -> bytes:
    body = bytearray(_written(_honest()))
    previous = body.rindex(b"xref\n0 1")
    for _ in range(1_000):
        at = len(body)
        body += b"xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            previous,
            at,
        )
        previous = at
    return bytes(body)


def _fields_of_themselves() -> bytes:
    catalogue = (
        _CATALOGUE[:-2]
        + b"/AcroForm<</Fields[6 0 R]>>/Outlines 7 0 R/Names<</Dests 8 0 R>>"
        + b"/StructTreeRoot 9 0 R>>"
    )
    return _written(_honest(
        o1=catalogue,
        o6=b"<</FT/Tx/T(a)/V(b)/Kids[6 0 R 6 0 R]/Parent 6 0 R>>",
        o7=b"<</First 7 0 R/Last 7 0 R/Next 7 0 R/Title(x)>>",
        o8=b"<</Kids[8 0 R 8 0 R]/Names[(a) 8 0 R]>>",
        o9=b"<</K[9 0 R 9 0 R]/P 9 0 R/S/P>>",
    ))  # fmt: skip


def _font_of_itself() -> bytes:
    """A Type 3 font whose letters are drawn with itself."""
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>"
        b"/FirstChar 97/LastChar 97"
        b"/Widths[9]/Encoding<</Differences[97/a]>>/Resources<</Font<</F 5 0 R>>>>>>"
    )
    return _written(_honest(o5=font, o4=_stream(b"BT /F 12 Tf (aaaa) Tj ET"),
                            o6=_stream(b"9 0 d0 BT /F 1 Tf (aaa) Tj ET"),
                            o7=b"(%s)" % PLANTED.encode()))  # fmt: skip


SAMPLES = (
    HostileSample(
        "ten million pages that are not there", "pdf", _file(o2=b"<</Type/Pages/Kids[3 0 R]/Count 10000000>>")
    ),
    HostileSample("a page tree below zero", "pdf", _file(o2=b"<</Type/Pages/Kids[3 0 R]/Count -1>>")),
    HostileSample(
        "a page tree that goes in a circle", "pdf", _file(o2=b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>")
    ),
    HostileSample(
        "a page that is its own tree", "pdf", _file(o3=_PAGE.replace(b"/Parent", b"/Kids[3 0 R]/Parent"))
    ),
    HostileSample("a page tree twenty thousand deep", "pdf", _deep_tree),
    HostileSample("one page fifty thousand times", "pdf", _wide_tree),
    HostileSample("a page tree that doubles forty times", "pdf", _doubling_tree),
    HostileSample("drawings that double forty times", "pdf", _doubling_drawings),
    HostileSample("a drawing of itself", "pdf", _drawing_of_itself),
    HostileSample("a font drawn with itself", "pdf", _font_of_itself),
    HostileSample("a table that comes before itself", "pdf", _file(b"/Prev @xref")),
    HostileSample("a hybrid table that is itself", "pdf", _file(b"/XRefStm @xref")),
    HostileSample("a table stream of two thousand million rows", "pdf", _table_stream_of_itself),
    HostileSample("a thousand tables", "pdf", _tables_one_behind_another),
    HostileSample("a size of two thousand million objects", "pdf", _file(size=2147483647)),
    HostileSample("an object stream that goes on in itself", "pdf", _object_stream_of_itself),
    HostileSample("an object stream of two thousand million", "pdf", _object_stream_of_millions),
    HostileSample("fields, titles and names that hold themselves", "pdf", _fields_of_themselves),
    HostileSample("filters that blow up twice", "pdf", lambda: _filters(2)),
    HostileSample("a thousand filters", "pdf", lambda: _filters(1_000)),
    HostileSample("lists a hundred thousand deep", "pdf", _file(o6=b"[" * 100_000 + b"]" * 100_000)),
    HostileSample(
        "dictionaries a hundred thousand deep", "pdf", _file(o6=b"<</A" * 100_000 + b"1" + b">>" * 100_000)
    ),
    HostileSample("brackets a hundred thousand deep", "pdf", _file(o6=b"(" * 100_000 + b")" * 100_000)),
    HostileSample(
        "lists a hundred thousand deep in a page",
        "pdf",
        _file(o4=_stream(_TEXT + b"[" * 100_000 + b"]" * 100_000 + b" TJ")),
    ),
    HostileSample("a million kept states", "pdf", _file(o4=_stream(_TEXT + b"q " * 1_000_000))),
    HostileSample(
        "sixty thousand boxes over a text",
        "pdf",
        _file(o4=_stream(_TEXT + b"0 0 9 9 re f " * 60_000 + _TEXT)),
    ),
    HostileSample(
        "a path of a million corners",
        "pdf",
        _file(o4=_stream(_TEXT + b"0 0 m " + b"9 9 l " * 500_000 + b"W n " + _TEXT)),
    ),
    HostileSample("a page larger than a country", "pdf", _file(o3=_PAGE.replace(b"595 842", b"1e30 1e30"))),
    HostileSample(
        "a page that is no rectangle", "pdf", _file(o3=_PAGE.replace(b"[0 0 595 842]", b"[/a (b) null]"))
    ),
    HostileSample(
        "a length that lies", "pdf", _file(o4=b"<</Length 2147483647>>\nstream\n" + _TEXT + b"\nendstream")
    ),
    HostileSample(
        "a length that is the stream itself",
        "pdf",
        _file(o4=b"<</Length 4 0 R>>\nstream\n" + _TEXT + b"\nendstream"),
    ),
    HostileSample(
        "a reference that goes in a circle",
        "pdf",
        _file(o4=b"6 0 R", o6=b"4 0 R", o7=b"(%s)" % PLANTED.encode()),
    ),
)
