"""The key that signs checkpoints: beside the ledger's key file, outside the database, for its owner alone.

Made once. Where it is lost it is never made anew in silence: everything signed before would look forged,
and a new key is what somebody would make who wants to sign another past.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from amends.ledger.home import LedgerHome
from amends.ledger.signed_note import SigningKey
from amends.vocabulary.errors import FaultError

_SECRET_BYTES: Final = 32


def checkpoint_key_file(home: LedgerHome) -> Path:
    """Return where the signing key lies."""
    return home.key_file.with_name("checkpoint.key")


def checkpoints_file(home: LedgerHome) -> Path:
    """Return the ledger's own file of checkpoints."""
    return home.folder / "checkpoints" / "journal.checkpoints"


def signing_key(home: LedgerHome) -> SigningKey:
    """Return the key, made now where nothing has been signed yet.

    Raises `FaultError` ``checkpoint-key-missing``, ``checkpoint-key-exposed`` or ``checkpoint-key-damaged``.
    """
    file = checkpoint_key_file(home)
    if not file.exists():
        if checkpoints_file(home).exists():
            raise FaultError(
                "checkpoint-key-missing",
                "checkpoints were signed, and the key that signed them is gone",
                hint="put checkpoint.key back from its safe copy; if it is lost, say so to everyone who holds the "
                "public key, move the old checkpoints aside, and begin anew",
                where=str(file),
            )
        _write_new(file)
    return _read(file)


def _write_new(file: Path) -> None:
    secret = secrets.token_bytes(_SECRET_BYTES)
    public = SigningKey("unnamed", secret).public.key
    # The name is made of the key: two journals never have one name, and it tells nothing about the organisation.
    name = f"amends-journal-{hashlib.sha256(public).hexdigest()[:16]}"
    content = {"name": name, "secret": base64.b64encode(secret).decode()}
    descriptor, draft = tempfile.mkstemp(prefix=".checkpoint-key-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream)
            stream.flush()
            os.fsync(stream.fileno())
        # As with the ledger's key: of two that begin at once, one has the name.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink(missing_ok=True)


def _read(file: Path) -> SigningKey:
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        raise FaultError(
            "checkpoint-key-exposed",
            f"the key that signs checkpoints can be read by others (mode {mode:04o})",
            hint="run chmod 600 on it, and ask who could have signed with it",
            where=str(file),
        )
    try:
        content = json.loads(file.read_bytes())
        return SigningKey(content["name"], base64.b64decode(content["secret"], validate=True))
    except (ValueError, KeyError, TypeError) as error:
        raise FaultError(
            "checkpoint-key-damaged",
            "the file does not hold the key that signs checkpoints",
            hint="restore checkpoint.key from its safe copy",
            where=str(file),
        ) from error
