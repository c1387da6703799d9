"""`amends journal`: check and export the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.options import HomeOption, JsonOption, default_home
from amends.cli.session import do_without_ledger, open_ledger
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
    if file is None:
        open_ledger(home or default_home())
    else:
        do_without_ledger()
    from amends.casework.results.journal_export import read_journal, verify_ledger
    from amends.ledger import journal

    expected = _parse_head(head)
    if file is None:
        checked, breaks = verify_ledger(expected)
    else:
        entries, stored = read_journal(file)
        checked = len(entries)
        found = journal.verify(entries, expected_head=stored, head_is_end=True)
        breaks = found + (journal.verify(entries, expected_head=expected) if expected else ())
    breaks = tuple(dict.fromkeys(breaks))
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


def _parse_head(text: str):  # type: ignore[no-untyped-def]
    from amends.ledger.journal import Head

    if not text:
        return None
    sequence, _, digest = text.partition(":")
    if not sequence.isdecimal() or len(digest) != 64:  # noqa: PLR2004
        raise UsageError(
            "head-invalid",
            "--head is not SEQUENCE:DIGEST",
            hint="copy it from the last line of a journal.jsonl",
        )
    return Head(int(sequence), digest)
