"""What lies beside the pages of a PDF and in its past, and what a hostile one may not do."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from amends.scan.formats.interface import UnreadableError
from amends.scan.opening import open_file
from tests.samples.hiding.pdf_building import annotated, appended, document, saved, shown
from tests.samples.hiding.sample import PLANTED
from tests.unit.scan.formats.pdf_reading import form, page_with, read, why_hidden


def test_a_text_in_a_pattern_or_an_appearance_is_found() -> None:
    made, page = document(b"")
    page.Resources.Pattern = Dictionary(
        P=made.make_stream(
            shown("Zzcanary pattern"),
            PatternType=1,
            PaintType=1,
            TilingType=1,
            BBox=Array([0, 0, 500, 700]),
            XStep=500,
            YStep=700,
            Resources=Dictionary(Font=page.Resources.Font),
        )
    )
    look = form(made, page, shown("Zzcanary appearance"))
    annotated(made, page, Subtype=Name.Stamp, AP=Dictionary(N=look))
    texts = " ".join(part.text for part in read(saved(made))[0])
    assert "Zzcanary pattern" in texts
    assert "Zzcanary appearance" in texts


def test_an_attachment_and_a_form_of_xml_are_opened() -> None:
    made, _ = document(b"")
    made.attachments["people.csv"] = pikepdf.AttachedFileSpec(
        made, b"name\nZzcanary\n", filename="people.csv"
    )
    data = made.make_stream(b"<xfa:data xmlns:xfa='x'><name tag='Zztag'>Zzcanary</name></xfa:data>")
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("datasets"), data]))
    parts, _, files = read(saved(made))
    assert [(file.extension, file.content) for file in files] == [("csv", b"name\nZzcanary\n")]
    (value,) = [part for part in parts if part.hidden == "form-value" and "Zzcanary" in part.text]
    assert "Zztag" in value.text


def test_a_page_that_nothing_refers_to_is_read() -> None:
    made, page = document(b"")
    lost = made.make_stream(shown("Zzcanary lost"))
    page.Gone = made.make_indirect(
        Dictionary(Type=Name.Page, Contents=lost, Resources=Dictionary(Font=page.Resources.Font))
    )
    content, ways = re.subn(rb"/Gone \d+ 0 R", lambda way: b" " * len(way.group()), saved(made))
    assert ways == 1
    parts, _, _ = read(content)
    assert [part.hidden for part in parts if "Zzcanary lost" in part.text] == ["unused-object"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"/FlateDecode", b"/FlateDeco?e"),
        (b"/Filter /Fl", b"/Filte? /Fl"),
        (b"4 0 obj", b"4 { obj"),
        (b"/Contents 4 0 R", b"/Contents 4 06R"),
    ],
    ids=["a filter that nobody knows", "no filter", "no object", "a reference that is none"],
)
def test_a_page_whose_content_is_lost_is_not_complete(was: bytes, now: bytes) -> None:
    made, page = document(b"")
    page.Contents = made.make_stream(zlib.compress(shown() * 9), Filter=Name.FlateDecode)
    content = saved(made)
    assert read(content)[1] == []
    number = page.Contents.objgen[0] if page.Contents.objgen[0] else 4
    for one in (b"4", b"%d" % number):
        damaged = content.replace(was.replace(b"4", one, 1), now.replace(b"4", one, 1))
        if damaged != content:
            break
    assert damaged != content
    assert "corrupt" in {unread.code for unread in read(damaged)[1]}


def test_a_page_whose_content_ends_before_its_end_is_not_complete() -> None:
    made, page = document(b"")
    packed = zlib.compress(shown() * 99, 0)
    page.Contents = made.make_stream(packed[: len(packed) // 2], Filter=Name.FlateDecode)
    parts, unread, _ = read(saved(made))
    assert any(PLANTED in part.text for part in parts)
    assert ("page 1", "corrupt") in {(one.where, one.code) for one in unread}


def test_a_linearised_file_has_one_revision() -> None:
    made, _ = document(shown())
    written = BytesIO()
    made.save(written, linearize=True)
    content = written.getvalue()
    assert content.count(b"%%EOF") > 1
    parts, unread, _ = read(content)
    assert [part for part in parts if part.hidden in ("earlier-revision", "unused-object")] == []
    assert unread == []


def test_each_earlier_revision_is_read() -> None:
    made, page = document(b"")
    page.Note = made.make_indirect(Dictionary(Contents=String("Zzcanary one")))
    content = saved(made)
    with pikepdf.open(BytesIO(content)) as written:
        number = written.pages[0].obj.Note.objgen[0]
    for text in (b"Zzcanary two", b"three"):
        content = appended(content, number, b"<</Contents(%s)>>" % text)
    found = {(part.where[0], part.text) for part in read(content)[0] if part.hidden == "earlier-revision"}
    assert found == {("revision 1", "Zzcanary one"), ("revision 2", "Zzcanary two")}


def test_a_scanned_page_counts_as_not_read_and_a_blank_one_does_not() -> None:
    def page(pixels: bytes) -> bytes:
        made = pikepdf.Pdf.new()
        one = made.add_blank_page(page_size=(200, 200))
        image = made.make_stream(
            pixels, Subtype=Name.Image, Width=2, Height=1, ColorSpace=Name.DeviceGray, BitsPerComponent=8
        )
        one.obj.Resources = Dictionary(XObject=Dictionary(I=image))
        one.obj.Contents = made.make_stream(b"200 0 0 200 0 0 cm /I Do")
        return saved(made)

    assert [(item.where, item.code) for item in read(page(b"\0\xff"))[1]] == [("page 1", "no-text-layer")]
    assert read(page(b"\xff\xff"))[1] == []


def test_glyphs_that_stand_for_nothing_are_counted_as_damaged() -> None:
    made, page = document(b"")
    glyph = made.make_stream(b"500 0 0 0 500 500 d1 0 0 500 500 re f")
    page.Resources.Font.T = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 500, 500]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(g7=glyph, g8=glyph),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, Name.g7, Name.g8])),
        FirstChar=1,
        LastChar=2,
        Widths=Array([500, 500]),
    )
    page.Contents = made.make_stream(b"BT /T 20 Tf 72 700 Td <010201> Tj ET")
    assert ("page 1", "text-damaged", 3) in [tuple(item) for item in read(saved(made))[1]]


@pytest.mark.parametrize(("user", "code"), [("", None), ("secret", "password-protected")])
def test_a_file_that_opens_without_a_password_is_read_and_another_is_refused(
    user: str, code: str | None
) -> None:
    made, _ = document(shown())
    written = BytesIO()
    made.save(written, encryption=pikepdf.Encryption(owner="owner", user=user))
    if code is None:
        assert why_hidden(written.getvalue()) == {""}
        return
    with pytest.raises(UnreadableError) as refused:
        read(written.getvalue())
    assert refused.value.code == code


@pytest.mark.filterwarnings("ignore:Encryption R=5 is deprecated")
@pytest.mark.parametrize("revision", [2, 3, 4, 5, 6])
def test_every_encryption_without_a_password_is_opened_in_the_closed_room(
    revision: int, tmp_path: Path
) -> None:
    path = tmp_path / "locked.pdf"
    made, _ = document(shown())
    made.docinfo["/Author"] = "Zzcanary author"
    strong = revision >= 4
    locked = pikepdf.Encryption(owner="owner", user="", R=revision, aes=strong, metadata=strong)  # type: ignore[arg-type]
    made.save(path, encryption=locked)
    opened = open_file(path)
    assert [skipped.code for skipped in opened.skipped] == []
    assert {"Zzcanary author"} <= {part.text for part in opened.parts}
    assert any(PLANTED in part.text for part in opened.parts)


def test_a_tree_of_ten_million_pages_is_read_once_each() -> None:
    made, page = document(shown())
    node: Any = page
    for _ in range(7):
        node = made.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node] * 10), Count=10_000_000))
    made.Root.Pages = node
    parts, _, _ = read(_unchecked(made))
    assert [part.where for part in parts if PLANTED in part.text] == [("page 1",)]


def _unchecked(made: pikepdf.Pdf) -> bytes:
    """Write without pikepdf's own look at the tree of pages."""
    lines, offsets = [b"%PDF-1.7"], {}
    at = len(lines[0]) + 1
    for thing in made.objects:
        number = thing.objgen[0]
        if number == 0:
            continue
        body = thing.unparse(resolved=True)
        if isinstance(thing, pikepdf.Stream):
            raw = thing.read_raw_bytes()
            entries = Dictionary({**dict(thing.items()), "/Length": len(raw)})
            body = entries.unparse(resolved=True) + b"\nstream\n" + raw + b"\nendstream"
        line = b"%d 0 obj\n%s\nendobj" % (number, body)
        offsets[number] = at
        at += len(line) + 1
        lines.append(line)
    root = made.Root.objgen[0]
    table = [b"xref\n0 1\n0000000000 65535 f "]
    table += [b"%d 1\n%010d 00000 n " % (number, offset) for number, offset in sorted(offsets.items())]
    trailer = b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(offsets) + 1, root, at)
    return b"\n".join([*lines, *table, trailer])


