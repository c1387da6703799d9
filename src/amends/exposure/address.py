"""The address of the leaked document, and whether a logged request was for it.

One document is asked for under many spellings: percent-encoded once, twice or thrice by careless
software, in other letter case, with doubled slashes, with dot segments, with a query for tracking.
A search for the address as text misses about a tenth of the true requests. Every spelling is
therefore brought to one canonical form (RFC 3986 section 6.2.2, and beyond it what servers and
clients do in practice), and the canonical forms are compared whole: another month's file, a
``.bak`` beside it, or a longer name is another document.

Where servers differ (letter case, encoded slashes), the tolerant reading is taken. A server that
does not share it has answered with 404, and the status then says that nothing was obtained.
Not tolerated: the ``%uHHHH`` spelling, which no standard knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from amends.vocabulary.errors import UsageError

MOST_ENCODINGS: Final = 3
"""How often a spelling may have been percent-encoded on its way."""

_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_LOG_ESCAPE = re.compile(rb"\\x([0-9A-Fa-f]{2})|\\([\"\\])")
_EXTENSION = re.compile(r"[^.]\.([a-z0-9]{1,5})$")
# Behind these the query says which document is meant; behind .xlsx or .pdf it says nothing.
_PROGRAMS: Final = frozenset(
    {"action", "ashx", "asp", "aspx", "cfm", "cgi", "dll", "do", "exe", "jsp", "jspx", "php", "pl", "py"}
)
# Compatibility characters that Unicode composition would turn into ASCII; no file system does so.
_BECOME_ASCII: Final = frozenset("\u037e\u1fef\u212a")


@dataclass(frozen=True, slots=True)
class LeakedAddress:
    """Where the leaked document was: the path, and the query where the query names the document.

    The host is not compared: most logs do not hold it, and the same document at another host name
    of the same server is the same leak.
    """

    path: str
    """Canonical path without a slash at its end; the empty string is the root."""
    query: tuple[tuple[str, str], ...] = ()
    """Parameters that a request must carry; empty where the path alone names the document."""

    @classmethod
    def of(cls, url: str) -> LeakedAddress:
        """Return the canonical form of an absolute URL or of an absolute path.

        Raises `UsageError` ``url-invalid`` for anything else; the message does not repeat it.
        """
        untrusted = url.strip()
        if not untrusted.startswith("/") and _ABSOLUTE.match(untrusted.encode("utf-8", "replace")) is None:
            raise UsageError(
                "url-invalid",
                "the address of the leaked document is neither a full URL nor an absolute path",
                hint="give it as it stood in the browser, beginning with http:// or https://",
            )
        path, query = _split(untrusted)
        return cls(_canonical_path(path), _parameters(query) if _query_names_document(path) else ())

    @property
    def name(self) -> str:
        """Last segment of the path, canonical: what a fast search looks for. Empty for the root."""
        return self.path.rpartition("/")[2]

    def matches(self, target: str) -> bool:
        """Whether a logged request target is this document, under whatever spelling."""
        path, query = _split(target)
        canonical = _canonical_path(path)
        if self.path not in (canonical, _without_path_parameters(canonical)):
            return False
        return not self.query or not Counter(self.query) - Counter(_parameters(query))


def fold(text: str) -> str:
    """Fold letter case and Unicode composition, keeping ASCII and the rest of Unicode apart.

    No character outside ASCII may fold into ASCII (the Kelvin sign into ``k``): file systems do not
    do so, and a byte-wise search could not follow.
    """
    if text.isascii():
        return text.lower()
    composed = text if _BECOME_ASCII & set(text) else unicodedata.normalize("NFC", text)
    return "".join(_lower(character) for character in composed)


def _lower(character: str) -> str:
    lowered = character.lower()
    keeps_its_kind = len(lowered) == 1 and lowered.isascii() == character.isascii()
    return lowered if keeps_its_kind else character


def _split(target: str) -> tuple[bytes, bytes]:
    """Path and query of a target in origin or absolute form, as raw bytes with the log's escapes undone."""
    raw = target.encode("utf-8", errors="backslashreplace")
    raw = _LOG_ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()) if escape[1] else escape[2], raw)
    if absolute := _ABSOLUTE.match(raw):
        raw = raw[absolute.end() :]
    path, _, query = raw.partition(b"#")[0].partition(b"?")
    return path, query


def _decoded(raw: bytes) -> str:
    """Undo up to three percent-encodings; bytes that are not UTF-8 are read as Latin-1."""
    for _ in range(MOST_ENCODINGS):
        once = unquote_to_bytes(raw)
        if once == raw:
            break
        raw = once
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _canonical_path(raw: bytes) -> str:
    """Decode, fold, and resolve doubled slashes, backslashes and dot segments (RFC 3986 section 5.2.4)."""
    segments: list[str] = []
    for segment in fold(_decoded(raw).replace("\\", "/")).split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    return "".join(f"/{segment}" for segment in segments)


def _without_path_parameters(path: str) -> str:
    """The path without ``;jsessionid=...`` behind its segments (RFC 3986 section 3.3)."""
    return "/".join(segment.partition(";")[0] for segment in path.split("/"))


def _query_names_document(path: bytes) -> bool:
    """Whether the path is that of a program (``download.php``, ``/get``) rather than of a file."""
    extension = _EXTENSION.search(_canonical_path(path))
    return extension is None or extension[1] in _PROGRAMS


def _parameters(query: bytes) -> tuple[tuple[str, str], ...]:
    """Names and values of a query, decoded; ``+`` is a space here (WHATWG URL, urlencoded parsing)."""
    pairs = query.replace(b"&amp;", b"&").split(b"&")
    named = (pair.replace(b"+", b" ").partition(b"=") for pair in pairs if pair)
    return tuple((_decoded(name), _decoded(value)) for name, _, value in named)
