"""Results that name people are written for their owner alone, and over nothing."""

from __future__ import annotations

import os
from pathlib import Path

from amends.vocabulary.errors import UsageError


def write_for_owner(path: Path, content: bytes) -> None:
    """Write a new file with mode 0600. Raises `UsageError` ``output-exists`` or ``output-unwritable``."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise UsageError(
            "output-exists",
            "There is a file of that name.",
            hint="Name a new file; nothing is overwritten.",
            where=path.name,
        ) from None
    except OSError:
        raise UsageError(
            "output-unwritable",
            "The file cannot be written there.",
            hint="Name a file in a folder that exists and that this user may write to.",
            where=path.name,
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
