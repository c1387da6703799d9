"""Visio drawings put together part by part, smallest forms that the program opens."""

from __future__ import annotations

from pathlib import Path

from tests.samples.formats.office import RELATIONS, Parts, arrows, write_parts
from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "vsdx"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True

_SPACES = f'xmlns="http://schemas.microsoft.com/office/visio/2012/main" xmlns:r="{RELATIONS}"'
_VISIO = "http://schemas.microsoft.com/visio/2010/relationships"


def _arrows(*targets: tuple[str, str]) -> str:
    return arrows(*targets).replace(RELATIONS, _VISIO)


def shape(text: str, *, more: str = "", about: str = "") -> str:
    """Return a shape with a text; ``more`` are its cells and sections."""
    return f'<Shape ID="3" {about}>{more}<Text>{text}</Text></Shape>'


def drawing_parts(
    shapes: str, *, sheet: str = "", masters: str = "", others: tuple[tuple[str, str, str], ...] = ()
) -> Parts:
    """Return the parts of a drawing with one page; others are kind of relationship, file in ``visio/``, content."""
    listed = (("pages", "pages/pages.xml"), ("masters", "masters/masters.xml"))
    page = f'<Page ID="0" Name="Plan"><PageSheet>{sheet}</PageSheet><Rel r:id="rId1"/></Page>'
    master = '<Master ID="2" Name="Stencil"><PageSheet/><Rel r:id="rId1"/></Master>'
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _arrows(("document", "visio/document.xml")),
        "visio/document.xml": f"<VisioDocument {_SPACES}/>",
        "visio/_rels/document.xml.rels": _arrows(*listed, *((kind, file) for kind, file, _ in others)),
        "visio/pages/pages.xml": f"<Pages {_SPACES}>{page}</Pages>",
        "visio/pages/_rels/pages.xml.rels": _arrows(("page", "page1.xml")),
        "visio/pages/page1.xml": f"<PageContents {_SPACES}><Shapes>{shapes}</Shapes></PageContents>",
        "visio/masters/masters.xml": f"<Masters {_SPACES}>{master}</Masters>",
        "visio/masters/_rels/masters.xml.rels": _arrows(("master", "master1.xml")),
        "visio/masters/master1.xml": f"<MasterContents {_SPACES}><Shapes>{masters}</Shapes></MasterContents>",
        **{f"visio/{file}": content for _, file, content in others},
    }


def build(path: Path, sample: Sample) -> None:
    del sample
    write_parts(path, drawing_parts(shape(PLANTED_TEXT)))
