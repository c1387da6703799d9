"""A folder as the source of a sweep: every file in it, in the order of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from amends.cli.sweeping.documents import Content, Document, MissedError


@dataclass(slots=True)
class Folder:
    """What lies below a folder. Links are not followed: what they point at is swept where it lies."""

    folder: Path
    most_bytes: int
    _left_out: list[str] = field(default_factory=list)

    def documents(self) -> Iterator[Document]:
        """Yield the files."""
        for place, folders, files in os.walk(self.folder, onerror=self._unreadable):
            folders.sort()
            for name in sorted(files):
                path = Path(place) / name
                if path.is_symlink() or not path.is_file():
                    continue
                status = path.stat()
                yield Document(
                    address=path.relative_to(self.folder).as_posix(),
                    key=f"{status.st_size}-{status.st_mtime_ns}",
                    read=partial(self._content, path),
                )

    def learn(self, address: str, links: list[str]) -> None:
        """Follow no link: the folder says what is in it."""

    def holes(self) -> list[str]:
        """Return what could not be looked into."""
        return self._left_out

    def _unreadable(self, _: OSError) -> None:
        self._left_out.append("A folder cannot be read.")

    def _content(self, path: Path) -> Content:
        try:
            if path.stat().st_size > self.most_bytes:
                raise MissedError("too-large", final=True)
            return Content(path.read_bytes())
        except OSError:
            raise MissedError("file-unreadable", final=False) from None
