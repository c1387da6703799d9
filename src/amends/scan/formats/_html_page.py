"""Reads a page as a browser would show it, and keeps what the browser would not (HTML living standard).

The tags of real pages are not balanced; an end tag closes what is open above it, and a block ends a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Final, NamedTuple

from amends.scan.formats._css import declarations, hidden_by, imports_of, rules_that_hide
from amends.scan.formats._data_uri import data_file, data_files
from amends.scan.formats._html_attributes import attribute_piece, is_style_sheet, odd_names
from amends.scan.formats._html_tables import HtmlTable
from amends.scan.formats._text import part
from amends.scan.formats.interface import UntrustedFile, UntrustedPiece
from amends.scan.limits import Limits

_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "basefont", "bgsound", "frame",
})  # fmt: skip
_INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "q", "ruby", "rb", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "input", "select", "button", "o:p",
    "st1:personname",
})  # fmt: skip
_UNSHOWN: Final = frozenset({"template", "noscript", "datalist", "head", "noframes", "noembed"})
_RAW: Final = frozenset({"script", "style"})
_KEEPS_BLANKS: Final = frozenset({"pre", "textarea", "listing", "xmp"})
_CELLS: Final = frozenset({"td", "th"})
_CLOSED_BY: Final = {
    "td": frozenset({"td", "th"}), "th": frozenset({"td", "th"}), "tr": frozenset({"tr", "td", "th"}),
    "li": frozenset({"li"}), "option": frozenset({"option"}), "p": frozenset({"p"}), "body": frozenset({"head"}),
    "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"}),
}  # fmt: skip
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_DATA_SCRIPT: Final = re.compile(r"json|^text/(?:html|plain|xml|csv)|xml|template", re.IGNORECASE)
_PLAIN_DOCTYPE: Final = re.compile(
    r"doctype\s+html(?:\s+(?:public|system)(?:\s+[\"'](?:-//|http://www\.)[\w ./:-]{0,80}[\"']){1,2})?\s*",
    re.IGNORECASE,
)
_BARRIERS: Final = frozenset({"table", "body", "html"})


class _Open(NamedTuple):
    tag: str
    hidden: str
    keeps_blanks: bool


class HtmlPage(HTMLParser):
    """Collects pieces; take them with `taken` after each feeding, and after ``close`` and `finish`."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self._stack: list[_Open] = []
        self._open: dict[str, int] = {}
        self._shown: list[str] = []
        self._secret: list[tuple[str, str]] = []
        """Hiding and text of what is not seen in the open paragraph."""
        self._place = "line 1"
        self._pieces: list[UntrustedPiece] = []
        self._after_table: list[UntrustedPiece] = []
        self._tables: list[HtmlTable] = []
        self._cells: list[tuple[str, int, int] | None] = []
        """For each open table the open cell's hiding and spans."""
        self._rules: dict[str, str] = {}
        self._number = 0
        self._raw: list[str] = []
        self._raw_type = ""
        self.style_sheets = 0
        """Style sheets that are no part of the page; what they hide nobody can say."""

    def taken(self) -> list[UntrustedPiece]:
        """Return what has been found since the last time."""
        pieces, self._pieces = self._pieces, []
        return pieces

    def finish(self) -> None:
        """Close what is still open at the end of the page. Takes the place of ``close``."""
        self._cut_off()
        while self._tables:
            self._end_table()
        self._flush()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._close_implied(tag)
        if tag not in _INLINE:
            self._flush() if tag != "br" else self.handle_data("\n" if self._keeps_blanks() else " ")
        hidden = self._hiding(tag, attributes)
        self._attributes(tag, attributes, hidden)
        if tag == "table":
            self._flush()
            self._number += 1
            self._tables.append(HtmlTable(self._number, hidden))
            self._cells.append(None)
        elif self._tables:
            self._table_tag(tag, attributes, hidden)
        if tag in _RAW:
            self._raw_type = attributes.get("type", "")
        if tag not in _VOID:
            keeps = tag in _KEEPS_BLANKS or self._keeps_blanks()
            self._stack.append(_Open(tag, hidden, keeps))
            self._open[tag] = self._open.get(tag, 0) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and tag not in _RAW and tag.partition(":")[1]:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _RAW:
            self._end_raw(tag)
        if tag not in _INLINE:
            self._end_cell_or_flush(tag)
        if self._open.get(tag, 0):
            while self._stack:
                closed = self._stack.pop()
                self._open[closed.tag] -= 1
                if closed.tag == tag:
                    break
        if tag == "table" and self._tables:
            self._end_table()
        elif tag == "tr" and self._tables:
            self._tables[-1].end_row()

    def handle_data(self, data: str) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and top.tag in _RAW:
            self._raw.append(data)
            return
        if not self._shown and not self._secret and not data.isspace():
            line, column = self.getpos()
            self._place = f"line {line}" + (f", character {column + 1}" if column > 200 else "")
        text = data if top is not None and top.keeps_blanks else _BLANKS.sub(" ", data)
        if top is not None and top.hidden:
            if self._secret and self._secret[-1][0] == top.hidden:
                text = self._secret.pop()[1] + text
            self._secret.append((top.hidden, text))
        else:
            self._shown.append(text)

    def _cut_off(self) -> None:
        """Keep what the page's end cuts off: a browser drops an open tag or comment, and runs an open script."""
        rest, self.rawdata = self.rawdata, ""
        tag = self.cdata_elem
        if tag:
            self.handle_data(rest)
            self._end_raw(tag)
        elif len(rest) > 1 and rest.startswith("<"):
            self._pieces_now(part((self._where(), "open tag"), "comment", "markup-comment", rest))
        elif rest:
            self.handle_data(unescape(rest))

    def parse_endtag(self, i: int) -> int:
        end = super().parse_endtag(i)
        inside = self.rawdata[i + 2 : end - 1].split(None, 1) if end > 0 else []
        if len(inside) > 1:
            self._pieces_now(part((self._where(), "end tag"), "attribute", "markup-attribute", inside[1]))
        return end

    def handle_decl(self, decl: str) -> None:
        if _PLAIN_DOCTYPE.fullmatch(decl) is None:
            self._pieces_now(part((self._where(), "declaration"), "instruction", "markup-attribute", decl))

    def handle_comment(self, data: str) -> None:
        self._pieces_now(part((self._where(), "comment"), "comment", "markup-comment", data.strip()))

    def handle_pi(self, data: str) -> None:
        self._pieces_now(part((self._where(),), "instruction", "markup-attribute", data))

    def unknown_decl(self, data: str) -> None:
        self.handle_data(data.partition("[")[2] or data)

    def _where(self) -> str:
        return f"line {self.getpos()[0]}"

    def _keeps_blanks(self) -> bool:
        return bool(self._stack) and self._stack[-1].keeps_blanks

    def _hiding(self, tag: str, attributes: dict[str, str]) -> str:
        outer = self._stack[-1].hidden if self._stack else ""
        if tag in _UNSHOWN or "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
            return "not-displayed"
        if outer == "not-displayed" and tag == "title" and self._open.get("head", 0):
            return ""  # the name of the window
        own = hidden_by(declarations(attributes["style"])) if "style" in attributes else ""
        if not own and self._rules:
            names = [f".{name}" for name in attributes.get("class", "").lower().split()[:20]]
            names.append("#" + attributes.get("id", "").lower())
            tried = (key for name in names for key in (name, tag + name, "*" + name))
            own = next((self._rules[key] for key in (*tried, tag) if key in self._rules), "")
        font = attributes.get("color", "").strip().lower() if tag == "font" else ""
        return own or ("background-coloured-text" if font in {"white", "#ffffff", "#fff"} else outer)

    def _attributes(self, tag: str, attributes: dict[str, str], hidden: str) -> None:
        place = self._where()
        if tag == "link" and is_style_sheet(attributes):
            self.style_sheets += 1
        self._pieces_now(odd_names(tag, attributes, (place, "tag")))
        if (
            tag == "input"
            and attributes.get("type", "text").lower() not in {"hidden", "password"}
            and not hidden
        ):
            self.handle_data(f" {attributes.pop('value', '')} ")
        for name, value in attributes.items():
            where = (place, f"{tag}/@{name}"[:80])
            if value[:32].lstrip().lower().startswith("data:"):
                seen = tag == "img" and not hidden
                file = data_file(value, where, "" if seen else hidden or "embedded-file")
                if file is not None:
                    self._piece(file)
                    continue
            if name == "srcdoc":
                self._piece(UntrustedFile(where, hidden, value.encode(), "html"))
            elif value:
                self._pieces_now(attribute_piece(tag, name, value, attributes, where))

    def _close_implied(self, tag: str) -> None:
        closes = _CLOSED_BY.get(tag)
        if closes is None:
            return
        for opened in reversed(self._stack[-8:]):
            if opened.tag in _BARRIERS:
                return
            if opened.tag in closes:
                self.handle_endtag(opened.tag)
                if tag != "tr" or opened.tag == "tr":
                    return

    def _table_tag(self, tag: str, attributes: dict[str, str], hidden: str) -> None:
        table = self._tables[-1]
        if tag == "tr":
            table.begin_row(hidden if hidden != table.hidden else "")
        elif tag in {"col", "colgroup"} and (tag == "col" or "span" in attributes):
            table.column(_count(attributes.get("span", "")), hidden if hidden != table.hidden else "")
        elif tag in _CELLS:
            self._cells[-1] = (
                hidden,
                _count(attributes.get("colspan", "")),
                _count(attributes.get("rowspan", "")),
            )

    def _end_cell_or_flush(self, tag: str) -> None:
        cell = self._cells[-1] if self._cells else None
        if tag not in _CELLS or cell is None:
            self._flush()
            return
        hidden, across, down = cell
        text = "".join(self._shown).strip(" \n")
        if hidden and not text:
            text = "".join(secret for _, secret in self._secret).strip(" \n")
            self._secret = []
        table = self._tables[-1]
        table.cell(text, hidden if hidden != table.hidden else "", across, down)
        self._cells[-1] = None
        self._shown = []
        self._flush()

    def _end_table(self) -> None:
        if self._cells[-1] is not None:
            self._end_cell_or_flush("td")
        self._cells.pop()
        table = self._tables.pop().finished(self._limits)
        if table is not None:
            self._pieces.append(table)
        if not self._tables:
            waiting, self._after_table = self._after_table, []
            self._pieces += waiting

    def _end_raw(self, tag: str) -> None:
        text, self._raw = "".join(self._raw), []
        if not text.strip():
            return
        where = (self._where(), tag or "script")
        if tag == "style":
            self._rules.update(rules_that_hide(text))
            self.style_sheets += imports_of(text)
            self._pieces_now(part(where, "style", "markup-attribute", text.strip()))
        elif _DATA_SCRIPT.search(self._raw_type):
            extension = "json" if "json" in self._raw_type.lower() else "html"
            self._piece(UntrustedFile(where, "script", text.strip().encode("utf-8", "replace"), extension))
        else:
            self._pieces_now(part(where, "script", "script", text.strip()))
        for file in data_files(text, where, "script"):
            self._piece(file)

    def _flush(self) -> None:
        """End the paragraph. Inside a cell its text goes on; what is hidden in it becomes a piece."""
        for hidden, text in self._secret:
            self._pieces_now(part((self._place,), "paragraph", hidden, text.strip()))
        self._secret = []
        if self._cells and self._cells[-1] is not None:
            if self._shown and not self._shown[-1].isspace():
                self._shown.append("\n")
            return
        self._pieces_now(part((self._place,), "paragraph", "", "".join(self._shown).strip()))
        self._shown = []

    def _pieces_now(self, pieces: Iterator[UntrustedPiece]) -> None:
        for piece in pieces:
            self._piece(piece)

    def _piece(self, piece: UntrustedPiece) -> None:
        (self._after_table if self._tables else self._pieces).append(piece)


def _count(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else 1
