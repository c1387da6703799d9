"""`amends journal`: check and export the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from amends.casework.results.journal_file import verify_file
from amends.cli.options import HomeOption, JsonOption, default_home
from amends.cli.session import open_ledger
from amends.ledger.chain import Head
from amends.vocabulary.errors import UsageError

app = typer.Typer(help="Check and export the record of who did what, when and why.", no_args_is_help=True)


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="An exported journal.jsonl; without it the ledger itself is checked."),
    ] = None,
    head: Annotated[str, typer.Option(help="Head written down elsewhere earlier, as SEQUENCE:DIGEST.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the hash chain; say which entry was changed, removed, reordered or added. Exit 1 where one was."""
    expected = parse_head(head)
    if file is None:
        open_ledger(home or default_home())
        from amends.casework.results.journal_export import verify_ledger

        checked, breaks = verify_ledger(expected)
    else:
        checked, breaks = verify_file(file, expected)
    if as_json:
        listed = [{"sequence": b.sequence, "kind": b.kind, "message": b.message} for b in breaks]
        typer.echo(json.dumps({"entries": checked, "intact": not breaks, "breaks": listed}))
    else:
        for found_break in breaks:
            typer.echo(f"{found_break.kind}: {found_break.message}")
        typer.echo(f"{checked} entries, {'the chain is intact' if not breaks else f'{len(breaks)} broken'}")
    raise typer.Exit(1 if breaks else 0)


@app.command()
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
