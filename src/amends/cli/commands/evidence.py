"""`amends evidence`: the file of an incident or of one person, with proofs; and its check by an outsider."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from amends.cli.options import ActorOption, HomeOption, JsonOption, default_actor, default_home, parse_instant
from amends.cli.outsiders import PublicKeyOption, trusted_keys
from amends.cli.session import open_ledger
from amends.vocabulary.errors import UsageError


class TakeByDefault(TyperGroup):
    """`amends evidence INCIDENT` is `amends evidence take INCIDENT`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the word in where the first argument is no command and no option."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["take", *args]
        return super().parse_args(ctx, args)


evidence = typer.Typer(cls=TakeByDefault, help="Take an evidence file, or check one.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group to the program."""
    app.add_typer(evidence, name="evidence")


@evidence.command()
def take(
    incident: Annotated[str, typer.Argument(help="Reference of the incident.")],
    out: Annotated[Path, typer.Option(help="Folder to write; must be empty or new.")],
    remedy: Annotated[str, typer.Option(help="Of the person to whom this remedy is owed: N-000123.")] = "",
    row: Annotated[int, typer.Option(help="Of the person in this row of the leaked file.", min=0)] = 0,
    table: Annotated[str, typer.Option(help="Table of the row, where there are several.")] = "",
    with_details: Annotated[
        bool, typer.Option("--with-details", help="Write who the person is, too; needs a reason of its own.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; stands in the journal.")] = "",
    now: Annotated[str, typer.Option(help="Instant, for drills.", show_default="the clock")] = "",
    home: HomeOption = None,
    actor: ActorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything that was done, in its order and with proofs, of an incident or for one person.

    The taking itself stands in the journal. A person is named by row or remedy, never by name.
    """
    _check_asked(remedy, row, with_details, reason)
    at = parse_instant(now, option="--now") if now else datetime.now(UTC)
    open_ledger(home or default_home())
    from amends.casework.acts import Act
    from amends.casework.queries.evidence import subject_of_remedy, subject_of_row
    from amends.casework.queries.incidents import find_incident
    from amends.casework.results.evidence_folder import check_folder, write_evidence
    from amends.casework.take_evidence import take_evidence

    found = find_incident(incident)
    check_folder(out)
    subject = (
        subject_of_remedy(found, remedy) if remedy else subject_of_row(found, row, table) if row else None
    )
    act = Act(actor or default_actor(), reason or "evidence asked for on the command line", at)
    taken = take_evidence(incident=found, act=act, subject=subject, with_details=with_details)
    written = write_evidence(taken, out)
    if as_json:
        said = {
            "folder": str(written.folder),
            "files": written.files,
            "entries": written.entries,
            "size": written.size,
        }
        typer.echo(json.dumps(said))
    else:
        typer.echo(f"{written.files} files with {written.entries} entries of the journal: {written.folder}")


@evidence.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder that `amends evidence` wrote.")],
    public_key: PublicKeyOption = None,
    checkpoints: Annotated[
        list[Path] | None, typer.Option("--checkpoints", help="Checkpoints that you were given earlier.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check an evidence file with the public key alone. Exit 1 where something does not hold."""
    from amends.casework.results.evidence_check import check_evidence
    from amends.ledger.checkpoint import read_checkpoints

    keys = trusted_keys(public_key)
    earlier = [signed for file in checkpoints or () for signed in read_checkpoints(file)]
    checked = check_evidence(folder, keys, earlier)
    if as_json:
        said = {
            "files": checked.files,
            "entries": checked.entries,
            "size": checked.size,
            "problems": checked.problems,
        }
        typer.echo(json.dumps(said))
    else:
        for problem in checked.problems:
            typer.echo(f"problem: {problem}")
        verdict = "does not hold" if checked.problems else "holds"
        typer.echo(f"{checked.files} files, {checked.entries} entries of the journal: the evidence {verdict}")
    raise typer.Exit(1 if checked.problems else 0)


def _check_asked(remedy: str, row: int, with_details: bool, reason: str) -> None:
    if remedy and row:
        raise UsageError(
            "evidence-subject-twice", "both --remedy and --row are given", hint="name the person once"
        )
    if with_details and not (remedy or row):
        raise UsageError(
            "evidence-details-of-all",
            "--with-details is given for a whole incident",
            hint="name one person with --row or --remedy; the register is `amends respond --with-register`",
        )
    if with_details and not reason.strip():
        raise UsageError(
            "reason-missing",
            "personal details are asked for without a reason",
            hint="give --reason in a sentence; it stands in the journal",
        )
