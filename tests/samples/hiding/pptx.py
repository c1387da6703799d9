"""Presentations with something hidden in them, put together part by part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.samples.formats.office import RELATIONS, Parts, arrows, shape, slide_parts, write_parts, xml
from tests.samples.formats.pptx import table_frame
from tests.samples.hiding.docx import sample
from tests.samples.hiding.sample import PLANTED, HidingSample

SEEN = shape("Nothing to see here")
_BLACK = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
_WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
_NOTE = (
    '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes"/><p:cNvSpPr/><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr>'
    "<p:spPr/><p:txBody><a:p><a:r><a:t>@</a:t></a:r></a:p></p:txBody></p:sp>"
)
_CHOICE = (
    "<mc:AlternateContent><mc:Choice Requires='p14'>{}</mc:Choice>"
    "<mc:Fallback>{}</mc:Fallback></mc:AlternateContent>"
)


def _planted(hidden: str, parts: Callable[[str], Parts], where: str = "") -> HidingSample:
    return sample(hidden, parts, where, "pptx")


def _seen_or(hidden: str, seen: Parts, unseen: Parts) -> HidingSample:
    """Return a sample whose text is there both times, in the one form seen, in the other not."""

    def build(path: Path, planted: bool) -> None:
        write_parts(path, unseen if planted else seen)

    return HidingSample(hidden, "pptx", build, where="ppt/slides/slide1.xml")


def _part(hidden: str, kind: str, file: str, root: str, template: str) -> HidingSample:
    """Return a sample with a part of its own; ``@`` in it becomes the planted text."""
    return _planted(
        hidden, lambda text: slide_parts(SEEN, (kind, file, xml(root, template.replace("@", text)))), file
    )


def _tree(shapes: str) -> str:
    return f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"


def _painted(over: bool) -> Parts:
    """White on white, or white over a dark box that lies below it."""
    box = shape("", more=_BLACK, box="0 0 9000000 6000000") if over else ""
    return slide_parts(box + shape(PLANTED, run=_WHITE))


def _in_group(left: int) -> Parts:
    group = (
        f'<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm><a:off x="{left}" y="0"/><a:ext cx="1000000" cy="1000000"/>'
        f'<a:chOff x="0" y="0"/><a:chExt cx="1000000" cy="1000000"/></a:xfrm></p:grpSpPr>'
        f"{shape(PLANTED, box='0 0 900000 900000')}</p:grpSp>"
    )
    return slide_parts(group)


def _layout(placeholder: str) -> Parts:
    """A shape on the layout shows on the slide, a placeholder's prompt does not."""
    prompt = shape(PLANTED).replace("<p:nvPr/>", f"<p:nvPr>{placeholder}</p:nvPr>")
    return slide_parts(
        SEEN, ("slideLayout", "slideLayouts/slideLayout1.xml", xml("p:sldLayout", _tree(prompt)))
    )


def _forgotten_slide(text: str) -> Parts:
    parts = slide_parts(SEEN)
    parts["ppt/slides/slide2.xml"] = xml("p:sld", _tree(shape(text)))
    return parts


def _unused_master(text: str) -> Parts:
    parts = slide_parts(SEEN)
    parts["ppt/slideMasters/slideMaster9.xml"] = xml("p:sldMaster", _tree(shape(text)))
    parts["ppt/_rels/presentation.xml.rels"] = arrows(
        ("slide", "slides/slide1.xml"), ("slideMaster", "slideMasters/slideMaster9.xml")
    )
    return parts


def _narrow_column(width: str) -> Parts:
    frame = table_frame((("Name", "Code"), ("Ana", PLANTED)))
    return slide_parts(
        frame.replace("<a:tr ", f'<a:tblGrid><a:gridCol w="9"/><a:gridCol w="{width}"/></a:tblGrid><a:tr ', 1)
    )


