"""Makes the next checkpoint of the journal, and only one that every earlier one agrees with (R54).

The signer remembers, beside its key and outside the database, what it signed last and the frontier of that tree. It
checks what was added since, refuses to sign a journal that does not begin with what it signed before, and
need not read the older part again. An attacker who owns the database alone can make it refuse, and cannot make
it sign another past.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amends.ledger import journal
from amends.ledger.against_checkpoints import Anchor
from amends.ledger.chain import GENESIS, Head
from amends.ledger.checkpoint import Checkpoint, Signed, append_checkpoint, read_checkpoints, sign
from amends.ledger.checkpoint_key import checkpoints_file, signing_key
from amends.ledger.home import OWNER_ONLY_FILE, LedgerHome
from amends.ledger.journal_scan import NOTHING, Begun, Scan, scan
from amends.ledger.merkle import EMPTY_ROOT, Frontier
from amends.vocabulary.errors import FaultError, RefusalError


@dataclass(frozen=True, slots=True)
class NextCheckpoint:
    """The newest checkpoint of a journal."""

    signed: Signed
    already: bool
    """Whether it stood in the ledger's own file before, because nothing was added to the journal since."""


def next_checkpoint(home: LedgerHome, *, now: datetime) -> NextCheckpoint:
    """Sign the journal as it stands, and write that into the ledger's own file of checkpoints.

    Raises `RefusalError` ``journal-does-not-fit`` where the journal is broken or is not the one that was signed
    before; `FaultError` for a missing key, a file that somebody changed, or a disk that cannot be written.
    """
    key, file = signing_key(home), checkpoints_file(home)
    last = _last_signed(home)
    head = journal.head()
    if last and head == Head(last.checkpoint.anchor.size, last.checkpoint.anchor.chain):
        return NextCheckpoint(last, already=True)
    found = _checked(home, head, last)
    root = found.frontier.root() if head.sequence else EMPTY_ROOT
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    signed = sign(Checkpoint(key.public.name, Anchor(head.sequence, root, head.digest), at), key)
    append_checkpoint(signed, file)
    _keep(found.frontier, _frontier_file(home))
    return NextCheckpoint(signed, already=False)


def own_checkpoints(home: LedgerHome) -> tuple[Signed, ...]:
    """Return what this ledger has signed so far.

    Raises `FaultError` ``checkpoint-forged`` where one of them was not signed by its key.
    """
    file = checkpoints_file(home)
    if not file.exists():
        return ()
    found, key = read_checkpoints(file), signing_key(home).public
    for signed in found:
        if not signed.is_of((key,)):
            raise FaultError(
                "checkpoint-forged",
                "the ledger's own file of checkpoints holds one that its key did not sign",
                hint="compare it with the copies that were given away, and ask who could write to that folder",
                where=f"the checkpoint of {signed.checkpoint.anchor.size} entries in {file.name}",
            )
    return found


def _last_signed(home: LedgerHome) -> Signed | None:
    found = own_checkpoints(home)
    return max(found, key=lambda signed: signed.checkpoint.anchor.size) if found else None


def _checked(home: LedgerHome, head: Head, last: Signed | None) -> Scan:
    """Return the journal's tree, of which the part that was signed before is the one that was signed."""
    anchor = last.checkpoint.anchor if last else Anchor(0, EMPTY_ROOT, GENESIS)
    frontier = _kept(_frontier_file(home)) if last else None
    begun = NOTHING
    if frontier and frontier.size == anchor.size and frontier.root() == anchor.root:
        begun = Begun(Head(anchor.size, anchor.chain), frontier)
    found = None
    if head.sequence >= anchor.size:
        found = scan(head, heads_at={anchor.size}, roots_at={anchor.size, head.sequence} - {0}, after=begun)
    if found is None or (anchor.size and found.roots.get(anchor.size) != anchor.root):
        raise RefusalError(
            "journal-does-not-fit",
            f"the journal is broken, or is not the one of which {anchor.size} entries were signed before",
            hint="run `amends journal verify`; nothing was signed, and nothing may be until this is explained",
        )
    return found


def _frontier_file(home: LedgerHome) -> Path:
    return checkpoints_file(home).with_name("frontier.json")


def _keep(frontier: Frontier, file: Path) -> None:
    """Put the frontier away; where that fails the next checkpoint reads the whole journal, and nothing is lost."""
    content = {"size": frontier.size, "roots": [root.hex() for root in frontier.roots]}
    draft = file.with_name(f".{file.name}.partial")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY_FILE), "w") as stream:
            json.dump(content, stream)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)


def _kept(file: Path) -> Frontier | None:
    """Return the frontier that was put away, if one can be read; whether it is the right one its root shows."""
    try:
        content = json.loads(file.read_bytes())
        return Frontier(int(content["size"]), [bytes.fromhex(root) for root in content["roots"]])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
