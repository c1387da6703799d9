"""Workbooks with something hidden in parts that no writer of spreadsheets offers, put together by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.samples.formats.packages import MAIN, RELATIONS, inline_rows, workbook_parts, write_package
from tests.samples.hiding.sample import PLANTED, HidingSample

_SHEET: Final = "xl/odd place/first.xml"
_SHEET_ARROWS: Final = "xl/odd place/_rels/first.xml.rels"
_ARROWS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
Content = Callable[[str], dict[str, str]]


def arrow(kind: str, target: str, mode: str = "") -> str:
    """Return one relationship; its type's last step is ``kind``."""
    return f'<Relationship Id="x{len(target)}" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'


def package(
    content: Content, *, from_sheet: str = "", from_workbook: str = ""
) -> Callable[[Path, bool], None]:
    """Return a builder of a workbook with further parts, and the arrows that lead to them."""

    def build(path: Path, hiding: bool) -> None:
        parts = workbook_parts(inline_rows(("Month", "Total"), ("May", "5")))
        parts.update(content(PLANTED if hiding else "plain"))
        if from_workbook:
            name = "xl/_rels/workbook.xml.rels"
            parts[name] = parts[name].replace("</Relationships>", from_workbook + "</Relationships>")
        if from_sheet:
            parts[_SHEET_ARROWS] = f'<Relationships xmlns="{_ARROWS}">{from_sheet}</Relationships>'
        write_package(path, parts)

    return build


def orphan(text: str) -> dict[str, str]:
    return {
        "xl/strings.xml": f'<sst xmlns="{MAIN}"><si><r><t>{text[:4]}</t></r><r><t>{text[4:]}</t></r></si></sst>'
    }


def orphan_or_not(path: Path, hiding: bool) -> None:
    cell = "" if hiding else '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    parts = workbook_parts(cell or inline_rows(("Month",)))
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(
        "</Relationships>", arrow("sharedStrings", "strings.xml") + "</Relationships>"
    )
    write_package(path, parts | orphan(PLANTED))


def phonetic(path: Path, hiding: bool) -> None:
    spoken = f'<rPh sb="0" eb="1"><t>{PLANTED if hiding else "plain"}</t></rPh>'
    write_package(path, workbook_parts(f'<row><c t="inlineStr"><is><t>seen</t>{spoken}</is></c></row>'))


def scenario(path: Path, hiding: bool) -> None:
    text = PLANTED if hiding else "plain"
    inside = f'<scenario name="best" user="{text}"><inputCells r="A1" val="5"/></scenario>'
    write_package(path, workbook_parts(inline_rows(("Month",)), after=f"<scenarios>{inside}</scenarios>"))


def pivot(text: str) -> dict[str, str]:
    fields = (
        f'<cacheField name="Name"><sharedItems><s v="{text}"/></sharedItems></cacheField>'
        '<cacheField name="Value"><sharedItems/></cacheField>'
    )
    return {
        "xl/pivotCache/one.xml": f'<pivotCacheDefinition xmlns="{MAIN}" refreshedBy="Somebody">'
        f"<cacheFields>{fields}</cacheFields></pivotCacheDefinition>",
        "xl/pivotCache/_rels/one.xml.rels": f'<Relationships xmlns="{_ARROWS}">'
        f"{arrow('pivotCacheRecords', 'records.xml')}</Relationships>",
        "xl/pivotCache/records.xml": f'<pivotCacheRecords xmlns="{MAIN}"><r><x v="0"/><n v="7"/></r>'
        "</pivotCacheRecords>",
    }


def refreshed_by(text: str) -> dict[str, str]:
    parts = pivot("plain")
    return {name: content.replace("Somebody", text) for name, content in parts.items()}


def external(text: str) -> dict[str, str]:
    cells = f'<row r="1"><cell r="A1" t="str"><v>{text}</v></cell></row>'
    return {
        "xl/externalLinks/link.xml": f'<externalLink xmlns="{MAIN}"><externalBook><sheetNames><sheetName val="Away"/>'
        f'</sheetNames><sheetDataSet><sheetData sheetId="0">{cells}</sheetData></sheetDataSet></externalBook>'
        "</externalLink>"
    }


def external_path(path: Path, hiding: bool) -> None:
    target = f"file:///C:/Users/{PLANTED.replace(' ', '%20') if hiding else 'plain'}/book.xlsx"
    outside = arrow("externalLinkPath", target, ' TargetMode="External"')
    parts = workbook_parts(inline_rows(("Month",)))
    parts[_SHEET_ARROWS] = f'<Relationships xmlns="{_ARROWS}">{outside}</Relationships>'
    write_package(path, parts)


def threaded(text: str) -> dict[str, str]:
    return {
        "xl/threadedComments/one.xml": '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        f'threadedcomments"><threadedComment ref="B2" personId="p"><text>{text}</text></threadedComment>'
        "</ThreadedComments>"
    }


def xml_part(name: str, root: str) -> Content:
    """Return one further part whose only element has the text as content."""
    return lambda text: {name: f"<{root} xmlns='urn:example'><value>{text}</value></{root}>"}


def attribute_part(name: str, element: str) -> Content:
    """Return one further part whose only element has the text as its name."""
    return lambda text: {name: f'<{element} xmlns="{MAIN}" name="{text}"/>'}


