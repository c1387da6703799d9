"""Writes result files whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from amends.ledger.home import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER
from amends.vocabulary.errors import FaultError


def write_text(target: Path, text: str) -> None:
    """Write ``text`` as UTF-8. Raises `FaultError` ``result-unwritable``; the old file then stands unharmed."""
    write_with(target, lambda partial: partial.write_text(text, encoding="utf-8"))


def write_with(target: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary file beside ``target``, then put it in place in one step."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_FOLDER)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE))
        write(partial)
        partial.replace(target)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise FaultError(
            "result-unwritable",
            f"a result file could not be written: {error.strerror}",
            hint="free space or choose another --out, then run it again; the ledger keeps what was done",
            where=str(target),
        ) from error
