"""What stands on slides comes out as an audience reads it, with what an audience cannot see marked."""

from __future__ import annotations

from pathlib import Path

from amends.scan.opening import open_file
from amends.scan.parts import Part
from tests.samples.formats.office import Parts, arrows, shape, slide_parts, write_parts, xml


def parts_of(folder: Path, parts: Parts) -> list[Part]:
    path = folder / "talk.pptx"
    write_parts(path, parts)
    opened = open_file(path)
    assert opened.complete, opened.skipped
    return [part for part in opened.parts if part.kind != "name"]


def test_a_word_that_is_split_over_runs_comes_out_whole(tmp_path: Path) -> None:
    split = shape("A2000").replace(
        "</a:r>", "</a:r><a:r><a:t>00077</a:t></a:r><a:br/><a:fld><a:t>3</a:t></a:fld>"
    )
    assert [part.text for part in parts_of(tmp_path, slide_parts(split))] == ["A200000077\n3"]


def test_slides_come_in_the_order_of_the_show(tmp_path: Path) -> None:
    parts = slide_parts(shape("second"))
    parts["ppt/slides/slide2.xml"] = xml("p:sld", f"<p:cSld><p:spTree>{shape('first')}</p:spTree></p:cSld>")
    parts["ppt/_rels/presentation.xml.rels"] = arrows(
        ("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")
    )
    listing = '<p:sldIdLst><p:sldId id="257" r:id="rId2"/><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
    parts["ppt/presentation.xml"] = xml("p:presentation", listing)
    assert [(part.text, part.hidden) for part in parts_of(tmp_path, parts)] == [("first", ""), ("second", "")]


def test_the_theme_says_what_white_is(tmp_path: Path) -> None:
    """On a dark theme the colour of the background is dark, and text in it cannot be read."""
    theme = (
        '<a:themeElements><a:clrScheme name="x"><a:lt1>'
        '<a:srgbClr val="101010"/></a:lt1></a:clrScheme></a:themeElements>'
    )
    ground = '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></p:bgPr></p:bg>'
    run = '<a:solidFill><a:schemeClr val="{}"/></a:solidFill>'
    parts = slide_parts("", ("slideLayout", "slideLayouts/slideLayout1.xml", xml("p:sldLayout", "<p:cSld/>")))
    parts["ppt/slides/slide1.xml"] = xml(
        "p:sld",
        f"<p:cSld>{ground}<p:spTree>{shape('lost', run=run.format('bg1'))}{shape('read', run=run.format('tx1'))}"
        "</p:spTree></p:cSld>",
    ).replace('val="tx1"', 'val="lt2"')
    parts["ppt/slideLayouts/_rels/slideLayout1.xml.rels"] = arrows(
        ("slideMaster", "../slideMasters/slideMaster1.xml")
    )
    parts["ppt/slideMasters/slideMaster1.xml"] = xml("p:sldMaster", "<p:cSld/>")
    parts["ppt/slideMasters/_rels/slideMaster1.xml.rels"] = arrows(("theme", "../theme/theme1.xml"))
    parts["ppt/theme/theme1.xml"] = xml("a:theme", theme)
    found = {
        part.text: part.hidden
        for part in parts_of(tmp_path, parts)
        if part.kind in ("paragraph", "hidden-text")
    }
    assert found == {"lost": "background-coloured-text", "read": ""}


def test_white_text_over_a_picture_is_no_alarm(tmp_path: Path) -> None:
    white = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
    box = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="{}" cy="900000"/></a:xfrm>'
    picture = f'<p:pic><p:nvPicPr><p:cNvPr id="9" name="Picture"/></p:nvPicPr><p:spPr>{box}</p:spPr></p:pic>'
    for width, hidden in (("9000000", ""), ("10", "white-text")):
        parts = slide_parts(picture.format(width) + shape("caption", run=white))
        assert [part.hidden for part in parts_of(tmp_path, parts) if part.text == "caption"] == [hidden]


def test_a_placeholder_stands_where_its_layout_puts_it(tmp_path: Path) -> None:
    def title(text: str, place: str) -> str:
        about = '<p:cNvPr id="1" name="Title"/><p:cNvSpPr/><p:nvPr><p:ph type="title"/></p:nvPr>'
        return (
            f"<p:sp><p:nvSpPr>{about}</p:nvSpPr><p:spPr>{place}</p:spPr>"
            f"<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
            "</p:txBody></p:sp>"
        )

    away = '<a:xfrm><a:off x="99999999" y="0"/><a:ext cx="10" cy="10"/></a:xfrm>'
    layout = xml("p:sldLayout", f"<p:cSld><p:spTree>{title('prompt', away)}</p:spTree></p:cSld>")
    parts = slide_parts(title("Ana", ""), ("slideLayout", "slideLayouts/slideLayout1.xml", layout))
    found = {part.text: part.hidden for part in parts_of(tmp_path, parts)}
    assert found == {"Ana": "off-slide", "prompt": "off-slide"}
