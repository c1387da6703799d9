"""Pictures with something beside their pixels."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.samples.hiding.sample import PLANTED, HidingSample

_RAW = PLANTED.encode()
logging.getLogger("PIL").setLevel(logging.INFO)  # it writes every tag that it saves into its log


def picture(kind: str, **options: object) -> bytes:
    """Return a small picture as a file."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 120, 200)).save(stream, kind, **options)
    return stream.getvalue()


def exif(*, artist: str = "", maker: bytes = b"", gps: bool = False, thumbnail: bytes = b"") -> bytes:
    """Return an Exif block, put together by hand."""
    values = Image.Exif()
    if artist:
        values[0x013B] = artist
    if maker:
        values.get_ifd(0x8769)[0x927C] = maker
    if gps:
        values.get_ifd(0x8825).update(
            {1: "S", 2: (12.0, 30.0, 36.0), 3: "E", 4: (7.0, 15.0, 0.0), 27: b"ASCII\0\0\0" + _RAW}
        )
    block = bytes(values.tobytes())
    if not thumbnail:
        return block
    # A second directory behind the first, as cameras write it.
    tiff = bytearray(block.removeprefix(b"Exif\0\0"))
    little = tiff[:2] == b"II"
    order = "<" if little else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    struct.pack_into(order + "I", tiff, first + 2 + 12 * count, len(tiff))
    start = len(tiff) + 2 + 24 + 4
    tiff += struct.pack(order + "H", 2)
    tiff += struct.pack(order + "HHII", 0x0201, 4, 1, start) + struct.pack(
        order + "HHII", 0x0202, 4, 1, len(thumbnail)
    )
    return b"Exif\0\0" + bytes(tiff) + struct.pack(order + "I", 0) + thumbnail


def segment(marker: int, data: bytes) -> bytes:
    """Return a segment of a JPEG file."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def with_segment(content: bytes, added: bytes) -> bytes:
    """Put a segment right behind the beginning."""
    return content[:2] + added + content[2:]


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(content: bytes, added: bytes) -> bytes:
    """Put a chunk before the pixels."""
    at = content.index(b"IDAT") - 4
    return content[:at] + added + content[at:]


def xmp(text: str) -> bytes:
    """Return an XMP packet with a creator."""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{text}</dc:creator></rdf:Description></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc(dataset: int, text: bytes) -> bytes:
    """Return Photoshop's resource with one IPTC data set."""
    value = struct.pack(">BBBH", 0x1C, 2, dataset, len(text)) + text
    return (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0"
        + struct.pack(">I", len(value))
        + value
        + b"\0" * (len(value) % 2)
    )


def profile(text: bytes) -> bytes:
    """Return a colour profile that is nothing but its description."""
    value = b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0"
    return bytes(128) + struct.pack(">I4sII", 1, b"desc", 144, len(value)) + value


def heif(exif_item: bytes, xmp_item: bytes) -> bytes:
    """Return a HEIF file whose items are metadata and nothing else."""

    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data) + 8) + kind + data

    items = [
        item for item in ((b"Exif", b"", exif_item), (b"mime", b"application/rdf+xml\0", xmp_item)) if item[2]
    ]
    entries = b"".join(
        box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + kind + b"\0" + more)
        for number, (kind, more, _) in enumerate(items, 1)
    )
    iinf = box(b"iinf", b"\0\0\0\0" + struct.pack(">H", len(items)) + entries)
    hdlr = box(b"hdlr", bytes(8) + b"pict" + bytes(13))
    ftyp = box(b"ftyp", b"heic\0\0\0\0heicmif1")
    size = len(ftyp) + 12 + len(hdlr) + len(iinf) + 16 + 14 * len(items)
    places = b""
    at = size + 8
    for number, (_, _, data) in enumerate(items, 1):
        places += struct.pack(">HHHII", number, 0, 1, at, len(data))
        at += len(data)
    iloc = box(b"iloc", b"\0\0\0\0\x44\0" + struct.pack(">H", len(items)) + places)
    meta = box(b"meta", b"\0\0\0\0" + hdlr + iinf + iloc)
    return ftyp + meta + box(b"mdat", b"".join(data for _, _, data in items))