SAMPLES = (
    _seen_or("hidden-slide", slide_parts(shape(PLANTED)), slide_parts(shape(PLANTED), slide='show="0"')),
    _seen_or("hidden-shape", slide_parts(shape(PLANTED)), slide_parts(shape(PLANTED, about='hidden="1"'))),
    _seen_or("off-slide", slide_parts(shape(PLANTED)), slide_parts(shape(PLANTED, box="9900000 0 5000 5000"))),
    _seen_or("off-slide", slide_parts(shape(PLANTED)), slide_parts(shape(PLANTED, box="0 -9000 5000 5000"))),
    _seen_or("off-slide", _in_group(0), _in_group(9_200_000)),
    _seen_or("zero-size-shape", slide_parts(shape(PLANTED)), slide_parts(shape(PLANTED, box="0 0 0 0"))),
    _seen_or("white-text", _painted(True), _painted(False)),
    _seen_or(
        "background-coloured-text",
        slide_parts(shape(PLANTED, run=_WHITE, more=_BLACK)),
        slide_parts(shape(PLANTED, run=_BLACK, more=_BLACK)),
    ),
    _seen_or("transparent-text", slide_parts(shape(PLANTED)), slide_parts(shape(PLANTED, run="<a:noFill/>"))),
    _seen_or(
        "tiny-text",
        slide_parts(shape(PLANTED).replace("<a:rPr>", '<a:rPr sz="1800">')),
        slide_parts(shape(PLANTED).replace("<a:rPr>", '<a:rPr sz="100">')),
    ),
    _seen_or("narrow-column", _narrow_column("9"), _narrow_column("0")),
    HidingSample(
        "master-text", "pptx",
        lambda path, planted: write_parts(path, _layout('<p:ph type="title"/>' if planted else "")),
        where="ppt/slideLayouts/slideLayout1.xml",
    ),
    _planted("master-text", _unused_master),
    _part("master-text", "handoutMaster", "handoutMasters/handoutMaster1.xml", "p:handoutMaster", _tree(shape("@"))),
    _part("speaker-notes", "notesSlide", "notesSlides/notesSlide1.xml", "p:notes", _tree(_NOTE)),
    _planted("unshown-part", _forgotten_slide, "ppt/slides/slide2.xml"),
    _planted("shape-name", lambda text: slide_parts(SEEN.replace('name="Shape"', f'name="{text}"'))),
    _planted("alternative-text", lambda text: slide_parts(shape("seen", about=f'descr="{text}"'))),
    _part("presentation-tag", "tags", "tags/tag1.xml", "p:tagLst", '<p:tag name="CASE" val="@"/>'),
    _part("comment", "comments", "comments/comment1.xml", "p:cmLst",
          '<p:cm authorId="0"><p:pos x="1" y="1"/><p:text>@</p:text></p:cm>'),
    _part("comment", "comments", "comments/modernComment1.xml", "p:cmLst",
          "<p:cm><p:txBody><a:p><a:r><a:t>@</a:t></a:r></a:p></p:txBody></p:cm>"),
    _part("comment", "commentAuthors", "commentAuthors.xml", "p:cmAuthorLst", '<p:cmAuthor id="0" name="@"/>'),
    _planted("custom-show", lambda text: slide_parts(
        SEEN, after=f'<p:custShowLst><p:custShow name="{text}" id="0"/></p:custShowLst>')),
    _part("chart-data", "chart", "charts/chart1.xml", "c:chartSpace", "<c:pt><c:v>@</c:v></c:pt>"),
    _part("smart-art", "diagramData", "diagrams/data1.xml", "dgm:dataModel", "<a:p><a:r><a:t>@</a:t></a:r></a:p>"),
    _part("style-text", "theme", "theme/theme1.xml", "a:theme", '<a:clrScheme name="@"/>'),
    _planted("alternate-content", lambda text: slide_parts(_CHOICE.format(SEEN, shape(text)))),
    _planted("link-address", lambda text: slide_parts(
        shape("seen", run=f'<a:hlinkClick r:id="rId9" tooltip="{text}" xmlns:r="{RELATIONS}"/>'))),
    _planted("unshown-text", lambda text: slide_parts(SEEN.replace("<p:txBody>", f"<p:odd>{text}</p:odd><p:txBody>"))),
)  # fmt: skip
