"""`amends journal checkpoint, public-key, prove, consistency, verify-proof, verify-timestamp`: what outsiders check."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.options import HomeOption, JsonOption, default_home, parse_instant
from amends.cli.outsiders import CheckpointsOption, PublicKeyOption, trusted_keys
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from amends.casework.results.proof_files import Proof

ToArgument = Annotated[Path, typer.Option("--to", help="File to write.")]


def register(journal: typer.Typer) -> None:
    """Add the commands to the group `amends journal`."""
    journal.command("checkpoint")(checkpoint)
    journal.command("public-key")(public_key)
    journal.command("prove")(prove)
    journal.command("consistency")(consistency)
    journal.command("verify-proof")(verify_proof)
    journal.command("verify-timestamp")(verify_timestamp)


def checkpoint(
    to: Annotated[
        list[Path] | None,
        typer.Option(
            "--to", help="File to append it to as well, best on another machine; may be given again."
        ),
    ] = None,
    mail_to: Annotated[
        list[str] | None,
        typer.Option("--mail-to", help="Address to mail it to, or a file NAME.eml to write."),
    ] = None,
    smtp: Annotated[
        str, typer.Option(help="Mail server, HOST:PORT.", envvar="AMENDS_SMTP", show_default="none")
    ] = "",
    mail_from: Annotated[str, typer.Option(help="Sender of the mail.")] = "amends@localhost",
    timestamp_url: Annotated[
        str,
        typer.Option(help="Time-stamp authority (RFC 3161) to ask; its answer lies beside the checkpoints."),
    ] = "",
    now: Annotated[
        str, typer.Option(help="Instant of the signing, for drills.", show_default="the clock")
    ] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign how long the journal is and what stands in it, outside the database; refused where it does not fit.

    It goes to the ledger's own folder, to every file in AMENDS_CHECKPOINTS, and to every place named here. Where
    one of them cannot be written the others are, and the command says so and ends with an error.
    """
    open_ledger(home or default_home())
    from amends.casework.results.checkpoints import Targets, write_checkpoint
    from amends.ledger import current

    targets = Targets(
        files=(*Targets.configured().files, *(to or ())),
        mails=tuple(mail_to or ()),
        smtp=smtp,
        sender=mail_from,
        timestamp_url=timestamp_url,
    )
    at = parse_instant(now, option="--now") if now else datetime.now(UTC)
    made = write_checkpoint(targets, home=current.home(), now=at)
    anchor = made.signed.checkpoint.anchor
    if as_json:
        said = {
            "size": anchor.size,
            "root": anchor.root.hex(),
            "chain": anchor.chain,
            "already": made.already,
            "written": made.written,
            "failed": [{"code": error.code, "message": str(error)} for error in made.failures],
        }
        typer.echo(json.dumps(said))
    else:
        typer.echo("nothing was added since the last checkpoint" if made.already else "signed")
        typer.echo(str(made.signed.note), nl=False)
        for place in made.written:
            typer.echo(f"written: {place}")
    made.raise_failures()


def public_key(
    to: Annotated[
        Path | None, typer.Option("--to", help="File to write.", show_default="the terminal")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Print the key with which anybody checks this journal's checkpoints. Give it to everyone, by several ways."""
    open_ledger(home or default_home())
    from amends.casework.results.files import write_text
    from amends.ledger import current
    from amends.ledger.checkpoint_key import signing_key

    line = str(signing_key(current.home()).public)
    if to:
        write_text(to, f"{line}\n")
    else:
        typer.echo(line)


def prove(
    entry: Annotated[int, typer.Argument(help="Number of the entry.", min=1)],
    to: ToArgument,
    size: Annotated[
        int, typer.Option(help="Entries that the checkpoint signed.", show_default="newest checkpoint")
    ] = 0,
    home: HomeOption = None,
) -> None:
    """Write one entry with the proof that it stands in the journal that a checkpoint signed; shows no other entry."""
    open_ledger(home or default_home())
    from amends.casework.results.proof_files import prove_entry

    _write(prove_entry(entry, size or _newest_size()), to)


def consistency(
    first: Annotated[int, typer.Argument(help="Entries that the earlier checkpoint signed.", min=1)],
    to: ToArgument,
    size: Annotated[
        int, typer.Option(help="Entries that the later one signed.", show_default="newest checkpoint")
    ] = 0,
    home: HomeOption = None,
) -> None:
    """Write the proof that the journal of a later checkpoint begins with all of an earlier one."""
    open_ledger(home or default_home())
    from amends.casework.results.proof_files import prove_consistency

    _write(prove_consistency(first, size or _newest_size()), to)


def verify_proof(
    file: Annotated[Path, typer.Argument(help="A proof, as `prove` or `consistency` wrote it.")],
    checkpoints: CheckpointsOption = None,
    public_key: PublicKeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a proof with checkpoints and the public key, without a ledger. Exit 1 where it does not hold."""
    from amends.casework.results.proof_files import read_proof
    from amends.ledger.checkpoint import read_checkpoints, trusted_anchors

    proof = read_proof(file)
    keys = trusted_keys(public_key)
    found = tuple(signed for path in checkpoints or () for signed in read_checkpoints(path))
    anchors, forged = trusted_anchors(found, keys)
    breaks = (*forged, *proof.breaks(anchors))
    if as_json:
        listed = [{"sequence": b.sequence, "kind": b.kind, "message": b.message} for b in breaks]
        typer.echo(json.dumps({"holds": not breaks, "breaks": listed}))
    else:
        for found_break in breaks:
            typer.echo(f"{found_break.kind}: {found_break.message}")
        typer.echo("the proof does not hold" if breaks else "the proof holds")
    raise typer.Exit(1 if breaks else 0)


def verify_timestamp(
    stamp: Annotated[Path, typer.Argument(help="The .tsr file.")],
    authority: Annotated[Path, typer.Option(help="Root certificate of the time-stamp authority, PEM.")],
    checkpoints: CheckpointsOption = None,
    public_key: PublicKeyOption = None,
) -> None:
    """Say when the authority saw which checkpoint, without a ledger. Fails where it stamped none of them."""
    from amends.casework.results.timestamping import stamped_at
    from amends.ledger.checkpoint import read_checkpoints

    keys = trusted_keys(public_key)
    signed = [found for path in checkpoints or () for found in read_checkpoints(path) if found.is_of(keys)]
    content = _bytes_of(stamp)
    refused: UsageError | None = None
    for found in signed:
        try:
            at = stamped_at(str(found.note).encode(), content, authority)
        except UsageError as error:
            refused = error
            continue
        typer.echo(f"the checkpoint of {found.checkpoint.anchor.size} entries existed at {at.isoformat()}")
        return
    raise refused or UsageError(
        "checkpoints-missing",
        "no checkpoint is given that the key signed",
        hint="give --checkpoints FILE and its --public-key",
    )


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            "timestamp-invalid", "the time stamp cannot be read", hint="check the path", where=file.name
        ) from error


def _newest_size() -> int:
    from amends.ledger import current
    from amends.ledger.checkpointing import own_checkpoints

    sizes = [signed.checkpoint.anchor.size for signed in own_checkpoints(current.home())]
    if not sizes:
        raise UsageError(
            "checkpoints-missing",
            "nothing has been signed yet, so that no proof could be checked",
            hint="run `amends journal checkpoint` first, or give --size",
        )
    return max(sizes)


def _write(proof: Proof, to: Path) -> None:
    from amends.casework.results.proof_files import write_proof

    write_proof(proof, to)
    typer.echo(f"written: {to}")