def gif_with(block: bytes) -> bytes:
    """Return a GIF with a block before its picture."""
    content = picture("GIF")
    at = content.index(b"\x2c", 13)
    return content[:at] + block + content[at:]


def webp_with(kind: bytes, data: bytes) -> bytes:
    """Return a WebP with a chunk more."""
    content = picture("WEBP")
    added = kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return content[:4] + struct.pack("<I", len(content) + len(added) - 8) + content[8:] + added


def emf(comment: bytes) -> bytes:
    """Return an enhanced metafile that draws nothing."""
    data = comment + b"\0" * (-len(comment) % 4)
    record = struct.pack("<III", 70, 12 + len(data), len(comment)) + data if comment else b""
    end = struct.pack("<IIIII", 14, 20, 0, 16, 20)
    header = (
        struct.pack("<II", 1, 88)
        + bytes(32)
        + b" EMF"
        + struct.pack("<III", 0x10000, 88 + len(record) + 20, 3)
    )
    return header.ljust(88, b"\0") + record + end


def wmf(comment: bytes) -> bytes:
    """Return a Windows metafile that draws nothing."""
    data = comment + b"\0" * (len(comment) % 2)
    record = struct.pack("<IHHH", 5 + len(data) // 2, 0x0626, 15, len(comment)) + data if comment else b""
    end = struct.pack("<IH", 3, 0)
    words = (18 + len(record) + len(end)) // 2
    return struct.pack("<HHHIHIH", 1, 9, 0x300, words, 0, 8, 0) + record + end


def icon() -> bytes:
    """Return an icon of one picture."""
    inside = picture("PNG")
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 8, 8, 0, 0, 1, 32, len(inside), 22) + inside


def _sample(
    hidden: str, extension: str, build: Callable[[bool], bytes], where: str = "", text: str = PLANTED
) -> HidingSample:
    def write(path: Path, planted: bool) -> None:
        path.write_bytes(build(planted))

    return HidingSample(hidden, extension, write, text, where)


def _png_text(planted: bool) -> bytes:
    info = PngInfo()
    info.add_text("Comment", PLANTED if planted else "nothing")
    return picture("PNG", pnginfo=info)


def _thumbnail(planted: bool) -> bytes:
    inner = picture("JPEG") if planted else b""
    return with_segment(picture("JPEG"), segment(0xE1, exif(artist="Nobody", thumbnail=inner)))


def _jfxx(planted: bool) -> bytes:
    content = picture("JPEG")
    if not planted:
        return content
    inner = picture("JPEG")
    return content[:20] + segment(0xE0, b"JFXX\0\x10" + inner) + content[20:]


def _zip_behind(planted: bool) -> bytes:
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("list.txt", PLANTED)
    return picture("JPEG") + (stream.getvalue() if planted else b"")


