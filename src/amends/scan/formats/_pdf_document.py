"""One state of a PDF: its objects, its pages, its content beside the pages."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pikepdf
import pypdfium2.raw as pdfium

from amends.scan.formats._pdf_forms import DrawnText, part_of, texts_of
from amends.scan.formats._pdf_pages import PageFacts, read_page
from amends.scan.formats._pdf_pdfium import Box, decrypted, opened
from amends.scan.formats._pdf_roles import Place
from amends.scan.formats._pdf_streams import Form, Streams, draws_text
from amends.scan.formats._pdf_tree import TreePage, pages_of
from amends.scan.formats._pdf_walk import Walk
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedUnread
from amends.scan.limits import Limits

Piece = UntrustedPart | UntrustedFile | UntrustedUnread

_MOST_OBJECTS: Final = 3_000_000
_NO_COVER: Final = frozenset(
    {"/Link", "/Popup", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Redact"}
)
_ICONS: Final = frozenset({"/Text", "/FileAttachment", "/Sound"})
_LARGEST_ICON: Final = 36.0
"""Points: a note's icon covers a letter or two by chance; nobody hides a text under it."""
_NOT_SHOWN: Final = 0x01 | 0x02 | 0x20
# What qpdf says where it gives up a part of an object; what it mends without loss it says in other words.
_LOSING: Final = (
    "treating as null",
    "; ignoring",
    "invalid character",
    "unexpected ",
    "error decoding",
    "not found in file",
)
_MOST_ANNOTATIONS: Final = 10_000


class Lines:
    """The lines that have been told already, so that one drawing is not told twice."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.objects: set[tuple[int, int]] = set()
        """Number and generation of the objects that the file's tables lead to."""
        self.encrypted = False

    def take(self, text: str) -> None:
        """Remember the lines of a text."""
        self._seen.update(map(hash, _lines(text)))

    def new(self, text: str) -> str:
        """Return the lines of a text that were not told before."""
        return "\n".join(line for line in _lines(text) if hash(line) not in self._seen)


def _lines(text: str) -> Iterator[str]:
    return (" ".join(line.split()) for line in text.split("\n") if line.strip())


def read_state(content: bytes, limits: Limits, told: Lines) -> Iterator[Piece]:
    """Yield every piece of a file that has one state only, and remember its lines.

    Raises `UnreadableError`: ``password-protected``, ``corrupt``, ``too-large``.
    """
    try:
        pdf = pikepdf.open(BytesIO(content), inherit_page_attributes=False)
    except pikepdf.PasswordError as locked:
        raise UnreadableError("password-protected") from locked
    except pikepdf.PdfError:
        yield UntrustedUnread("objects", "corrupt")
        yield from _pages(content, {}, told)
        return
    except RuntimeError:
        # To check a key of AES-256 (revisions 5 and 6), qpdf wants chance from a device that nobody opens any more.
        content = decrypted(content, limits.part_bytes)
        pdf = pikepdf.open(BytesIO(content), inherit_page_attributes=False)
        told.encrypted = True
    with pdf:
        yield from _read(pdf, content, limits, told)


def _read(pdf: pikepdf.Pdf, content: bytes, limits: Limits, told: Lines) -> Iterator[Piece]:
    if len(pdf.objects) > _MOST_OBJECTS:
        raise UnreadableError("too-large")
    told.encrypted = told.encrypted or pdf.is_encrypted
    pages, straight = pages_of(pdf)
    walk = Walk(Streams(limits))
    try:
        for number, page in enumerate(pages, 1):
            for piece in walk.from_object(page.dictionary, Place((f"page {number}",), "page")):
                yield _told(piece, told)
        for piece in walk.from_object(pdf.trailer, Place(())):
            yield _told(piece, told)
        for piece in _orphans(pdf, walk):
            yield _told(piece, told)
        told.objects = walk.visited
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        yield UntrustedUnread("objects", "corrupt")
    yield from _damages(pdf, pages)
    layered = walk.layered or _has_hidden_layers(pdf)
    facts = {at: _facts(page, layered, walk.unmapped_fonts) for at, page in enumerate(pages)}
    if walk.streams.bombs and "/Metadata" in pdf.Root:
        # Pdfium inflates this packet before anything else and ends the process where memory ends.
        del pdf.Root["/Metadata"]
        straight = False
    straight = straight and not walk.spelled_out
    yield from _pages(content if straight else _flattened(pdf, pages), facts, told)
    fallback = pages[0].resources if pages else None
    for found in texts_of(walk.streams.forms, fallback):
        if not isinstance(found, DrawnText):
            yield found
        elif text := told.new(found.text):
            told.take(text)
            yield part_of(found, text)


def _damages(pdf: pikepdf.Pdf, pages: list[TreePage]) -> Iterator[UntrustedUnread]:
    """Yield what is missing, once all objects have been looked at."""
    for number, page in enumerate(pages, 1):
        if page.dictionary.get("/Contents") is not None and _lost(page.dictionary):
            yield UntrustedUnread(f"page {number}", "corrupt")
    if any(said in str(warning) for warning in pdf.get_warnings() for said in _LOSING):
        yield UntrustedUnread("objects", "corrupt")


def read_lost(bodies: bytes, limits: Limits, told: Lines) -> Iterator[Piece]:
    """Yield what is new in a file of objects that no table led to."""
    walk = Walk(Streams(limits))
    try:
        with pikepdf.open(BytesIO(bodies), inherit_page_attributes=False) as pdf:
            list(walk.from_object(pdf.trailer, Place(())))
            for piece in _orphans(pdf, walk):
                if not isinstance(piece, UntrustedPart):
                    yield piece
                elif text := told.new(piece.text):
                    yield _told(piece._replace(text=text), told)
            for found in texts_of(walk.streams.forms, None):
                if not isinstance(found, DrawnText):
                    yield found
                elif text := told.new(found.text):
                    told.take(text)
                    yield part_of(found, text)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
        yield UntrustedUnread("objects in no table", "corrupt")


