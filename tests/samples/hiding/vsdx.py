"""Visio drawings with something hidden in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.samples.formats.office import Parts, write_parts
from tests.samples.formats.vsdx import drawing_parts, shape
from tests.samples.hiding.sample import PLANTED, HidingSample


def _sample(hidden: str, parts: Callable[[bool], Parts], where: str = "") -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        write_parts(path, parts(plant))

    return HidingSample(hidden, "vsdx", write, where=where)


def _section(name: str, cell: str) -> Callable[[bool], Parts]:
    """A section of the shape's sheet with the text in one cell, or the text in the shape itself."""
    more = f'<Section N="{name}"><Row N="Row_1"><Cell N="{cell}" V="{PLANTED}"/></Row></Section>'
    return lambda plant: drawing_parts(shape("Seen", more=more) if plant else shape(PLANTED))


def _layer(plant: bool) -> Parts:
    layers = (
        f'<Section N="Layer"><Row IX="0"><Cell N="Name" V="Staff"/><Cell N="Visible" V="{int(not plant)}"/>'
        "</Row></Section>"
    )
    return drawing_parts(shape(PLANTED, more='<Cell N="LayerMember" V="0"/>'), sheet=layers)


def _page(plant: bool) -> Parts:
    return drawing_parts(shape(PLANTED), sheet=f'<Cell N="UIVisibility" V="{int(plant)}"/>')


def _layer_name(plant: bool) -> Parts:
    name = f'<Section N="Layer"><Row IX="0"><Cell N="Name" V="{PLANTED if plant else "x"}"/></Row></Section>'
    return drawing_parts(shape("Seen"), sheet=name)


def _master(plant: bool) -> Parts:
    return drawing_parts("", masters=shape(PLANTED)) if plant else drawing_parts(shape(PLANTED))


def _formula(plant: bool) -> Parts:
    more = f'<Cell N="Width" V="2" F="IF(FALSE,&quot;{PLANTED}&quot;,2)"/>' if plant else ""
    return drawing_parts(shape("Seen", more=more))


def _name(plant: bool) -> Parts:
    return drawing_parts(shape("Seen", about=f'Name="{PLANTED if plant else "Box"}"'))


def _comment(plant: bool) -> Parts:
    text = (
        f'<Comments><CommentList><CommentEntry AuthorID="1">{PLANTED}</CommentEntry></CommentList></Comments>'
    )
    return drawing_parts(shape(PLANTED), others=(("comments", "comments.xml", text),) if plant else ())


def _recordset(plant: bool) -> Parts:
    rows = (
        '<xml xmlns:rs="urn:schemas-microsoft-com:rowset" xmlns:z="#RowsetSchema"><ElementType name="row">'
        '<AttributeType name="c0" rs:name="Name"/><AttributeType name="c1" rs:name="Number"/></ElementType>'
        f'<rs:data><z:row c0="{PLANTED}" c1="7"/></rs:data></xml>'
    )
    return drawing_parts(
        shape(PLANTED), others=(("recordset", "data/recordset1.xml", rows),) if plant else ()
    )


SAMPLES = (
    _sample("hidden-layer", _layer, "page 'Plan' ! shape 3"),
    _sample("hidden-slide", _page, "page 'Plan'"),
    _sample("layer-name", _layer_name),
    _sample("master-text", _master, "master 'Stencil'"),
    _sample("custom-property", _section("Property", "Value"), "shape 3 ! Property"),
    _sample("link-address", _section("Hyperlink", "Address")),
    _sample("unshown-text", _section("Control", "Prompt")),
    _sample("formula-text", _formula),
    _sample("shape-name", _name),
    _sample("comment", _comment),
    _sample("data-model", _recordset, "recordset1.xml"),
)
