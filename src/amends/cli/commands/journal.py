"""`amends journal`: check and export the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.casework.results.journal_file import verify_file
from amends.cli.commands import checkpoints as checkpoint_commands
from amends.cli.options import HomeOption, JsonOption, default_home
from amends.cli.outsiders import CheckpointsOption, PublicKeyOption, trusted_keys
from amends.cli.session import open_ledger
from amends.ledger.chain import Break, Head
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.ledger.against_checkpoints import Anchor
    from amends.ledger.checkpoint import Signed


def register(app: typer.Typer) -> None:
    """Add the group to the program."""
    group = typer.Typer(
        help="Check and export the record of who did what, when and why.", no_args_is_help=True
    )
    group.command("verify")(verify)
    group.command("export")(export)
    checkpoint_commands.register(group)
    app.add_typer(group, name="journal")


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="An exported journal.jsonl; without it the ledger itself is checked."),
    ] = None,
    head: Annotated[str, typer.Option(help="Head written down elsewhere earlier, as SEQUENCE:DIGEST.")] = "",
    checkpoints: CheckpointsOption = None,
    public_key: PublicKeyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the hash chain, and against checkpoints; say which entry was changed, removed, reordered or added.

    Exit 1 where one was. With a file, its checkpoints and the public key nothing else is needed. A ledger is
    always checked against what it has signed itself, too.
    """
    expected = parse_head(head)
    if file is None:
        open_ledger(home or default_home())
        checked, breaks, anchored = _verify_ledger(expected, checkpoints or (), public_key)
    else:
        anchors, forged, anchored = _given(checkpoints or (), public_key)
        checked, found = verify_file(file, expected, anchors)
        breaks = (*forged, *found)
    _say(checked, breaks, anchored, as_json)


def _given(
    files: Sequence[Path], public_key: Path | None
) -> tuple[tuple[Anchor, ...], tuple[Break, ...], int]:
    """Return what the checkpoints of an outsider say, which of them are forged, and the largest size signed."""
    if not files:
        if public_key:
            raise UsageError(
                "checkpoints-missing",
                "a key is given, and no checkpoints that it could have signed",
                hint="give --checkpoints FILE too",
                where="--public-key",
            )
        return (), (), 0
    from amends.ledger.checkpoint import read_checkpoints, trusted_anchors

    found = tuple(signed for file in files for signed in read_checkpoints(file))
    anchors, forged = trusted_anchors(found, trusted_keys(public_key))
    return anchors, forged, max((anchor.size for anchor in anchors), default=0)


def _verify_ledger(
    expected: Head | None, files: Sequence[Path], public_key: Path | None
) -> tuple[int, tuple[Break, ...], int]:
    from amends.casework.results.journal_export import verify_ledger
    from amends.ledger import current
    from amends.ledger.checkpoint import read_checkpoints, trusted_anchors
    from amends.ledger.checkpoint_key import checkpoints_file, signing_key

    own = checkpoints_file(current.home())
    found: list[Signed] = [*read_checkpoints(own)] if own.exists() else []
    keys = [signing_key(current.home()).public] if found or files else []
    if public_key:
        keys += trusted_keys(public_key)
    found += [signed for file in files for signed in read_checkpoints(file)]
    anchors, forged = trusted_anchors(found, keys)
    checked, breaks = verify_ledger(expected, anchors)
    return checked, (*forged, *breaks), max((anchor.size for anchor in anchors), default=0)


def _say(checked: int, breaks: tuple[Break, ...], anchored: int, as_json: bool) -> None:
    if as_json:
        listed = [{"sequence": b.sequence, "kind": b.kind, "message": b.message} for b in breaks]
        said = {"entries": checked, "signed": anchored, "intact": not breaks, "breaks": listed}
        typer.echo(json.dumps(said))
    else:
        for found_break in breaks:
            typer.echo(f"{found_break.kind}: {found_break.message}")
        typer.echo(f"{checked} entries, {'the chain is intact' if not breaks else f'{len(breaks)} broken'}")
        if not breaks and anchored:
            typer.echo(f"the first {anchored} are those that were signed")
        if not breaks and anchored < checked:
            typer.echo(
                f"{checked - anchored} entries stand in no checkpoint: the chain alone speaks for them"
            )
    raise typer.Exit(1 if breaks else 0)


def export(
    to: Annotated[Path, typer.Argument(help="File to write.")],
    home: HomeOption = None,
) -> None:
    """Write the whole journal with its head, so that an outsider can check it without the ledger."""
    open_ledger(home or default_home())
    from amends.casework.results.journal_export import write_journal

    head = write_journal(to)
    typer.echo(f"{head.sequence} entries, head {head.sequence}:{head.digest}")


def parse_head(text: str) -> Head | None:
    """Return a head written as SEQUENCE:DIGEST, or None for no text. Raises `UsageError` ``head-invalid``."""
    if not text:
        return None
    sequence, _, digest = text.partition(":")
    if not sequence.isdecimal() or len(digest) != 64:
        raise UsageError(
            "head-invalid",
            "--head is not SEQUENCE:DIGEST",
            hint="copy it from the last line of a journal.jsonl",
        )
    return Head(int(sequence), digest)
