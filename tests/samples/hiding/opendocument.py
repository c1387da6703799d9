"""OpenDocument files with something hidden in them, put together part by part."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from tests.samples.formats.office import Parts, open_parts, open_xml, write_parts
from tests.samples.hiding.docx import sample
from tests.samples.hiding.sample import PLANTED, HidingSample

_HEADER_ROW = (
    '<table:table-row><table:table-cell office:value-type="string">'
    "<text:p>Name</text:p></table:table-cell></table:table-row>"
)
_EXTENSIONS = {"spreadsheet": "ods", "text": "odt", "presentation": "odp", "drawing": "odg"}
_SEEN = "<text:p>Nothing to see here</text:p>"
_PAGE_LAYOUT = (
    '<style:page-layout style:name="PM1"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/>'
    "</style:page-layout>"
)
_DELETION = (
    '<text:tracked-changes><text:changed-region text:id="c1">'
    "<text:deletion><office:change-info><dc:creator>#</dc:creator>"
    "</office:change-info><text:p>@</text:p></text:deletion></text:changed-region></text:tracked-changes>"
)
_INSERTION = (
    '<text:tracked-changes><text:changed-region text:id="c1">'
    "<text:insertion/></text:changed-region></text:tracked-changes>"
    '<text:p>Seen <text:change-start text:change-id="c1"/>@<text:change-end text:change-id="c1"/></text:p>'
)


def sheet(cells: str, *, row: str = "", columns: str = "", table: str = "", beside: str = "") -> str:
    """Return a sheet with a header and one row of cells."""
    return (
        f'<table:table table:name="People"'
        f" {table}>{columns}{_HEADER_ROW}<table:table-row {row}>{cells}</table:table-row>"
        f"{beside}</table:table>"
    )


def cell(text: str, attributes: str = "", beside: str = "") -> str:
    """Return one cell of a sheet."""
    return (
        f'<table:table-cell office:value-type="string" {attributes}>{beside}<text:p>{text}</text:p>'
        f"</table:table-cell>"
    )


def style(family: str, properties: str, attributes: str, name: str = "X1", parent: str = "") -> str:
    """Return an automatic style."""
    of = f'style:parent-style-name="{parent}"' if parent else ""
    return (
        f'<style:style style:name="{name}" style:family="{family}" {of}>'
        f"<style:{properties}-properties {attributes}/></style:style>"
    )


def slide(content: str, attributes: str = "") -> str:
    """Return one slide."""
    return f'<draw:page draw:name="page1" {attributes}>{content}</draw:page>'


def frame(text: str, attributes: str = "", box: str = "1cm 1cm 5cm 2cm") -> str:
    """Return a frame with a text box."""
    left, top, width, height = box.split()
    return (
        f'<draw:frame svg:x="{left}" svg:y="{top}" svg:width="{width}" svg:height="{height}" {attributes}>'
        f"<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
    )


def _planted(hidden: str, kind: str, parts: Callable[[str], Parts], where: str = "") -> HidingSample:
    return sample(hidden, parts, where, _EXTENSIONS[kind])


def _body(hidden: str, kind: str, template: str, where: str = "", styles: str = "") -> HidingSample:
    """Return a sample whose planted text replaces ``@`` in the body."""
    return _planted(
        hidden, kind, lambda text: open_parts(template.replace("@", text), styles=styles, kind=kind), where
    )


def _seen_or(
    hidden: str, kind: str, seen: str, unseen: str, styles: str = "", masters: str = ""
) -> HidingSample:
    """Return a sample whose text is there both times, in the one form seen, in the other not."""

    def build(path: Path, planted: bool) -> None:
        body = (unseen if planted else seen).replace("@", PLANTED)
        write_parts(path, open_parts(body, styles=styles, kind=kind, masters=masters))

    return HidingSample(hidden, _EXTENSIONS[kind], build, where="content.xml")


def _other(hidden: str, kind: str, name: str, content: Callable[[str], str | bytes]) -> HidingSample:
    """Return a sample with a member of its own."""
    body = {"spreadsheet": sheet(cell("seen")), "text": _SEEN}.get(kind, slide(frame("seen")))
    return _planted(hidden, kind, lambda text: open_parts(body, kind=kind) | {name: content(text)}, name)


def _meta(content: str) -> Callable[[str], str]:
    return lambda text: open_xml("document-meta", f"<office:meta>{content.replace('@', text)}</office:meta>")


def _setting(name: str, kind: str, encoded: bool) -> Callable[[str], str]:
    def content(text: str) -> str:
        value = b64encode(text.encode("utf-16-le")).decode() if encoded else text
        item = f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        return open_xml("document-settings", f"<office:settings>{item}</office:settings>")

    return content


def _by_parent(text: str) -> Parts:
    """The style that hides stands in styles.xml, the one that the text bears inherits from it."""
    display = "none" if text == PLANTED else "true"
    return open_parts(
        f'<text:p text:style-name="P1">{PLANTED}</text:p>',
        kind="text",
        styles=style("paragraph", "paragraph", "", "P1", "Quiet"),
        named=style("paragraph", "text", f'text:display="{display}"', "Quiet"),
    )


def _chart(text: str) -> str:
    rows = f"{_HEADER_ROW}<table:table-row>{cell(text)}</table:table-row>"
    table = f'<table:table table:name="local-table">{rows}</table:table>'
    chart = f"<chart:chart><chart:title><text:p>Seen</text:p></chart:title>{table}</chart:chart>"
    return open_xml("document-content", f"<office:body><office:chart>{chart}</office:chart></office:body>")


def _object(text: str) -> str:
    body = f"<office:spreadsheet>{sheet(cell(text))}</office:spreadsheet>"
    return open_xml("document-content", f"<office:body>{body}</office:body>")


def _module(text: str) -> str:
    return (
        '<?xml version="1.0"?>'
        '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">'
        f'<script:module xmlns:script="http://openoffice.org/2000/script"'
        f' script:name="M">Print "{text}"</script:module>'
    )


def _header(text: str) -> Parts:
    header = f"<style:header><text:p>{text}</text:p></style:header>"
    return open_parts(
        sheet(cell("seen")), masters=f'<style:master-page style:name="Default">{header}</style:master-page>'
    )


_HIDDEN_LAYER = (
    '<draw:layer-set><draw:layer draw:name="secret" draw:display="none"/>'
    '<draw:layer draw:name="layout"/></draw:layer-set>'
)
_NAMED_SHAPE = "<table:shapes>" + frame("x", 'draw:name="@"') + "</table:shapes>"
_SPAN = '<text:p><text:span text:style-name="X1">@</text:span></text:p>'
_CONDITIONAL = (
    '<text:p><text:conditional-text text:string-value-if-false="@">x</text:conditional-text></text:p>'
)
_VARIABLE = (
    '<text:user-field-decls><text:user-field-decl text:name="u" office:string-value="@"/>'
    "</text:user-field-decls>"
)
_DESCRIBED = "<text:p><draw:frame svg:width='1cm'><svg:desc>@</svg:desc></draw:frame></text:p>"
_LINKED = (
    "<text:p><draw:frame svg:width='1cm'><draw:image xlink:href='file:///C:/@.png'/></draw:frame></text:p>"
)
_CONCEALED = '<text:p><text:hidden-paragraph text:is-hidden="true"/>@</text:p>'
_STYLED = '<text:p text:style-name="X1">@</text:p>'
_X1 = 'table:style-name="X1"'
_CHANGED_CELL = (
    '<table:tracked-changes><table:cell-content-change table:id="ct1"><table:previous><table:change-track-table-cell>'
    "<text:p>@</text:p></table:change-track-table-cell></table:previous>"
    "</table:cell-content-change></table:tracked-changes>"
)

SAMPLES = (
    _seen_or("hidden-sheet", "spreadsheet", sheet(cell("@")), sheet(cell("@"), table=_X1),
             style("table", "table", 'table:display="false"')),
    _seen_or("hidden-row", "spreadsheet", sheet(cell("@")), sheet(cell("@"), row='table:visibility="collapse"')),
    _seen_or("filtered-row", "spreadsheet", sheet(cell("@")), sheet(cell("@"), row='table:visibility="filter"')),
    _seen_or("zero-height-row", "spreadsheet", sheet(cell("@")), sheet(cell("@"), row=_X1),
             style("table-row", "table-row", 'style:row-height="0cm"')),
    _seen_or("hidden-column", "spreadsheet", sheet(cell("@")),
             sheet(cell("@"), columns='<table:table-column table:visibility="collapse"/>')),
    _seen_or("narrow-column", "spreadsheet", sheet(cell("@")),
             sheet(cell("@"), columns=f"<table:table-column {_X1}/>"),
             style("table-column", "table-column", 'style:column-width="0cm"')),
    _seen_or("white-text", "spreadsheet", sheet(cell("@")), sheet(cell("@", _X1)),
             style("table-cell", "text", 'fo:color="#ffffff"')),
    _seen_or("number-format-hides", "spreadsheet", sheet(cell("@")), sheet(cell("", 'office:string-value="@"'))),
    _body("comment", "spreadsheet", sheet(cell("seen", "", "<office:annotation>"
                                                           "<text:p>@</text:p></office:annotation>"))),
    _body("comment", "text", "<text:p>x<office:annotation><dc:creator>@</dc:creator></office:annotation></text:p>"),
    _body("formula-text", "spreadsheet", sheet(cell("seen", "table:formula='of:=IF([.A1]=\"@\";1;2)'"))),
    _body("data-validation", "spreadsheet", "<table:content-validations><table:content-validation table:name='v'>"
          "<table:help-message><text:p>@</text:p></table:help-message></table:content-validation>"
          "</table:content-validations>" + sheet(cell("seen"))),
    _body("defined-name", "spreadsheet", sheet(cell("seen")) +
          '<table:named-expressions><table:named-range table:name="@"/></table:named-expressions>'),
    _body("pivot-cache", "spreadsheet", sheet(cell("seen")) +
          '<table:data-pilot-tables><table:data-pilot-table table:name="@"/></table:data-pilot-tables>'),
    _body("external-link-cache", "spreadsheet", sheet(cell("seen")) +
          f'<table:table table:name="\'file:///other.ods\'#A"><table:table-row>{cell("@")}</table:table-row>'
                                                         '</table:table>'),
    _body("revision-log", "spreadsheet", _CHANGED_CELL + sheet(cell("seen"))),
    _body("shape-name", "spreadsheet", sheet(cell("seen"), beside=_NAMED_SHAPE)),
    _planted("header-footer", "spreadsheet", _header, "styles.xml"),
    _seen_or("hidden-text", "text", "<text:p>@</text:p>", _SPAN,
             style("text", "text", 'text:display="none"')),
    _seen_or("hidden-text", "text", "<text:section>@</text:section>".replace("@", "<text:p>@</text:p>"),
             '<text:section text:display="none"><text:p>@</text:p></text:section>'),
    _body("hidden-text", "text", '<text:p>x<text:hidden-text text:string-value="@" text:is-hidden="true"/></text:p>'),
    _seen_or("hidden-text", "text", "<text:p>@</text:p>", _CONCEALED),
    _planted("hidden-text", "text", _by_parent),
    _seen_or("white-text", "text", "<text:p>@</text:p>", _STYLED,
             style("paragraph", "text", 'fo:color="#ffffff"')),
    _seen_or("background-coloured-text", "text", "<text:p>@</text:p>", _STYLED,
             style("paragraph", "text", 'fo:color="#102030" fo:background-color="#102030"')),
    _seen_or("tiny-text", "text", "<text:p>@</text:p>", _STYLED,
             style("paragraph", "text", 'fo:font-size="1pt"')),
    _body("tracked-deletion", "text", _DELETION + _SEEN),
    _body("tracked-change", "text", _DELETION.replace("@", "gone").replace("#", "@") + _SEEN),
    _body("tracked-insertion", "text", _INSERTION),
    _body("document-variable", "text", _VARIABLE + _SEEN),
    _body("bookmark-name", "text", '<text:p><text:bookmark text:name="@"/>x</text:p>'),
    _body("field-instruction", "text", _CONDITIONAL),
    _body("link-address", "text", '<text:p><text:a xlink:href="https://example.org/@">x</text:a></text:p>'),
    _body("form-control", "text",
          '<office:forms><form:form><form:text form:current-value="@"/></form:form></office:forms>' + _SEEN),
    _body("alternative-text", "text", _DESCRIBED),
    _body("relationship-target", "text", _LINKED),
    _seen_or("hidden-slide", "presentation", slide(frame("@")), slide(frame("@"), 'draw:style-name="X1"'),
             style("drawing-page", "drawing-page", 'presentation:visibility="hidden"')),
    _body("speaker-notes", "presentation", slide(f"<presentation:notes>{frame('@')}</presentation:notes>")),
    _seen_or("off-slide", "presentation", slide(frame("@")), slide(frame("@", box="40cm 1cm 5cm 2cm")), _PAGE_LAYOUT),
    _seen_or("zero-size-shape", "presentation", slide(frame("@")),
             slide(frame("@", box="1cm 1cm 0cm 0cm")), _PAGE_LAYOUT),
    _seen_or("hidden-layer", "drawing", slide(frame("@", 'draw:layer="layout"')),
             slide(frame("@", 'draw:layer="secret"')), masters=_HIDDEN_LAYER),
    _planted("master-text", "presentation", lambda text: open_parts(
        slide(frame("seen")), kind="presentation",
        masters=f'<style:master-page style:name="D">{frame(text)}</style:master-page>'), "styles.xml"),
    _body("custom-show", "presentation", slide(frame("seen")) +
          '<presentation:settings><presentation:show presentation:name="@"/></presentation:settings>'),
    _other("chart-data", "text", "Object 1/content.xml", _chart),
    _other("embedded-file", "text", "Object 2/content.xml", _object),
    _other("document-property", "text", "meta.xml", _meta("<meta:initial-creator>@</meta:initial-creator>")),
    _other("custom-property", "text", "meta.xml", _meta('<meta:user-defined meta:name="Case">@</meta:user-defined>')),
    _other("attached-template", "text", "meta.xml", _meta('<meta:template xlink:href="../@/letter.ott"/>')),
    _other("printer-settings", "text", "settings.xml", _setting("PrinterName", "string", encoded=False)),
    _other("printer-settings", "text", "settings.xml", _setting("PrinterSetup", "base64Binary", encoded=True)),
    _other("macro", "text", "Basic/Standard/M.xml", _module),
    _other("macro", "text", "Scripts/python/m.py", lambda text: f"print('{text}')".encode()),
    _other("signature", "text", "META-INF/documentsignatures.xml", lambda text: f"<signer>{text}</signer>"),
    _other("custom-xml", "text", "manifest.rdf", lambda text: f"<rdf><name>{text}</name></rdf>"),
)  # fmt: skip