def printer_settings(path: Path, hiding: bool) -> None:
    parts = workbook_parts(inline_rows(("Month",)))
    settings = arrow("printerSettings", "/xl/printerSettings/one.bin")
    parts[_SHEET_ARROWS] = f'<Relationships xmlns="{_ARROWS}">{settings}</Relationships>'
    write_package(path, parts)
    text = PLANTED if hiding else "plain one"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/printerSettings/one.bin", text.encode("utf-16-le").ljust(64, b"\0") + bytes(160))


def archive_comment(path: Path, hiding: bool) -> None:
    write_package(path, workbook_parts(inline_rows(("Month",))))
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = PLANTED.encode() if hiding else b"plain"


def bytes_outside(path: Path, hiding: bool) -> None:
    write_package(path, workbook_parts(inline_rows(("Month",))))
    path.write_bytes((PLANTED if hiding else "plain").encode() + path.read_bytes())


def bytes_after(path: Path, hiding: bool) -> None:
    write_package(path, workbook_parts(inline_rows(("Month",))))
    path.write_bytes(path.read_bytes() + (PLANTED if hiding else "plain").encode())


def style(text: str) -> dict[str, str]:
    return {
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellStyles><cellStyle name="{text}"/></cellStyles></styleSheet>'
    }


def narrow(path: Path, hiding: bool) -> None:
    column = f'<cols><col min="1" max="1" width="{0.02 if hiding else 9}" customWidth="1"/></cols>'
    write_package(path, workbook_parts(inline_rows(("Month",), (PLANTED,)), before=column))


def low(path: Path, hiding: bool) -> None:
    row = f'<row r="2" ht="{0.05 if hiding else 15}" customHeight="1">'
    cells = f'<c r="A2" t="inlineStr"><is><t>{PLANTED}</t></is></c></row>'
    write_package(path, workbook_parts(inline_rows(("Month",)) + row + cells))


def sample(hidden: str, build: Callable[[Path, bool], None], where: str = "") -> HidingSample:
    return HidingSample(hidden, "xlsx", build, where=where)


def of_workbook(hidden: str, content: Content, kind: str, target: str) -> HidingSample:
    """Return a sample whose part an arrow of the workbook leads to."""
    return sample(hidden, package(content, from_workbook=arrow(kind, target)))


def of_sheet(hidden: str, content: Content, kind: str, target: str) -> HidingSample:
    """Return a sample whose part an arrow of the sheet leads to."""
    return sample(hidden, package(content, from_sheet=arrow(kind, target)))


_SHEET_PARTS: Final = (
    ("comment", threaded, "threadedComment", "/xl/threadedComments/one.xml"),
    (
        "connection",
        attribute_part("xl/queryTables/one.xml", "queryTable"),
        "queryTable",
        "/xl/queryTables/one.xml",
    ),
    ("smart-art", xml_part("xl/diagrams/data1.xml", "dataModel"), "diagramData", "/xl/diagrams/data1.xml"),
    ("form-control", attribute_part("xl/ctrlProps/one.xml", "control"), "ctrlProp", "/xl/ctrlProps/one.xml"),
    ("shape-name", attribute_part("xl/drawings/one.xml", "cNvPr"), "drawing", "/xl/drawings/one.xml"),
    ("defined-name", attribute_part("xl/tables/one.xml", "table"), "table", "/xl/tables/one.xml"),
)
_WORKBOOK_PARTS: Final = (
    ("pivot-cache", pivot, "pivotCacheDefinition", "pivotCache/one.xml"),
    ("pivot-cache", refreshed_by, "pivotCacheDefinition", "pivotCache/one.xml"),
    ("external-link-cache", external, "externalLink", "externalLinks/link.xml"),
    ("person-list", attribute_part("xl/persons/person.xml", "person"), "person", "persons/person.xml"),
    ("connection", attribute_part("xl/connections.xml", "connection"), "connections", "connections.xml"),
    ("custom-xml", xml_part("customXml/item1.xml", "data"), "customXml", "../customXml/item1.xml"),
    ("revision-log", xml_part("xl/revisions/log1.xml", "revisions"), "revisionLog", "revisions/log1.xml"),
    # Only what describes the model is text; its tables (item.data) count as not read.
    ("data-model", xml_part("xl/model/description.xml", "model"), "model", "model/description.xml"),
    ("signature", xml_part("_xmlsignatures/sig1.xml", "Signature"), "signature", "/_xmlsignatures/sig1.xml"),
    ("style-text", style, "styles", "styles.xml"),
    ("unshown-text", xml_part("xl/unheard of.xml", "data"), "unheardOf", "unheard of.xml"),
)
SAMPLES: Final = (
    sample("orphan-string", orphan_or_not, "string 1"),
    sample("phonetic-text", phonetic, "A1"),
    sample("sheet-property", scenario, "scenario"),
    sample("narrow-column", narrow),
    sample("zero-height-row", low),
    HidingSample("relationship-target", "xlsx", external_path, PLANTED.replace(" ", "%20")),
    sample("unshown-part", package(xml_part("xl/left over.xml", "data"))),
    sample("printer-settings", printer_settings, "printerSettings"),
    sample("archive-comment", archive_comment, "archive comment"),
    sample("bytes-outside", bytes_outside, "bytes 1"),
    sample("bytes-outside", bytes_after, "bytes"),
    *(of_sheet(*entry) for entry in _SHEET_PARTS),
    *(of_workbook(*entry) for entry in _WORKBOOK_PARTS),
)