def _told(piece: Piece, told: Lines) -> Piece:
    if isinstance(piece, UntrustedPart):
        told.take(piece.text)
    return piece


def _pages(content: bytes, facts: dict[int, PageFacts], told: Lines) -> Iterator[Piece]:
    with opened(content) as document:
        count = pdfium.FPDF_GetPageCount(document)
        if not facts:
            count = min(count, 100_000)
        else:
            if count < len(facts):
                yield UntrustedUnread("pages", "corrupt", len(facts) - count)
            count = min(count, len(facts))
        if not count:
            yield UntrustedUnread("pages", "corrupt")
        for index in range(count):
            try:
                for piece in read_page(document, index, facts.get(index, PageFacts())):
                    yield _told(piece, told)
            except UnreadableError as problem:
                yield UntrustedUnread(f"page {index + 1}", problem.code)


def _orphans(pdf: pikepdf.Pdf, walk: Walk) -> Iterator[Piece]:
    """Yield what lies in the file and is referred to by nothing."""
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Object) or thing.objgen in walk.visited:
            continue
        if isinstance(thing, pikepdf.Dictionary) and ("/Linearized" in thing or "/ByteRange" in thing):
            continue
        place = Place((f"object {thing.objgen[0]}",), "unused", "unused-object")
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Page":
            walk.streams.forms += [
                Form(stream, thing.get("/Resources"), place)
                for stream in _contents(thing)
                if _draws(stream, walk)
            ]
        yield from walk.from_object(thing, place)


def _draws(stream: Any, walk: Walk) -> bool:
    try:
        return draws_text(walk.streams.content(stream))
    except UnreadableError:
        return False


def _contents(page: Any) -> list[Any]:
    contents = page.get("/Contents")
    if isinstance(contents, pikepdf.Stream):
        return [contents]
    if isinstance(contents, pikepdf.Array):
        found: list[Any] = list(contents)
        return [stream for stream in found if isinstance(stream, pikepdf.Stream)]
    return []


def _lost(page: Any) -> bool:
    """Say whether a page names content that is not there."""
    contents = page.Contents
    return not _contents(page) and not (isinstance(contents, pikepdf.Array) and len(contents) == 0)


def _has_hidden_layers(pdf: pikepdf.Pdf) -> bool:
    """Say whether a layer may be off when the document is opened (ISO 32000-2, 8.11.4)."""
    try:
        properties: Any = pdf.Root.get("/OCProperties")
        default = properties.get("/D") if isinstance(properties, pikepdf.Dictionary) else None
        if not isinstance(default, pikepdf.Dictionary):
            return properties is not None
        off, usage = default.get("/OFF"), default.get("/AS")
        return bool(
            (isinstance(off, pikepdf.Array) and len(off))
            or (isinstance(usage, pikepdf.Array) and len(usage))
            or str(default.get("/BaseState", "/ON")) != "/ON"
        )
    except (pikepdf.PdfError, AttributeError, ValueError):
        return True


def _facts(page: TreePage, layered: bool, unmapped_fonts: bool) -> PageFacts:
    covers: list[Box] = []
    redactions: list[Box] = []
    annotations = page.dictionary.get("/Annots")
    if isinstance(annotations, pikepdf.Array):
        every: list[Any] = list(annotations)
        for annotation in every[:_MOST_ANNOTATIONS]:
            if not isinstance(annotation, pikepdf.Dictionary):
                continue
            subtype = str(annotation.get("/Subtype", ""))
            if subtype == "/Redact":
                redactions += _quads(annotation) or _boxes(annotation.get("/Rect"))
            elif subtype not in _NO_COVER and "/AP" in annotation:
                flags = annotation.get("/F", 0)
                boxes = _boxes(annotation.get("/Rect"))
                icon = subtype in _ICONS and all(_is_small(box) for box in boxes)
                if not icon and not (isinstance(flags, int) and flags & _NOT_SHOWN):
                    covers += boxes
    return PageFacts(covers, redactions, layered, unmapped_fonts)


def _is_small(box: Box) -> bool:
    return box[2] - box[0] <= _LARGEST_ICON and box[3] - box[1] <= _LARGEST_ICON


def _boxes(value: Any) -> list[Box]:
    try:
        a, b, c, d = (float(number) for number in value)
    except (TypeError, ValueError, pikepdf.PdfError):
        return []
    return [(min(a, c), min(b, d), max(a, c), max(b, d))]


def _quads(annotation: Any) -> list[Box]:
    try:
        numbers = [float(number) for number in annotation.get("/QuadPoints", [])]
    except (TypeError, ValueError, pikepdf.PdfError):
        return []
    found = []
    for start in range(0, len(numbers) - 7, 8):
        xs, ys = numbers[start : start + 8 : 2], numbers[start + 1 : start + 8 : 2]
        found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def _flattened(pdf: pikepdf.Pdf, pages: list[TreePage]) -> bytes:
    """Return the file with a plain list of pages in place of a tree that lies about itself."""
    kids = [page.written(pdf) for page in pages]
    tree = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=kids, Count=len(kids)))
    for kid in kids:
        kid["/Parent"] = tree
    pdf.Root["/Pages"] = tree
    written = BytesIO()
    pdf.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return written.getvalue()
