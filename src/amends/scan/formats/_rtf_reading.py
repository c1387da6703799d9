"""Reads RTF token by token: groups, control words, text in the encodings of its fonts, bytes written as digits."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from amends.scan.formats._rtf_words import (
    BODY,
    CHARSETS,
    CODE_PAGES,
    DESTINATIONS,
    ENDS,
    FORMATS,
    HEXED,
    LETTERS,
    PASSED,
    SYMBOLS,
)
from amends.scan.formats._text import leftover, part
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPiece,
    UntrustedRow,
    UntrustedTable,
    UntrustedUnread,
)
from amends.scan.limits import Limits

_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_HEX: Final = re.compile(rb"[^0-9A-Fa-f]")
_TINY_HALF_POINTS: Final = 4
_MOST_GROUPS: Final = 100_000


@dataclass(slots=True)
class _Group:
    kind: str = BODY
    hidden: str = ""
    word: str = ""
    vanishes: str = ""
    """Why the characters are not seen: ``hidden-in-rtf``, ``tracked-deletion`` ..."""
    encoding: str = "cp1252"
    skip: int = 1
    starred: bool = False
    fresh: bool = True


class RtfReading:
    """One document."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._content = content
        self._limits = limits
        self._stack: list[_Group] = []
        self._group = _Group()
        self._bytes = bytearray()
        self._skipping = 0
        self._runs: list[tuple[str, str]] = []
        self._paragraph = 0
        self._others = 0
        self._text: list[str] = []
        """Of a destination beside the body."""
        self._hex: list[bytes] = []
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._colours: list[tuple[int, int, int] | None] = []
        self._colour: dict[str, int] = {}
        self._default = "cp1252"
        self._ready: list[UntrustedPiece] = []
        self._tables = 0

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield every piece of the document."""
        at = 0
        content = self._content
        closed = False
        while at < len(content) and not closed:
            found = _TOKEN.match(content, at)
            if found is None:
                break
            at = found.end()
            word, number, code, symbol, brace, text = found.groups()
            if text is not None:
                self._characters(text)
            elif brace is not None:
                self._brace(brace)
                closed = not self._stack
            elif word == b"bin":
                length = max(0, int(number or 0))
                self._hex.append(content[at : at + length].hex().encode())
                at += length
            elif word is not None:
                self._word(word.decode("ascii"), int(number) if number is not None else None)
            elif code is not None:
                self._characters(bytes.fromhex(code.decode("ascii")))
            elif symbol is not None:
                self._symbol(symbol)
            if self._ready:
                yield from self._taken()
        yield from self._finish(content[at:], closed)

    def _finish(self, left: bytes, closed: bool) -> Iterator[UntrustedPiece]:
        while self._stack:
            self._brace(b"}")
        self._end_paragraph()
        self._end_table()
        yield from self._taken()
        if not closed:
            yield UntrustedUnread("", "corrupt")
        yield from leftover(left, 0, "bytes-outside", ("behind the document",))

    def _taken(self) -> list[UntrustedPiece]:
        ready, self._ready = self._ready, []
        return ready

    def _brace(self, brace: bytes) -> None:
        self._decode()
        group = self._group
        if brace == b"{":
            if len(self._stack) < _MOST_GROUPS:
                self._stack.append(group)
            self._group = replace(group, starred=False, fresh=True, word="")
            return
        if not self._stack:
            return
        outer = self._stack.pop()
        changed = (group.kind, group.hidden, group.word) != (outer.kind, outer.hidden, outer.word)
        if group.kind == HEXED and changed and group.word:
            self._end_hex(group.word)
        elif group.kind not in (BODY, PASSED) and changed and group.word:
            self._end_destination(group)
        self._group = outer
        self._skipping = 0

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "u" and number is not None:
            self._decode()
            self._append(chr(number & 0xFFFF))
            self._skipping = group.skip
            return
        self._decode()
        self._skipping = 0
        fresh, group.fresh = group.fresh, False
        if fresh and word in DESTINATIONS:
            group.kind, group.hidden = DESTINATIONS[word]
            group.word = word
        elif fresh and group.starred and group.kind == BODY and word not in FORMATS:
            group.kind, group.hidden, group.word = "unknown-group", "hidden-in-rtf", word
        elif group.kind == "property" and word in {"yr", "mo", "dy", "hr", "min"}:
            self._text.append(f"{'-' if self._text else ''}{number or 0:02d}")
        if word in LETTERS:
            self._append(LETTERS[word])
        elif word in ENDS and group.kind == BODY:
            self._end_paragraph(row=word in {"row", "nestrow"})
        elif word in {"cell", "nestcell"} and group.kind == BODY:
            self._end_cell()
        else:
            self._format(word, number)

    def _format(self, word: str, number: int | None) -> None:
        group = self._group
        on = number != 0
        if word == "plain":
            group.vanishes = ""
        elif word == "v":
            group.vanishes = "hidden-in-rtf" if on else ""
        elif word == "deleted":
            group.vanishes = "tracked-deletion" if on else ""
        elif word == "revised":
            group.vanishes = group.vanishes or ("tracked-insertion" if on else "")
        elif word == "fs" and number is not None and number < _TINY_HALF_POINTS:
            group.vanishes = group.vanishes or "tiny-text"
        elif word == "fs" and group.vanishes == "tiny-text":
            group.vanishes = ""
        elif word == "cf":
            white = 0 < (number or 0) < len(self._colours) and self._colours[number or 0] == (255, 255, 255)
            if white or group.vanishes == "white-text":
                group.vanishes = "white-text" if white else ""
        else:
            self._encode(word, number)

    def _encode(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "uc" and number is not None:
            group.skip = min(number, 64)
        elif word == "ansicpg" and number in CODE_PAGES:
            self._default = group.encoding = f"cp{number}"
        elif word in {"mac", "pc", "pca"}:
            self._default = group.encoding = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "f" and number is not None:
            self._font = number
            group.encoding = self._fonts.get(number, self._default)
        elif word == "fcharset" and number is not None and group.kind == PASSED:
            self._fonts[self._font] = CHARSETS.get(number, self._default) if number > 1 else self._default
        elif word in {"red", "green", "blue"} and group.kind == PASSED:
            self._colour[word] = number or 0

    def _symbol(self, symbol: bytes) -> None:
        group = self._group
        if symbol == b"*":
            group.starred = group.fresh = True
            return
        self._decode()
        group.fresh = False
        self._append(SYMBOLS.get(symbol.decode("latin-1"), ""))

    def _characters(self, raw: bytes) -> None:
        if self._skipping:
            skipped = min(self._skipping, len(raw))
            self._skipping -= skipped
            raw = raw[skipped:]
        group = self._group
        if group.kind == HEXED:
            self._hex.append(raw)
        elif group.kind == PASSED:
            if b";" in raw and self._innermost("colortbl"):
                colour = self._colour
                self._colours.append(
                    (colour["red"], colour["green"], colour["blue"]) if len(colour) == 3 else None
                )
                self._colour = {}
        elif raw:
            group.fresh = False
            self._bytes += raw

    def _innermost(self, word: str) -> bool:
        return self._group.word == word

    def _decode(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._group.encoding, "replace")
            self._bytes.clear()
            self._append(text)

    def _append(self, text: str) -> None:
        group = self._group
        if not text or group.kind in (HEXED, PASSED):
            return
        if group.kind == BODY:
            self._runs.append((group.vanishes, text))
        else:
            self._text.append(text)

    def _end_destination(self, group: _Group) -> None:
        text = _joined("".join(self._text)).strip().rstrip(";")
        self._text = []
        self._others += 1
        where = (f"{group.word} {self._others}",)
        if group.kind == "unknown-group" and _HEX.sub(b"", text.encode()) == text.encode() and len(text) > 64:
            self._hex.append(text.encode())
            self._end_hex(group.word)
            return
        self._ready += part(where, group.kind, group.hidden, text)

    def _end_hex(self, word: str) -> None:
        digits = _HEX.sub(b"", b"".join(self._hex))
        self._hex = []
        content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        if not content.strip(b"\0"):
            return
        self._others += 1
        where = (f"{word} {self._others}",)
        if word == "objdata":
            self._ready += _object(content, where)
        elif word == "colorschememapping" and content.lstrip().startswith(b"<?xml"):
            self._ready.append(UntrustedFile(where, "style-text", content, "xml"))
        else:
            self._ready.append(UntrustedFile(where, "" if word == "pict" else "hidden-in-rtf", content))

    def _end_cell(self) -> None:
        self._cells.append(self._seen().strip())

    def _seen(self) -> str:
        """Return the seen text of the paragraph; what is not seen in it becomes pieces."""
        runs, self._runs = self._runs, []
        where = (f"paragraph {self._paragraph + 1}",)
        secret: list[str] = []
        seen: list[str] = []
        last = ""
        for hidden, text in (*runs, ("", "")):
            if secret and hidden != last:
                self._ready += part(where, "paragraph", last, _joined("".join(secret)).strip())
                secret = []
            (secret if hidden else seen).append(text)
            last = hidden
        return _joined("".join(seen))

    def _end_paragraph(self, row: bool = False) -> None:
        if row:
            if self._runs:
                self._end_cell()
            if self._cells:
                self._rows.append(self._cells)
                self._cells = []
            return
        if self._cells:  # a paragraph inside a cell: its text goes on
            self._runs.append(("", "\n"))
            return
        if self._rows and any(not text.isspace() for _, text in self._runs):
            self._end_table()
        self._ready += part((f"paragraph {self._paragraph + 1}",), "paragraph", "", self._seen().strip())
        self._paragraph += 1

    def _end_table(self) -> None:
        if self._cells:
            self._rows.append(self._cells)
            self._cells = []
        if self._rows:
            self._tables += 1
            rows, self._rows = self._rows, []
            place = (f"table {self._tables}",)
            self._ready.append(UntrustedTable("", "", _numbered(rows, self._limits), place))


def _numbered(rows: list[list[str]], limits: Limits) -> Iterator[UntrustedRow]:
    for number, row in enumerate(rows, 1):
        if max(map(len, row)) > limits.cell_characters or len(row) > limits.columns:
            raise UnreadableError("too-large")
        yield UntrustedRow(number, "", None, row)


def _joined(text: str) -> str:
    """Put the halves of letters beyond 16 bits together again."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _object(content: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    """Yield an OLE 1.0 object (MS-OLEDS 2.2.4): three names, then what the program stored."""
    at = 8
    names: list[str] = []
    for _ in range(3):
        length = int.from_bytes(content[at : at + 4], "little")
        if length > 4_096 or at + 4 + length > len(content):
            break
        names.append(content[at + 4 : at + 4 + length].rstrip(b"\0").decode("cp1252", "replace"))
        at += 4 + length
    length = int.from_bytes(content[at : at + 4], "little")
    native = content[at + 4 : at + 4 + length]
    for name in names:
        yield from part(where, "name", "embedded-file", name)
    if len(names) == 3 and native:
        yield UntrustedFile(where, "embedded-file", native)
    else:
        yield UntrustedFile(where, "embedded-file", content)
