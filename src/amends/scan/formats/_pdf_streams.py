"""The streams of a PDF: files, pictures, scripts, packets of XML, and content that draws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pikepdf
from isal import isal_zlib

from amends.scan.formats._pdf_roles import Place
from amends.scan.formats._pdf_strings import decoded, is_text, markup_text
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedUnread
from amends.scan.limits import Limits

Piece = UntrustedPart | UntrustedFile | UntrustedUnread

_FLATE: Final = ("/FlateDecode", "/Fl")
_JPEG: Final = ("/DCTDecode", "/DCT")
_JPEG2000: Final = "/JPXDecode"
_LARGEST_UNBOUNDED: Final = 8 << 20
_MOST_INFLATED: Final = 256 << 20
_CHUNK: Final = 1 << 20
_PAINTING: Final = re.compile(
    rb"(?:[\d.]+\s+){4}(?:re|[\d.-]+\s+[\d.-]+\s+cm)\s|/\w+\s+(?:Do|gs)\s|\sre\s+W?\s*[fn]\s"
)
_HEAD: Final = 256
_LEGIBLE: Final = bytes([*range(32, 127), 0, 9, 10, 12, 13])
_OPERATOR: Final = re.compile(rb"(?:^|\s)(?:BT|q|cm|re|Do|gs|BI|BDC)\s")
_PACKET: Final = b"<?xpacket"
_PASSED_OVER: Final = frozenset({"/ObjStm", "/XRef", "/CMap", "/EmbeddedCMap"})
_FONT_KEYS: Final = frozenset(
    {"/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode", "/CIDToGIDMap", "/CIDSet"}
)
"""Outlines of letters and tables of codes: no text (ISO 32000-2, 9.9)."""
_PROFILE_KEYS: Final = frozenset(
    {"/DestOutputProfile", "/ColorSpace", "/SMask", "/Mask", "/Function", "/TR", "/HT"}
)


class Form(NamedTuple):
    """Content that draws texts and may be on no page: a form, a pattern, a glyph, an appearance."""

    stream: Any
    resources: Any
    place: Place


@dataclass
class Streams:
    """What the streams came to, within bounds."""

    limits: Limits
    forms: list[Form] = field(default_factory=list)
    inflated: int = 0
    bombs: int = 0
    """How many streams inflate beyond the bound."""
    damaged: int = 0
    """How many streams end before their end."""

    def content(self, stream: Any) -> bytes:
        """Return the decoded bytes. Raises `UnreadableError`: ``too-large``, ``corrupt``."""
        try:
            raw: bytes = stream.read_raw_bytes()
            filters = filters_of(stream)
            while filters and filters[0] in _FLATE and not _has_predictor(stream):
                raw, whole = _inflated(raw, min(_MOST_INFLATED, self.limits.part_bytes))
                self.damaged += not whole
                filters = filters[1:]
            if filters:
                if len(raw) > _LARGEST_UNBOUNDED:
                    raise UnreadableError("too-large")
                raw = stream.read_bytes()
        except pikepdf.PdfError as damage:
            raise UnreadableError("corrupt") from damage
        self.inflated += len(raw)
        if self.inflated > self.limits.package_bytes:
            raise UnreadableError("too-large")
        return raw


def filters_of(stream: Any) -> list[str]:
    """Return the names of the filters, the outermost first."""
    found = stream.get("/Filter")
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _has_predictor(stream: Any) -> bool:
    parameters = stream.get("/DecodeParms")
    return parameters is not None and b"/Predictor" in parameters.unparse(resolved=True)


def _inflated(packed: bytes, most: int) -> tuple[bytes, bool]:
    """Inflate, and say whether all came out; a damaged end gives what came before it, as every reader of PDF does."""
    inflater = isal_zlib.decompressobj()
    pieces: list[bytes] = []
    size = 0
    pending = packed
    try:
        while not inflater.eof:
            piece = inflater.decompress(pending, _CHUNK)
            pending = inflater.unconsumed_tail
            if not piece and not pending:
                break
            size += len(piece)
            if size > most:
                raise UnreadableError("too-large")
            pieces.append(piece)
    except UnreadableError:
        raise
    except Exception as damage:  # the library's own error is no class that its stub names
        if not pieces:
            raise UnreadableError("corrupt") from damage
    return b"".join(pieces), inflater.eof


def read_stream(streams: Streams, stream: Any, here: Place, key: str) -> Iterator[Piece]:
    """Yield what a stream holds; what draws is kept for those who draw it."""
    damaged = streams.damaged
    try:
        yield from _read(streams, stream, here, key)
    except UnreadableError as problem:
        streams.bombs += problem.code == "too-large"
        yield UntrustedUnread(" ".join(here.way), problem.code)
    if streams.damaged > damaged:
        yield UntrustedUnread(" ".join(here.way), "corrupt")


def _read(streams: Streams, stream: Any, here: Place, key: str) -> Iterator[Piece]:
    declared, subtype = str(stream.get("/Type", "")), str(stream.get("/Subtype", ""))
    if declared in _PASSED_OVER or key in _FONT_KEYS or _is_table(stream, here, key):
        return
    if subtype == "/Image" or key == "/Thumb":
        yield from _picture(streams, stream, here)
    elif subtype == "/Form" or "/PatternType" in stream:
        if here.role != "page" and "/ShadingType" not in stream:
            streams.forms.append(Form(stream, stream.get("/Resources"), here))
        else:
            streams.content(stream)
    elif declared == "/Metadata" or subtype == "/XML":
        if text := markup_text(streams.content(stream)):
            way = here.way if here.way else ("document",)
            yield UntrustedPart((*way, "XMP"), "property", here.hidden or "document-property", text)
    elif declared == "/EmbeddedFile" or here.role == "file":
        yield from _embedded(streams.content(stream), here)
    elif key in ("/JS", "/RV", "/RC", "/V", "/XFA"):
        yield from _said(streams.content(stream), here, key)
    elif key == "/Contents":
        # Whoever draws it says nothing of what is missing.
        if _is_binary(streams.content(stream)):
            raise UnreadableError("corrupt")
    else:
        yield from _unknown(streams, stream, here)


def _embedded(content: bytes, here: Place) -> Iterator[Piece]:
    name, dot, ending = here.way[-1].rpartition(".") if here.way else ("", "", "")
    extension = ending.lower() if dot and name and ending.isalnum() else ""
    if content:
        yield UntrustedFile(here.way, here.hidden or "embedded-file", content, extension)


def _said(content: bytes, here: Place, key: str) -> Iterator[Piece]:
    kind, hidden = ("script", "javascript") if key == "/JS" else ("form-value", "form-value")
    text = decoded(content) if key == "/JS" else markup_text(content)
    if text.strip():
        yield UntrustedPart(here.way or ("document",), kind, here.hidden or hidden, text)


def _is_table(stream: Any, here: Place, key: str) -> bool:
    """Say whether it is a function, a profile, a mask, a mesh or the hints of a linearised file."""
    if key in _PROFILE_KEYS or any(
        name in stream for name in ("/FunctionType", "/ShadingType", "/HalftoneType")
    ):
        return True
    if isinstance(stream.get("/N"), int) and here.role != "piece":
        return True
    return isinstance(stream.get("/S"), int) and "/Type" not in stream


def _picture(streams: Streams, stream: Any, here: Place) -> Iterator[Piece]:
    thumbnail = here.role == "thumbnail"
    hidden = here.hidden or ("thumbnail" if thumbnail else "")
    filters = filters_of(stream)
    if thumbnail:
        width, height = stream.get("/Width", 0), stream.get("/Height", 0)
        yield UntrustedPart(here.way, "thumbnail", hidden, f"{width} x {height}")
    if filters and filters[-1] in _JPEG:
        raw = stream.read_raw_bytes()
        for name in filters[:-1]:
            if name not in _FLATE:
                yield UntrustedUnread(" ".join(here.way), "part-not-read")
                return
            raw, _ = _inflated(raw, _MOST_INFLATED)
        if (
            b"Exif" in raw[:4096]
            or b"http" in raw[:65_536]
            or b"Photoshop" in raw[:65_536]
            or b"\xff\xfe" in raw[:4096]
        ):
            yield UntrustedFile((*here.way, f"picture {stream.objgen[0]}"), hidden, raw, "jpg")
    elif filters == [_JPEG2000]:
        raw = stream.read_raw_bytes()
        at = raw.find(_PACKET)
        if at >= 0 and (text := markup_text(raw[at : at + (4 << 20)])):
            yield UntrustedPart((*here.way, "picture"), "property", hidden or "image-metadata", text)


def _unknown(streams: Streams, stream: Any, here: Place) -> Iterator[Piece]:
    filters = filters_of(stream)
    if any(name in filters for name in ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")):
        return
    content = streams.content(stream)
    if draws_text(content):
        streams.forms.append(Form(stream, stream.get("/Resources"), here))
    elif _only_paints(content):
        return
    elif content.strip() and is_text(content):
        kind = "piece-info" if here.role == "piece" else "unshown-text"
        yield UntrustedPart(here.way or ("document",), "stream", here.hidden or kind, decoded(content))
    elif content.strip(b"\0 \r\n\t") and here.role == "piece":
        yield UntrustedUnread(" ".join(here.way), "part-not-read")


def _is_binary(content: bytes) -> bool:
    """Say whether bytes begin as no content stream does: with operators and their operands (7.8.2)."""
    head = content[:_HEAD]
    return len(head.translate(None, _LEGIBLE)) * 3 > len(head) and _OPERATOR.search(head) is None


def _only_paints(content: bytes) -> bool:
    """Say whether bytes are a content stream in which no string stands."""
    return b"(" not in content and b"<" not in content and _PAINTING.search(content) is not None


def draws_text(content: bytes) -> bool:
    """Say whether bytes look like a content stream with texts (ISO 32000-2, 9.4)."""
    return b"BT" in content and b"ET" in content and (b"Tj" in content or b"TJ" in content or b"'" in content)
