"""Writes checkpoints of the journal to where the database's owner cannot rewrite them (R54)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from amends.casework.results.checkpoint_mail import checkpoint_mail, send_mail
from amends.casework.results.files import write_text, write_with
from amends.ledger.checkpoint import Signed, append_checkpoint
from amends.ledger.checkpoint_key import checkpoints_file, signing_key
from amends.ledger.checkpointing import next_checkpoint
from amends.ledger.home import LedgerHome
from amends.ledger.signed_note import PublicKey
from amends.vocabulary.errors import AmendsError, FaultError

CONFIGURED: Final = "AMENDS_CHECKPOINTS"
"""Environment variable: files to which every checkpoint goes too, as PATH lists folders."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a checkpoint goes besides the ledger's own file."""

    files: tuple[Path, ...] = ()
    mails: tuple[str, ...] = ()
    """Addresses, or files that end in ``.eml``."""
    smtp: str = ""
    """HOST:PORT."""
    sender: str = "amends@localhost"
    timestamp_url: str = ""

    @classmethod
    def configured(cls) -> Targets:
        """Return the files that the environment names."""
        named = os.environ.get(CONFIGURED, "").split(os.pathsep)
        return cls(files=tuple(Path(name) for name in named if name))


@dataclass(frozen=True, slots=True)
class WrittenCheckpoint:
    """One checkpoint, where it went, and where it could not go."""

    signed: Signed
    already: bool
    written: tuple[str, ...]
    failures: tuple[AmendsError, ...]

    def raise_failures(self) -> None:
        """Raise `FaultError` ``checkpoint-not-everywhere`` where it could not be written to some place."""
        if self.failures:
            raise FaultError(
                "checkpoint-not-everywhere",
                "the checkpoint was signed, and could not be written to every place: "
                + "; ".join(str(failure) for failure in self.failures),
                hint=self.failures[0].hint,
            )


def write_checkpoint(targets: Targets, *, home: LedgerHome, now: datetime) -> WrittenCheckpoint:
    """Sign the journal as it stands and write the checkpoint to every place, each tried whatever became of the others.

    Raises as `next_checkpoint` does; what could not be written elsewhere stands in the result.
    """
    made = next_checkpoint(home, now=now)
    public, own = signing_key(home).public, checkpoints_file(home)
    written, failures = [str(own)], []
    steps: list[tuple[str, Callable[[], object]]] = [
        (str(file), partial(append_checkpoint, made.signed, file)) for file in targets.files
    ]
    steps += [(to, partial(_mail, made.signed, public, to, targets, now)) for to in targets.mails]
    if targets.timestamp_url:
        stamped = (own, *targets.files)
        steps.append(("time stamp", partial(_stamp, made.signed, stamped, targets.timestamp_url)))
    for place, step in steps:
        try:
            step()
            written.append(place)
        except AmendsError as error:
            failures.append(error)
    return WrittenCheckpoint(made.signed, made.already, tuple(written), tuple(failures))


def timestamp_file(checkpoints: Path, size: int) -> Path:
    """Return where the time stamp of the checkpoint of ``size`` entries lies: beside the file of checkpoints."""
    return checkpoints.with_name(f"{checkpoints.name}.{size}.tsr")


def _mail(signed: Signed, public: PublicKey, to: str, targets: Targets, now: datetime) -> None:
    is_file = to.endswith(".eml")
    address = "undisclosed-recipients:;" if is_file else to
    message = checkpoint_mail(signed, public, sender=targets.sender, to=address, now=now)
    if is_file:
        write_text(Path(to), message.as_string())
    else:
        send_mail(message, targets.smtp)


def _stamp(signed: Signed, files: tuple[Path, ...], url: str) -> None:
    from amends.casework.results.timestamping import request_timestamp

    targets = [timestamp_file(file, signed.checkpoint.anchor.size) for file in files]
    missing = [target for target in targets if not target.exists()]
    if not missing:
        # The oldest stamp says the most; a later one would take its place.
        return
    response = request_timestamp(str(signed.note).encode(), url)
    for target in missing:
        write_with(target, lambda draft: draft.write_bytes(response))
