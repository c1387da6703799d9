"""Pages, drawings and plain texts with something that is not shown."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.samples.hiding.sample import PLANTED, HidingSample

_PAGE = "<!DOCTYPE html><html><head><title>Page</title>{head}</head><body><p>Shown</p>{body}</body></html>"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">Shown</text>{}</svg>'


def _sample(
    hidden: str, extension: str, with_it: str, without: str, where: str = "", planted: str = PLANTED
) -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        path.write_text(with_it if plant else without, encoding="utf-8")

    return HidingSample(hidden, extension, write, planted, where)


def _page(hidden: str, extension: str, body: str, shown: str = "", head: str = "") -> HidingSample:
    return _sample(hidden, extension, _PAGE.format(head=head, body=body), _PAGE.format(head=head, body=shown))


def _head(hidden: str, extension: str, head: str) -> HidingSample:
    return _sample(hidden, extension, _PAGE.format(head=head, body=""), _PAGE.format(head="", body=PLANTED))


def _drawing(hidden: str, extension: str, inside: str, shown: str = "") -> HidingSample:
    return _sample(hidden, extension, _SVG.format(inside), _SVG.format(shown))


_P = f"<p>{PLANTED}</p>"
_ENCODED = base64.b64encode(PLANTED.encode()).decode()
_TABLE = (
    "<table><tr><th>Name</th><th>Number</th></tr><tr{row}><td{cell}>"
    + PLANTED
    + "</td><td>1</td></tr></table>"
)

SAMPLES = (
    _page("markup-comment", "html", f"<!-- {PLANTED} -->", _P),
    _page("not-displayed", "html", f'<p style="display: none">{PLANTED}</p>', _P),
    _page("not-displayed", "htm", f'<p>Seen <span style="visibility:hidden">{PLANTED}</span> seen</p>', _P),
    _page("not-displayed", "xhtml", f"<template>{_P}</template>", f'<p aria-hidden="true">{PLANTED}</p>'),
    _page("not-displayed", "xht", _TABLE.format(row=" hidden", cell=""), _TABLE.format(row="", cell="")),
    _page(
        "not-displayed", "shtml", _TABLE.format(row="", cell=' style="display:none"'), _TABLE.format(row="", cell="")
    ),
    _page("not-displayed", "html", f'<div class="away"><b>{PLANTED}</b></div>', _P,
        "<style>.away{display:none}</style>"),
    _page("not-displayed", "htm", f"<noscript>{_P}</noscript>", _P),
    _head("not-displayed", "html", f'<meta name="author" content="{PLANTED}">'),
    _page("not-displayed", "htm", f'<p style="position:absolute; left:-9999px">{PLANTED}</p>', _P),
    _page("background-coloured-text", "html", f'<p style="color: #FFF">{PLANTED}</p>',

                       f'<p style="color: #fff; background: black">{PLANTED}</p>'),
    _page("background-coloured-text", "htm", f'<font color="white">{PLANTED}</font>',
        f'<font color="red">{PLANTED}</font>'),
    _page("tiny-text", "html", f'<p style="font-size:1px">{PLANTED}</p>', f'<p style="font-size:12px">{PLANTED}</p>'),
    _page("markup-attribute", "html", f'<p data-note="{PLANTED}">Seen</p>', _P),
    _page("markup-attribute", "htm", f'<a title="{PLANTED}">Seen</a>', _P),
    _page("alternative-text", "html", f'<img alt="{PLANTED}">', _P),
    _page("link-address", "html", f'<a href="https://example.org/{PLANTED}">Seen</a>', _P),
    _page("form-default", "html", f'<input type="hidden" value="{PLANTED}">', f'<input type="text" value="{PLANTED}">'),
    _page("script", "html", f'<script>var person = "{PLANTED}";</script>', _P),
    _page("script", "htm", '<script type="application/json">{"person": "' + PLANTED + '"}</script>', _P),
    _page("embedded-file", "html", f'<a href="data:text/plain;base64,{_ENCODED}">Seen</a>', _P),
    _drawing("not-displayed", "svg", f'<g display="none"><text>{PLANTED}</text></g>', f"<text>{PLANTED}</text>"),
    _drawing("not-displayed", "svg", f"<metadata>{PLANTED}</metadata>", f"<text>{PLANTED}</text>"),
    _drawing("alternative-text", "svg", f"<desc>{PLANTED}</desc>", f"<text>{PLANTED}</text>"),
    _drawing("markup-comment", "svg", f"<!--{PLANTED}-->", f"<text>{PLANTED}</text>"),
    _drawing("markup-attribute", "svg", f'<g data-owner="{PLANTED}"/>', f"<text>{PLANTED}</text>"),
    _drawing("script", "svg", f'<script>"{PLANTED}"</script>', f"<text>{PLANTED}</text>"),
    _sample("markup-comment", "xml", f"<a><!-- {PLANTED} --><b>x</b></a>", f"<a><b>{PLANTED}</b></a>", "comment()"),
    _sample("markup-attribute", "xml", f"<a><?note {PLANTED}?><b>x</b></a>", f"<a><b>{PLANTED}</b></a>"),
    _sample("markup-comment", "md", f"# Title\n\n<!-- {PLANTED} -->\n\nShown.\n", f"# Title\n\n{PLANTED}\n"),
    _sample("markup-comment", "markdown", f"# Title\n\n[//]: # ({PLANTED})\n", f"# Title\n\n{PLANTED}\n"),
)  # fmt: skip
