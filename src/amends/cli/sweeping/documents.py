"""What a sweep looks at: a document somewhere, or the reason why it could not be had."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

_SUFFIX: Final = re.compile(r"\.([A-Za-z0-9]{1,8})$")


@dataclass(frozen=True, slots=True)
class Document:
    """One published document."""

    address: str
    """Where it is published: an address of the site, a path in the folder, an address in the archive."""
    key: str
    """What tells this state of it from another; a finished document with the same key is not looked at again."""
    read: Callable[[], Content] = field(repr=False)
    """Gets it; called only where it is not finished yet. Raises `MissedError`."""


@dataclass(frozen=True, slots=True)
class Content:
    """What was got."""

    content: bytes = field(repr=False)
    media_type: str = ""
    links_to: str = ""
    """Where a redirection leads, instead of a content."""


class MissedError(Exception):
    """A document that could not be had. ``gone`` is none of ours to look at; anything else leaves a hole."""

    def __init__(self, code: str, *, final: bool, gone: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final
        """Whether asking again would change nothing."""
        self.gone = gone


class Source(Protocol):
    """Where documents come from."""

    def documents(self) -> Iterator[Document]:
        """Yield the documents; what is found in one may lead to the next."""

    def learn(self, address: str, links: list[str]) -> None:
        """Take the links that stand in a document."""

    def holes(self) -> list[str]:
        """Return what was left out, in words; empty where the sweep was complete."""


def file_name(address: str, media_type: str) -> str:
    """Return a name whose ending says what the document claims to be."""
    suffix = _SUFFIX.search(urlsplit(address).path)
    kind = media_type.partition(";")[0].strip().lower()
    if suffix and kind in ("", "application/octet-stream", "text/plain"):
        return f"document.{suffix[1].lower()}"
    guessed = mimetypes.guess_extension(kind) if kind else None
    return f"document{guessed or (suffix[0].lower() if suffix else '')}"
