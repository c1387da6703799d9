"""A sample for each way of hiding something on or beside the pages of a PDF."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.samples.hiding.pdf_building import (
    Build,
    added,
    annotated,
    appended,
    document,
    pages,
    saved,
    shown,
)
from tests.samples.hiding.sample import PLANTED, HidingSample

BOX = b"0 0 0 rg 60 590 400 30 re f 0 g\n"


def _layer(off: bool) -> Build:
    def build(path: Path, hide: bool) -> None:
        pdf, page = document(b"/OC /L BDC " + shown() + b" EMC\n")
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer")))
        page.Resources.Properties = Dictionary(L=layer)
        switched = Dictionary(OFF=Array([layer])) if hide and off else Dictionary(ON=Array([layer]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=switched)
        pdf.save(path)

    return build


def _layer_name(pdf: pikepdf.Pdf, page: Any) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(PLANTED)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary())


def _transparent(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G=Dictionary(ca=0))


def _cropped(pdf: pikepdf.Pdf, page: Any) -> None:
    page.CropBox = Array([0, 400, 595, 842])


def _comment(pdf: pikepdf.Pdf, page: Any) -> None:
    annotated(pdf, page, Subtype=Name.Text, Contents=String(PLANTED), T=String("Reviewer"))


def _hidden_annotation(pdf: pikepdf.Pdf, page: Any) -> None:
    annotated(pdf, page, Subtype=Name.FreeText, Contents=String(PLANTED), F=2)


def _redacted(path: Path, hide: bool) -> None:
    pdf, page = document(shown())
    if hide:
        annotated(pdf, page, Subtype=Name.Redact)
    pdf.save(path)


def _field(**entries: str) -> Build:
    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        texts = {name: String(text) for name, text in entries.items()}
        field = annotated(pdf, page, Subtype=Name.Widget, FT=Name.Tx, **texts)
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    return added(change)


def _outline(pdf: pikepdf.Pdf, page: Any) -> None:
    item = pdf.make_indirect(Dictionary(Title=String(PLANTED), Dest=Array([page, Name.Fit])))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))


def _link(pdf: pikepdf.Pdf, page: Any) -> None:
    target = String("https://example.org/?" + PLANTED)
    annotated(pdf, page, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=target))


def _actual_text(path: Path, hide: bool) -> None:
    text = PLANTED if hide else "Visible"
    pdf, _ = document(f"/Span <</ActualText ({text})>> BDC ".encode() + shown("Visible") + b" EMC\n")
    pdf.save(path)


def _structure(pdf: pikepdf.Pdf, page: Any) -> None:
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, T=String(PLANTED)))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=element))


def _piece_info(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.PieceInfo = Dictionary(Program=Dictionary(Private=Dictionary(Note=String(PLANTED))))


def _script(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{PLANTED}')"))


def _label(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=String(PLANTED))]))


def _property(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.docinfo["/Author"] = PLANTED


def _custom_property(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.docinfo[Name("/" + PLANTED.replace(" ", "_"))] = "1"


def _attachment(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.attachments["people.csv"] = pikepdf.AttachedFileSpec(
        pdf,
        b"name,number\nZzcanary,A200000077\nOther,A200000078\n",
        filename="people.csv",
        description=PLANTED,
    )


def _unshown(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.Unheard = Dictionary(Of=String(PLANTED))


def _unused(path: Path, hide: bool) -> None:
    """A text in an object to which nothing refers, as a careless program leaves it."""
    pdf, page = document(b"")
    page.Kept = pdf.make_indirect(Dictionary(Note=String(PLANTED)))
    content = saved(pdf)
    # The same length, so that every offset stays true.
    way, blank = re.compile(rb"/Kept \d+ 0 R"), re.compile(re.escape(PLANTED.encode()))
    path.write_bytes((way if hide else blank).sub(lambda found: b" " * len(found.group()), content))


def _revised(path: Path, hide: bool) -> None:
    """A text that a later revision replaced."""
    pdf, page = document(shown())
    content = saved(pdf)
    if hide:
        number = _contents_number(content)
        content = appended(content, number, b"<</Length 0>>\nstream\n\nendstream")
    path.write_bytes(content)


def _contents_number(content: bytes) -> int:
    with pikepdf.open(BytesIO(content)) as pdf:
        return int(pdf.pages[0].obj.Contents.objgen[0])


def _outside(path: Path, hide: bool) -> None:
    content = saved(document(b"")[0])
    path.write_bytes(content + (PLANTED.encode() + b"\n" if hide else b""))


def _thumbnail(path: Path, hide: bool) -> None:
    pdf, page = document(b"")
    if hide:
        page.Thumb = pdf.make_stream(
            b"\x80" * 77, Width=7, Height=11, ColorSpace=Name.DeviceGray, BitsPerComponent=8
        )
    pdf.save(path)


def _signature(pdf: pikepdf.Pdf, page: Any) -> None:
    value = pdf.make_indirect(
        Dictionary(
            Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), ByteRange=Array([0, 1, 2, 3]), Name=String(PLANTED)
        )
    )
    field = annotated(pdf, page, Subtype=Name.Widget, FT=Name.Sig, T=String("S"), V=value)
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


SAMPLES = (
    HidingSample("text-under-box", "pdf", pages(shown() + BOX, BOX + b"1 g\n" + shown()), where="page 1"),
    HidingSample("white-text", "pdf", pages(b"1 1 1 rg\n" + shown(), BOX + b"1 1 1 rg\n" + shown())),
    HidingSample("tiny-text", "pdf", pages(shown(size=0.5), shown(size=9))),
    HidingSample("invisible-text", "pdf", pages(shown(before="3 Tr"), shown(before="0 Tr"))),
    HidingSample("transparent-text", "pdf", pages(b"/G gs\n" + shown(), shown(), _transparent)),
    HidingSample("off-page", "pdf", pages(shown(at="72 2000"), shown())),
    HidingSample("outside-crop-box", "pdf", pages(shown(at="72 200"), shown(at="72 600"), _cropped)),
    HidingSample(
        "clipped-away",
        "pdf",
        pages(b"q 0 0 20 20 re W n\n" + shown() + b"Q\n", b"q 60 590 400 40 re W n\n" + shown() + b"Q\n"),
    ),
    HidingSample("hidden-layer", "pdf", _layer(off=True)),
    HidingSample("layer-name", "pdf", added(_layer_name), where="layers"),
    HidingSample("annotation", "pdf", added(_comment), where="page 1"),
    HidingSample("hidden-annotation", "pdf", added(_hidden_annotation), where="page 1"),
    HidingSample("unapplied-redaction", "pdf", _redacted, where="page 1"),
    HidingSample("form-value", "pdf", _field(T="Name", V=PLANTED)),
    HidingSample("form-field-name", "pdf", _field(T="Name", TU=PLANTED)),
    HidingSample("outline-title", "pdf", added(_outline), where="outline"),
    HidingSample("link-target", "pdf", added(_link), where="page 1"),
    HidingSample("actual-text", "pdf", _actual_text, where="page 1"),
    HidingSample("structure-text", "pdf", added(_structure), where="structure"),
    HidingSample("piece-info", "pdf", added(_piece_info), where="private data"),
    HidingSample("javascript", "pdf", added(_script), where="opening action"),
    HidingSample("page-label", "pdf", added(_label), where="page labels"),
    HidingSample("document-property", "pdf", added(_property), where="Author"),
    HidingSample("custom-property", "pdf", added(_custom_property), planted="A200000077"),
    HidingSample("embedded-file", "pdf", added(_attachment), where="people.csv"),
    HidingSample("unshown-text", "pdf", added(_unshown)),
    HidingSample("unused-object", "pdf", _unused, where="object"),
    HidingSample("earlier-revision", "pdf", _revised, where="revision 1 ! page 1"),
    HidingSample("bytes-outside", "pdf", _outside, where="bytes after the end"),
    HidingSample("thumbnail", "pdf", _thumbnail, planted="7 x 11"),
    HidingSample("signature", "pdf", added(_signature)),
)
