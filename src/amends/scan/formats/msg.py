"""Messages of Outlook (.msg, .oft; MS-OXMSG): every property, every recipient, every attachment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._compound_file import CompoundFile, Storage, streams_at_the_root
from amends.scan.formats._compound_writer import compound_bytes, tree_of
from amends.scan.formats._msg_properties import PROPERTIES, Property, PropertyBag
from amends.scan.formats._ole_streams import base_name, guarded, rest_pieces
from amends.scan.formats._rtf_compressed import decompressed
from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPart, UntrustedPiece
from amends.scan.limits import Limits

_RECIPIENT, _ATTACHMENT, _NAMED = "__RECIP_VERSION1.0_", "__ATTACH_VERSION1.0_", "__NAMEID_VERSION1.0"
_RECIPIENT_TYPE: Final = 0x0C15
_BLIND: Final = 3
_TYPES: Final = {0: "sender", 1: "to", 2: "cc", 3: "bcc"}
_DATA: Final = 0x3701
_INNER: Final = "__substg1.0_3701000D"
_FILE_NAMES: Final = (0x3707, 0x3704)
_EXTENSION: Final = 0x3703
_SEEN: Final = {
    0x0037: "subject", 0x1000: "body", 0x0C1A: "sender", 0x0C1F: "sender", 0x0E03: "recipient", 0x0E04: "recipient",
    0x5D01: "sender",
}  # fmt: skip
_SEEN_TIMES: Final = frozenset({0x0039, 0x0E06})
_HEADERS, _RTF, _HTML, _BLIND_COPIES = 0x007D, 0x1009, 0x1013, 0x0E02
_NAME_TEXTS: Final = "__substg1.0_00040102"


class _Msg:
    name = "msg"
    extensions = ("msg", "oft")
    needs = ()
    rank = 10

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return PROPERTIES.upper() in streams_at_the_root(stream)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        compound = CompoundFile(stream.read())
        root = compound.root
        bag = PropertyBag(root)
        yield from guarded(_message(bag), "message")
        recipients = attachments = 0
        taken = {name.upper() for name in root.streams if name.startswith("__")}
        for name, storage in sorted(root.storages.items()):
            upper = name.upper()
            if upper.startswith(_RECIPIENT):
                recipients += 1
                yield from guarded(_recipient(storage, recipients, bag.page), f"recipient {recipients}")
            elif upper.startswith(_ATTACHMENT):
                attachments += 1
                yield from guarded(_attachment(storage, attachments, bag.page), f"attachment {attachments}")
            elif upper == _NAMED:
                yield from guarded(_names(storage), "names of properties")
            else:
                continue
            taken.add(upper)
        yield from rest_pieces(compound, taken)


def _message(bag: PropertyBag) -> Iterator[UntrustedPiece]:
    for number, when in bag.times.items():
        if when:
            name = Property(number, "", b"").name
            yield UntrustedPart((name,), "time", "" if number in _SEEN_TIMES else "mail-property", when)
    for item in bag.values():
        if item.number in (_RTF, _HTML):
            yield from _other_body(item)
        elif item.text and item.number in _SEEN:
            yield UntrustedPart((item.name,), _SEEN[item.number], "", item.text)
        elif item.text and item.number == _BLIND_COPIES:
            yield UntrustedPart((item.name,), "recipient", "blind-copy", item.text)
        elif item.text and item.number == _HEADERS:
            yield UntrustedPart((item.name,), "header", "mail-header", item.text)
        else:
            yield from _plain(item, ())


def _other_body(item: Property) -> Iterator[UntrustedPiece]:
    extension = "rtf" if item.number == _RTF else "html"
    content = item.raw or item.text.encode("utf-8")
    if not content:
        return
    if item.number == _RTF:
        content = decompressed(content)
    if content.strip():
        yield UntrustedFile((item.name,), "other-version-of-body", content, extension)


def _plain(item: Property, where: tuple[str, ...]) -> Iterator[UntrustedPart]:
    """Any other property. Of bytes (keys, identifiers, times) the runs of text are all that can be read."""
    text = item.text.strip() or text_runs(item.raw)
    if text:
        yield UntrustedPart((*where, item.name), "property", "mail-property", text)


def _recipient(storage: Storage, number: int, page: int) -> Iterator[UntrustedPiece]:
    bag = PropertyBag(storage, page)
    kind = bag.integers.get(_RECIPIENT_TYPE, 1) & 0xF
    hidden = "blind-copy" if kind == _BLIND else ""
    where = (f"recipient {number}",)
    for item in bag.values():
        if item.text:
            yield UntrustedPart((*where, _TYPES.get(kind, "to"), item.name), "recipient", hidden, item.text)
        else:
            yield from _plain(item, where)


def _attachment(storage: Storage, number: int, page: int) -> Iterator[UntrustedPiece]:
    where = (f"attachment {number}",)
    name = extension = ""
    data: bytes | None = None
    for item in PropertyBag(storage, page).values():
        if item.number == _DATA:
            data = item.raw
        elif item.number in _FILE_NAMES and item.text:
            name = name or item.text
            yield UntrustedPart((*where, item.name), "file-name", "attachment", item.text)
        else:
            if item.number == _EXTENSION:
                extension = item.text
            yield from _plain(item, where)
    inner = storage.storage(_INNER)
    if data is not None:
        ending = name.rpartition(".")[2] if "." in name else extension.lstrip(".")
        yield UntrustedFile((*where, base_name(name) or "file"), "attachment", data, ending.lower()[:16])
    if inner is not None:
        content = compound_bytes(tree_of(inner), inner.class_id)
        yield UntrustedFile((*where, "message or object"), "attachment", content)
    if data is None and inner is None and name:
        raise UnreadableError("part-not-read")  # a reference to a file somewhere else


def _names(storage: Storage) -> Iterator[UntrustedPiece]:
    stream = storage.stream(_NAME_TEXTS)
    content = stream.read() if stream is not None else b""
    at = 0
    while at + 4 <= len(content):
        length = int.from_bytes(content[at : at + 4], "little")
        text = content[at + 4 : at + 4 + length].decode("utf-16-le", "replace")
        if text:
            yield UntrustedPart(("names of properties",), "name", "mail-property", text)
        at += 4 + length + -length % 4


PLUGIN = _Msg()