_TEXT = segment(0xFE, _RAW)
SAMPLES = (
    _sample(
        "image-metadata", "jpg",
        lambda planted: with_segment(picture("JPEG"), segment(0xE1,
            exif(artist=PLANTED)) if planted else b""), "Artist",
    ),
    _sample(
        "image-location", "jpg",
        lambda planted: with_segment(picture("JPEG"), segment(0xE1, exif(artist="Nobody", gps=planted))), "GPS",
    ),
    _sample(
        "maker-note", "jpg",

                   lambda planted: with_segment(
            picture("JPEG"), segment(0xE1, exif(artist="Nobody",
                maker=b"Maker\0" + (_RAW if planted else b"") + b"\0\1"))
        ),
        "maker note",
    ),
    _sample("image-thumbnail", "jpg", _thumbnail, "thumbnail", "A picture of"),
    _sample("image-thumbnail", "jpeg", _jfxx, "JFXX", "A picture of"),
    _sample("image-text", "jpg", lambda planted: with_segment(picture("JPEG"), _TEXT if planted else b""), "comment"),
    _sample("trailing-data", "jpg", lambda planted: picture("JPEG") + (_RAW if planted else b""), "behind the end"),
    _sample("trailing-data", "jpeg", _zip_behind, "list.txt"),
    _sample(
        "image-metadata", "jpe",
        lambda planted: with_segment(
            picture("JPEG"), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(PLANTED if planted else "nobody"))
        ),
        "XMP",
    ),

           _sample(
        "image-metadata",
            "jfif",
        lambda planted: with_segment(picture("JPEG"), segment(0xED, iptc(80,
            _RAW if planted else b"nobody"))), "by-line",
    ),
    _sample(
        "image-location", "jfif",
        lambda planted: with_segment(picture("JPEG"), segment(0xED, iptc(90, _RAW if planted else b"nowhere"))), "city",
    ),
    _sample(
        "image-metadata", "jpeg",
        lambda planted: picture("JPEG", icc_profile=profile(_RAW if planted else b"plain")), "colour profile",
    ),
    _sample("image-text", "png", _png_text),
    _sample(
        "image-text", "apng",
        lambda planted: with_chunk(
            picture("PNG"), chunk(b"zTXt", b"Comment\0\0" + zlib.compress(_RAW if planted else b"nothing"))
        ),
        "zTXt",
    ),
    _sample(
        "image-metadata", "png",
        lambda planted: with_chunk(
            picture("PNG"), chunk(b"eXIf", exif(artist=PLANTED if planted else "nobody").removeprefix(b"Exif\0\0"))
        ),
        "Artist",
    ),
    _sample(
        "image-metadata", "apng",
        lambda planted: with_chunk(
            picture("PNG"), chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(PLANTED if planted else "nobody"))
        ),
        "XMP",
    ),
    _sample("trailing-data", "png", lambda planted: picture("PNG") + (_RAW if planted else b"")),
    _sample("image-text", "gif", lambda planted: gif_with(b"\x21\xfe" + bytes([len(_RAW)]) + _RAW + b"\0") if planted
            else picture("GIF")),
    _sample("image-metadata", "gif", lambda planted: gif_with(
        b"\x21\xff\x0bSOMEBODY1.0" + (bytes([len(_RAW)]) + _RAW if planted else b"") + b"\0")),
    _sample("trailing-data", "gif", lambda planted: picture("GIF") + (_RAW if planted else b"")),
    _sample("image-metadata", "webp", lambda planted: webp_with(b"XMP ", xmp(PLANTED if planted else "nobody"))),
    _sample("image-location", "webp", lambda planted: webp_with(b"EXIF", exif(artist="Nobody", gps=planted))),
    _sample("trailing-data", "webp",
        lambda planted: picture("WEBP") + (_RAW if planted else b"")),
    _sample("image-metadata", "tiff", lambda planted: picture("TIFF",
        description=PLANTED if planted else "nothing")),
    _sample("trailing-data", "tiff",
        lambda planted: picture("TIFF") + (_RAW if planted else b"")),
    _sample("image-metadata", "heic",
        lambda planted: heif(bytes(4) + exif(artist=PLANTED if planted else "nobody"), b"")),
    _sample("image-metadata", "heif", lambda planted: heif(b"", xmp(PLANTED if planted else "nobody")), "XMP"),
    _sample("trailing-data", "heic", lambda planted: heif(b"", xmp("nobody")) + (_RAW if planted else b"")),
    _sample("trailing-data", "bmp", lambda planted: picture("BMP") + (_RAW if planted else b"")),
    _sample("trailing-data", "ico", lambda planted: icon() + (_RAW if planted else b"")),
    _sample("image-metadata", "emf", lambda planted: emf(_RAW if planted else b"")),
    _sample("trailing-data", "emf", lambda planted: emf(b"") + (_RAW if planted else b"")),
    _sample("image-metadata", "wmf", lambda planted: wmf(_RAW if planted else b"")),
    _sample("trailing-data", "wmf", lambda planted: wmf(b"") + (_RAW if planted else b"")),
)  # fmt: skip
