"""Documents, presentations and OpenDocument files put together part by part, smallest forms that programs open."""

from __future__ import annotations

import zipfile
from pathlib import Path

_ARROWS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_SPACES = (
    f'xmlns:w="{WORD}" xmlns:p="{SLIDES}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
_OPEN_SPACES = " ".join(
    f'xmlns:{short}="{_OPEN}{name}:1.0"'
    for short, name in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("meta", "meta"), ("number", "datastyle"), ("presentation", "presentation"), ("form", "form"),
        ("script", "script"), ("config", "config"), ("chart", "chart"), ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip

Parts = dict[str, str | bytes]


def xml(root: str, content: str, attributes: str = "") -> str:
    """Return a part of Office Open XML with every namespace declared."""
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {_SPACES} {attributes}>{content}</{root}>'


def open_xml(root: str, content: str) -> str:
    """Return a part of OpenDocument with every namespace declared."""
    return f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {_OPEN_SPACES}>{content}</office:{root}>'


def arrows(*targets: tuple[str, str]) -> str:
    """Return relationships rId1, rId2 ... from pairs of kind and target; a target with a colon lies outside."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}" '
        f'TargetMode="{"External" if ":" in target else "Internal"}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_ARROWS}">{listed}</Relationships>'


def word_parts(body: str, *others: tuple[str, str, str | bytes]) -> Parts:
    """Return the parts of a document; others are kind of relationship, file in ``word/``, content."""
    parts: Parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": arrows(("officeDocument", "word/document.xml")),
        "word/document.xml": xml("w:document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": arrows(*((kind, file) for kind, file, _ in others)),
    }
    return parts | {f"word/{file}": content for _, file, content in others if ":" not in file}


def paragraph(text: str, properties: str = "", paragraph_properties: str = "") -> str:
    """Return a paragraph of Word with one run."""
    run = f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    return f"<w:p><w:pPr>{paragraph_properties}</w:pPr>{run}</w:p>"


def slide_parts(
    shapes: str, *others: tuple[str, str, str | bytes], slide: str = "", after: str = ""
) -> Parts:
    """Return the parts of a presentation with one slide; others are kind of relationship, file, content."""
    parts: Parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": arrows(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": xml(
            "p:presentation",
            f'<p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/>{after}',
        ),
        "ppt/_rels/presentation.xml.rels": arrows(("slide", "slides/slide1.xml")),
        "ppt/slides/slide1.xml": xml("p:sld", f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>", slide),
        "ppt/slides/_rels/slide1.xml.rels": arrows(*((kind, f"../{file}") for kind, file, _ in others)),
    }
    return parts | {f"ppt/{file}": content for _, file, content in others}


def shape(
    text: str, *, run: str = "", about: str = "", box: str = "100000 100000 4000000 500000", more: str = ""
) -> str:
    """Return a shape of a slide with one paragraph; ``box`` is left, top, width and height in EMU."""
    left, top, width, height = box.split()
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="Shape" {about}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>{more}</p:spPr>'
        f"<p:txBody><a:p><a:r><a:rPr>{run}</a:rPr><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def open_parts(
    body: str,
    *,
    styles: str = "",
    kind: str = "spreadsheet",
    named: str = "",
    masters: str = "",
    after: str = "",
) -> Parts:
    """Return the parts of an OpenDocument file; ``kind`` names its body."""
    content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:{kind}>{body}"
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": open_xml("document-content", f"{content}</office:{kind}></office:body>{after}"),
        "styles.xml": open_xml(
            "document-styles",
            f"<office:styles>{named}</office:styles><office:master-styles>{masters}</office:master-styles>",
        ),
        "META-INF/manifest.xml": (
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        ),
    }


def write_parts(path: Path, parts: Parts) -> None:
    """Write the parts as they are, in their order and with a fixed date, so that the same parts are the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
