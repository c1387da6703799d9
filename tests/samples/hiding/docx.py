"""Word documents with something hidden in them, put together part by part."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from tests.samples.formats.office import Parts, arrows, paragraph, word_parts, write_parts, xml
from tests.samples.hiding.sample import PLANTED, HidingSample

SEEN = paragraph("Nothing to see here")
_WHO = f'w:id="7" w:author="{PLANTED}" w:date="2020-01-01T00:00:00Z"'


def sample(
    hidden: str, parts: Callable[[str], Parts], where: str = "", extension: str = "docx"
) -> HidingSample:
    """Return a sample; ``parts`` gets the planted text, or a harmless one in its place."""

    def build(path: Path, planted: bool) -> None:
        write_parts(path, parts(PLANTED if planted else "nothing of note"))

    return HidingSample(hidden, extension, build, where=where)


def _body(hidden: str, template: str, where: str = "", *others: tuple[str, str, str | bytes]) -> HidingSample:
    """Return a sample whose planted text replaces ``@`` in the body."""
    return sample(hidden, lambda text: word_parts(SEEN + template.replace("@", text), *others), where)


def _seen_or(hidden: str, seen: str, unseen: str, *others: tuple[str, str, str | bytes]) -> HidingSample:
    """Return a sample whose text is there both times, in the one form seen, in the other not."""

    def build(path: Path, planted: bool) -> None:
        write_parts(path, word_parts((unseen if planted else seen).replace("@", PLANTED), *others))

    return HidingSample(hidden, "docx", build, where="word/document.xml")


def _part(hidden: str, kind: str, file: str, root: str, template: str, where: str = "") -> HidingSample:
    """Return a sample with a part of its own."""
    return sample(
        hidden, lambda text: word_parts(SEEN, (kind, file, xml(root, template.replace("@", text)))), where
    )


def _run(properties: str) -> str:
    return paragraph("@", properties)


def _complex_field(instruction: str) -> str:
    pieces = [instruction[:12], instruction[12:]]
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>result</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def _drawing(about: str, content: str) -> str:
    return (
        f'<w:p><w:r><w:drawing><wp:anchor><wp:docPr id="1" name="Shape 1" {about}/>'
        f'<a:graphic><a:graphicData uri="shape">'
        f"<wps:wsp><wps:spPr/><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )


def _hidden_by_style(vanish: str) -> tuple[str, str, str]:
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Base"><w:rPr>{vanish}</w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Heir"><w:basedOn w:val="Base"/></w:style>'
    )
    return "styles", "styles.xml", xml("w:styles", styles)


def _by_style(text: str) -> Parts:
    vanish = "<w:vanish/>" if text == PLANTED else ""
    return word_parts(paragraph(PLANTED, "", '<w:pStyle w:val="Heir"/>'), _hidden_by_style(vanish))


def _workbook(text: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        workbook.add_worksheet("shown").write_string(0, 0, "seen")
        hidden = workbook.add_worksheet("raw")
        hidden.write_string(0, 0, "header")
        hidden.write_string(1, 0, text)
        hidden.hide()
    return stream.getvalue()


def _template(text: str) -> Parts:
    parts = word_parts(
        SEEN, ("settings", "settings.xml", xml("w:settings", '<w:attachedTemplate r:id="rId1"/>'))
    )
    parts["word/_rels/settings.xml.rels"] = arrows(("attachedTemplate", f"file:///C:/{text}/letter.dotx"))
    return parts


def _first_page_header(text: str) -> Parts:
    section = '<w:sectPr><w:headerReference w:type="first" r:id="rId1"/>@</w:sectPr>'
    section = section.replace("@", "" if text == PLANTED else "<w:titlePg/>")
    header = xml("w:hdr", paragraph(PLANTED))
    return word_parts(SEEN + section, ("header", "header1.xml", header))


def _outside(text: str) -> Parts:
    parts = word_parts(SEEN)
    parts["customXml/item1.xml"] = f"<person><name>{text}</name></person>"
    parts["_rels/.rels"] = arrows(
        ("officeDocument", "word/document.xml"), ("customXml", "customXml/item1.xml")
    )
    return parts


def _unreached(text: str) -> Parts:
    parts = word_parts(SEEN)
    parts["word/forgotten.xml"] = xml("w:ftr", paragraph(text))
    return parts


def _property(text: str) -> Parts:
    parts = word_parts(SEEN)
    core = f"<dc:creator>{text}</dc:creator>"
    parts["docProps/core.xml"] = (
        f'<cp:coreProperties xmlns:cp="urn:core" xmlns:dc="urn:elements">{core}</cp:coreProperties>'
    )
    return parts


_COMMENT = f'<w:comment w:id="3" w:author="A. Example">{paragraph("@")}</w:comment>'
_SHADED = '<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="#"/></w:tcPr>{}</w:tc></w:tr></w:tbl>'
_HIDDEN_ROW = f"<w:tbl><w:tr><w:trPr>#</w:trPr><w:tc>{paragraph('@')}</w:tc></w:tr></w:tbl>"
_NESTED = (
    f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{_run('<w:vanish/>')}</w:tc>"
    f"</w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>"
)
_CHOICE = (
    "<mc:AlternateContent><mc:Choice Requires='wps'>{}</mc:Choice>"
    "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
)

SAMPLES = (
    _body("tracked-insertion", '<w:p><w:ins w:id="1" w:author="A. Example"><w:r><w:t>@</w:t></w:r></w:ins></w:p>'),
    _body("tracked-deletion", '<w:p><w:del w:id="1"><w:r><w:delText>@</w:delText></w:r></w:del></w:p>'),
    _body("tracked-deletion", '<w:p><w:moveFrom w:id="1"><w:r><w:t>@</w:t></w:r></w:moveFrom></w:p>'),
    _seen_or(
        "tracked-deletion",
        _HIDDEN_ROW.replace("#", ""),
        _HIDDEN_ROW.replace("#", '<w:del w:id="1" w:author="A. Example"/>'),
    ),
    sample("tracked-change", lambda text: word_parts(
        f'<w:p><w:ins {_WHO.replace(PLANTED, text)}><w:r><w:t>new</w:t></w:r></w:ins></w:p>')),
    sample("tracked-change", lambda text: word_parts(
        f"<w:p><w:r><w:rPr><w:rPrChange {_WHO.replace(PLANTED, text)}/></w:rPr><w:t>bold</w:t></w:r></w:p>")),
    _seen_or("hidden-text", _run(""), _run("<w:vanish/>")),
    _seen_or("hidden-text", _NESTED.replace("<w:vanish/>", ""), _NESTED),
    sample("hidden-text", _by_style),
    _seen_or("white-text", _run('<w:color w:val="FFFFFF"/>'
                                '<w:shd w:fill="000000"/>'), _run('<w:color w:val="FFFFFF"/>')),
    _seen_or(
        "background-coloured-text",
        _SHADED.format(_run('<w:color w:val="112233"/>')).replace("#", "FFEEDD"),
        _SHADED.format(_run('<w:color w:val="112233"/>')).replace("#", "112233"),
    ),
    _seen_or("tiny-text", _run('<w:sz w:val="20"/>'), _run('<w:sz w:val="2"/>')),
    _seen_or("transparent-text", _run(""), _run("<w14:textFill><w14:noFill/></w14:textFill>")),
    _seen_or("hidden-row", _HIDDEN_ROW.replace("#", ""), _HIDDEN_ROW.replace("#", "<w:hidden/>")),
    _seen_or("hidden-shape", _drawing("", paragraph("@")), _drawing('hidden="1"', paragraph("@"))),
    _body("field-instruction", '<w:p><w:fldSimple w:instr="INCLUDETEXT @"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'),
    _body("field-instruction", _complex_field("MERGEFIELD @"), "word/document.xml"),
    _part("document-variable", "settings", "settings.xml", "w:settings",
          '<w:docVars><w:docVar w:name="case" w:val="@"/></w:docVars>', "word/settings.xml"),
    _body("bookmark-name", '<w:p><w:bookmarkStart w:id="1" w:name="@"/></w:p>'),
    _body("content-control", f'<w:sdt><w:sdtPr><w:alias w:val="@"/></w:sdtPr>'
                             f'<w:sdtContent>{SEEN}</w:sdtContent></w:sdt>'),
    _body("content-control", '<w:p><w:sdt><w:sdtPr><w:tag w:val="@"/></w:sdtPr><w:sdtContent/></w:sdt></w:p>'),
    _part("glossary-text", "glossaryDocument", "glossary/document.xml", "w:glossaryDocument",
          f"<w:docParts><w:docPart><w:docPartBody>{paragraph('@')}</w:docPartBody></w:docPart></w:docParts>"),
    sample("attached-template", _template),
    _part("person-list", "people", "people.xml", "w15:people", '<w15:person w15:author="@"/>'),
    _part("style-text", "styles", "styles.xml", "w:styles",
          '<w:style w:customStyle="1" w:styleId="A"><w:name w:val="@"/></w:style>'),
    sample("alternative-text", lambda text: word_parts(_drawing(f'descr="{text}"', SEEN))),
    sample("shape-name", lambda text: word_parts(_drawing("", SEEN).replace("Shape 1", text))),
    _part("mail-merge-source", "settings", "settings.xml", "w:settings",
          '<w:mailMerge><w:query w:val="SELECT * FROM @"/></w:mailMerge>'),
    _part("comment", "comments", "comments.xml", "w:comments", _COMMENT, "comment 3"),
    _part("comment", "comments", "comments.xml", "w:comments", _COMMENT.replace("@", "x").replace("A. Example", "@")),
    sample("header-footer", _first_page_header, "word/header1.xml"),
    sample("custom-xml", _outside),
    sample("unshown-part", _unreached, "word/forgotten.xml"),
    sample("document-property", _property),
    sample("hidden-sheet", lambda text: word_parts(SEEN, ("package", "embeddings/book1.xlsx", _workbook(text))),
           "word/embeddings/book1.xlsx"),
    _part("chart-data", "chart", "charts/chart1.xml", "c:chartSpace", "<c:pt><c:v>@</c:v></c:pt>"),
    _part("smart-art", "diagramData", "diagrams/data1.xml", "dgm:dataModel", "<a:p><a:r><a:t>@</a:t></a:r></a:p>"),
    sample("link-address", lambda text: word_parts(SEEN, ("hyperlink", f"https://example.org/{text}", ""))),
    _body("link-address", '<w:p><w:hyperlink w:tooltip="@"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>'),
    _body("alternate-content", f"<w:p><w:r>{_CHOICE.format(_drawing('', SEEN), _drawing('', paragraph('@')))}</w:r>"
                               f"</w:p>"),
    _body("form-control", '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:helpText w:val="@"/></w:ffData>'
          '</w:fldChar><w:fldChar w:fldCharType="end"/></w:r></w:p>'),
    _body("unshown-text", "<w:p><w:r><w:unheardOf>@</w:unheardOf></w:r></w:p>"),
)  # fmt: skip
