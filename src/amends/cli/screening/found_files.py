"""The files that somebody means by paths: files, folders with everything in them, and patterns with ``*``.

Names are yielded as they are found, sorted within each folder, so that a folder of a million files needs no list.
What cannot be looked into is yielded as well: a folder that nobody may read is not an empty one.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file to be screened, or one place that could not be looked into."""

    path: Path
    shown: str
    """As it was given or found, with ``/``."""
    unreadable: bool = False
    """A folder that cannot be listed."""


def found_files(paths: Sequence[Path]) -> Iterator[FoundFile]:
    """Yield every file that the paths mean, each once for each time that it is meant.

    Raises `UsageError` ``file-missing`` for a path that means nothing, and ``nothing-to-screen`` where there is not one
    file: an empty folder is more likely a mistake than a clean release.
    """
    meant = [found for path in paths for found in _meant(path)]
    any_file = False
    for path in meant:
        for file in _below(path, frozenset()) if path.is_dir() else (_file(path),):
            any_file = True
            yield file
    if not any_file:
        raise UsageError(
            "nothing-to-screen",
            "there is no file in these places",
            hint="give the files, the folders or the patterns of what is about to be published",
        )


def _meant(path: Path) -> list[Path]:
    """Return the path itself where it exists, else what it means as a pattern."""
    if os.path.lexists(path):
        return [path]
    found = sorted(_matching(str(path))) if glob.has_magic(str(path)) else []
    if not found:
        raise UsageError(
            "file-missing",
            "There is no such file.",
            hint="Give the path of a file that exists and that this user may read.",
            where=path.name or str(path),
        )
    # With `**` a pattern means the folders on the way as well, whose files it means anyhow.
    return [name for name in found if not name.is_dir()] or found


def _matching(pattern: str) -> list[Path]:
    # `Path.glob` takes no absolute pattern and leaves out nothing that begins with a point, as a shell would.
    return [Path(name) for name in glob.glob(pattern, recursive=True, include_hidden=True)]  # noqa: PTH207


def _below(folder: Path, above: frozenset[tuple[int, int]]) -> Iterator[FoundFile]:
    try:
        state = folder.stat()
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        yield FoundFile(folder, folder.as_posix(), unreadable=True)
        return
    here = (state.st_dev, state.st_ino)
    if here in above:
        # A link to a folder around it: its files are found where they are.
        return
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from _below(path, above | {here})
        else:
            yield _file(path)


def _file(path: Path) -> FoundFile:
    return FoundFile(path, path.as_posix())
