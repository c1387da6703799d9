"""A private file that nobody else can open, and that is gone when its process is, however that ends.

What comes in over a connection has to lie in a file to be screened. This one has no name in any folder
(open(2), ``O_TMPFILE``): a kill or a power cut leaves nothing behind. What is left is at most an empty folder with a
link to a descriptor that no longer exists.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_OWNER_ONLY: Final = 0o600


@contextmanager
def nameless_file(name: str) -> Iterator[tuple[BinaryIO, Path]]:
    """Yield a stream to write into, and a path under which this process can open what was written.

    ``name`` is a plain name; its ending says what the file is. Raises ``OSError`` where nothing can be written.
    """
    with (
        tempfile.TemporaryDirectory(prefix="amends-door-", ignore_cleanup_errors=True) as folder,
        _nameless(Path(folder)) as stream,
    ):
        link = Path(folder) / name
        link.symlink_to(f"/proc/{os.getpid()}/fd/{stream.fileno()}")
        yield stream, link


def _nameless(folder: Path) -> BinaryIO:
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, _OWNER_ONLY)
    except OSError:
        # A file system that knows no nameless files: it has a name for an instant, and nothing in it yet.
        descriptor, name = tempfile.mkstemp(dir=folder)
        Path(name).unlink()
    return os.fdopen(descriptor, "w+b")
