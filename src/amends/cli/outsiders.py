"""What an outsider gives to a check: signed checkpoints, and the key that signed them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.ledger.signed_note import PublicKey

CheckpointsOption = Annotated[
    list[Path] | None,
    typer.Option("--checkpoints", help="File of signed checkpoints, kept elsewhere; may be given again."),
]
PublicKeyOption = Annotated[
    Path | None, typer.Option("--public-key", help="Key that signed them, from `amends journal public-key`.")
]


def trusted_keys(public_key: Path | None) -> tuple[PublicKey, ...]:
    """Return the keys in a file. Raises `UsageError` ``public-key-missing`` where none is named."""
    if public_key is None:
        raise UsageError(
            "public-key-missing",
            "checkpoints are given, and nothing says whose signature they must bear",
            hint="give --public-key FILE, had from the organisation and best from a second place too",
            where="--public-key",
        )
    from amends.ledger.checkpoint import read_public_keys

    return read_public_keys(public_key)
