"""Reads one message: every header, every version of its text, every attachment (RFC 5322, RFC 2045 to 2049).

Real messages break the rules of MIME; what the parser of the standard library makes of them is taken, and what it
could not place (before, between and after the parts) is a piece as well.
"""

from __future__ import annotations

import email.generator
import email.iterators
import email.parser
import email.policy
import email.quoprimime
import quopri
import re
from collections.abc import Iterator
from email.base64mime import decode as decode_base64
from email.header import decode_header
from email.message import Message
from typing import Final

from amends.scan.formats._text import decode, part
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread

# Imported by the library when it decodes, when no module can be loaded any more.
_LOADED: Final = (email.generator, email.iterators, email.policy, email.quoprimime, quopri, decode_base64)

_SHOWN: Final = frozenset({"from", "to", "cc", "subject", "date", "reply-to", "sender", "newsgroups"})
_BLIND: Final = frozenset({"bcc", "resent-bcc", "x-bcc", "apparently-to"})
_DEEPEST: Final = 50
_BLANKS: Final = re.compile(r"\r?\n[ \t]+")
_EXTENSIONS: Final = {
    "plain": "txt",
    "html": "html",
    "calendar": "ics",
    "x-vcard": "vcf",
    "vcard": "vcf",
    "rtf": "rtf",
}

Where = tuple[str, ...]


def message_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece of a message. Raises `UnreadableError`."""
    message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(content)
    yield from _message(message, (), "", 0)


def _message(message: Message, where: Where, hidden: str, depth: int) -> Iterator[UntrustedPiece]:
    if depth > _DEEPEST:
        raise UnreadableError("too-deep")
    for name, value in message.items():
        key = name.lower()
        why = "blind-copy" if key in _BLIND else "" if key in _SHOWN else "mail-header"
        yield from part((*where, f"header {name}"), "header", why or hidden, header_text(value))
    yield from _body(message, where, hidden, depth)


def _body(message: Message, where: Where, hidden: str, depth: int) -> Iterator[UntrustedPiece]:
    kind = message.get_content_type()
    payload = message.get_payload()
    for name, text in (("before the parts", message.preamble), ("after the parts", message.epilogue)):
        yield from part((*where, name), "text-run", "unshown-text", (text or "").strip())
    if kind == "message/rfc822" and isinstance(payload, list):
        for number, inner in enumerate(payload, 1):
            if isinstance(inner, Message):
                yield from _message(inner, (*where, f"message {number}"), hidden or "attachment", depth + 1)
    elif isinstance(payload, list):
        last = len(payload)
        for number, inner in enumerate(payload, 1):
            if not isinstance(inner, Message):
                continue
            why = "other-version-of-body" if kind == "multipart/alternative" and number < last else ""
            yield from _part(inner, (*where, f"part {number}"), why or hidden, depth + 1)
    else:
        yield from _leaf(message, where, hidden)


def _part(message: Message, where: Where, hidden: str, depth: int) -> Iterator[UntrustedPiece]:
    if depth > _DEEPEST:
        raise UnreadableError("too-deep")
    for name, value in message.items():
        key = name.lower()
        if key not in {"content-transfer-encoding", "content-disposition"}:
            yield from part((*where, f"header {name}"), "header", "mail-header", header_text(value))
    yield from _body(message, where, hidden, depth)


def _leaf(message: Message, where: Where, hidden: str) -> Iterator[UntrustedPiece]:
    content = _content(message)
    name = _file_name(message)
    attached = message.get_content_disposition() == "attachment" or bool(name)
    why = hidden or ("attachment" if attached else "")
    yield from part((*where, "file name"), "file-name", why, name)
    if not content.strip():
        return
    main, sub = message.get_content_maintype(), message.get_content_subtype()
    if main == "text" and sub == "plain" and not attached:
        text = _decoded(content, message)
        for number, paragraph in enumerate(re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")), 1):
            yield from part((*where, f"paragraph {number}"), "paragraph", why, paragraph.strip("\n"))
        if damaged := text.count("\ufffd"):
            yield UntrustedUnread(" ! ".join(where), "text-damaged", damaged)
        return
    if main == "text" and (charset := _charset(message)):
        content = _decoded_as(content, charset).encode("utf-8", "replace")
    extension = name.rpartition(".")[2].lower() if "." in name else _EXTENSIONS.get(sub, "")
    yield UntrustedFile((*where, name) if name else (*where, "content"), why, content, extension)


def _content(message: Message) -> bytes:
    try:
        payload = message.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = message.get_payload()
    return raw.encode("utf-8", "replace") if isinstance(raw, str) else b""


def _file_name(message: Message) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = message.get_param(parameter, None, header)
        except (ValueError, TypeError, LookupError):
            continue
        if isinstance(value, tuple):  # RFC 2231: encoding, language, text
            raw = value[2].encode("latin-1", "replace")
            return _decoded_as(raw, value[0] or "utf-8").strip()
        if value:
            return header_text(str(value)).strip()
    return ""


def _charset(message: Message) -> str:
    charset = message.get_param("charset")
    return charset if isinstance(charset, str) else ""


def _decoded(content: bytes, message: Message) -> str:
    charset = _charset(message)
    if not charset or charset.lower() in {"us-ascii", "ascii", "utf-8", "utf8"}:
        return decode(content)
    return _decoded_as(content, charset)


def _decoded_as(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError, OSError):  # unknown, or not loaded
        return decode(content)


def header_text(value: object) -> str:
    """Return a header as a reader sees it: unfolded, encoded words decoded (RFC 2047)."""
    raw = _BLANKS.sub(" ", str(value))
    raw = raw.encode("ascii", "surrogateescape").decode("utf-8", "replace") if _has_bytes(raw) else raw
    try:
        pieces = decode_header(raw)
    except Exception:  # noqa: BLE001 - email.errors.HeaderParseError and what broken base64 raises
        return raw
    texts = [
        _decoded_as(piece, charset or "utf-8") if isinstance(piece, bytes) else piece
        for piece, charset in pieces
    ]
    return "".join(texts)


def _has_bytes(text: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in text) and all(
        letter < "\x80" or "\udc80" <= letter <= "\udcff" for letter in text
    )