def test_loops_end() -> None:
    made, page = document(b"/X Do\n" + shown())
    loop = made.make_indirect(Dictionary(Title=String("Zzcanary loop")))
    loop.Next = loop
    loop.First = loop
    made.Root.Outlines = Dictionary(Type=Name.Outlines, First=loop)
    names = made.make_indirect(Dictionary(Names=Array([String("Zzcanary name"), page])))
    names.Kids = Array([names])
    made.Root.Names = Dictionary(Dests=names)
    itself = form(made, page, b"/X Do")
    itself.Resources.XObject = Dictionary(X=itself)
    page.Resources.XObject = Dictionary(X=itself)
    parts, _, _ = read(saved(made))
    assert {"Zzcanary loop", "Zzcanary name"} <= {part.text for part in parts}
    assert any(PLANTED in part.text for part in parts)


def test_a_bomb_ends_within_the_limits(tmp_path: Path) -> None:
    made, _ = document(shown())
    packed = zlib.compress(zlib.compress(b"\0" * (600 << 20), 9), 9)
    bomb = made.make_stream(packed)
    bomb.Filter = Array([Name.FlateDecode, Name.FlateDecode])
    made.Root.Metadata = bomb
    bomb.Type = Name.Metadata
    path = tmp_path / "bomb.pdf"
    path.write_bytes(_unchecked(made))
    opened = open_file(path)
    assert "too-large" in {skipped.code for skipped in opened.skipped}
    assert any(PLANTED in part.text for part in opened.parts)


def test_bytes_before_the_header_are_part_of_the_file() -> None:
    parts, _, _ = read(b"Zzcanary before\n" + page_with(b""))
    assert [(part.where, part.hidden) for part in parts if "Zzcanary" in part.text] == [
        (("bytes before the header",), "bytes-outside")
    ]


def test_a_file_that_was_cut_off_is_never_complete() -> None:
    whole = page_with(shown())
    for keep in (len(whole) // 2, len(whole) - 30):
        try:
            codes = {item.code for item in read(whole[:keep])[1]}
        except UnreadableError as refused:
            codes = {refused.code}
        assert "corrupt" in codes


def test_an_object_that_no_table_leads_to_is_read() -> None:
    content = page_with(b"")
    table = content.rindex(b"xref\n0")
    lost = b"900 0 obj\n<</Note(Zzcanary dropped)>>\nendobj\n"
    drawn = shown("Zzcanary drawn")
    lost += b"901 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (len(drawn), drawn)
    shifted = (
        content[:table]
        + lost
        + content[table:].replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + len(lost)))
    )
    found = {part.text: part.hidden for part in read(shifted)[0] if "Zzcanary" in part.text}
    assert found == {"Zzcanary dropped": "unused-object", "Zzcanary drawn": "unused-object"}
