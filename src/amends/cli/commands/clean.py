"""`amends clean`: a safe replacement of a file, or a refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape

from amends.cli.options import JsonOption
from amends.vocabulary.provenance import printable

_WHAT: Final = {
    "values": "the values of {n:,} visible cells",
    "text": "{n:,} lines of visible text",
    "picture": "the pixels of the picture",
    "pages": "a picture of each of {n:,} pages; their text can no longer be searched or read aloud",
}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("clean")(clean_file)


def clean_file(
    file: Annotated[Path, typer.Argument(help="File that holds more than it shows.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="New file; must not exist.")],
    as_json: JsonOption = False,
) -> None:
    """Write a new file with nothing but what the file shows, or say why that cannot be done with certainty."""
    from amends.scan.cleaning.clean import clean

    cleaned = clean(file, output)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "file": file.name,
                    "output": output.name,
                    "how": cleaned.how,
                    "pieces": cleaned.pieces,
                    "left_out": cleaned.left_out,
                    "not_read": cleaned.not_read,
                }
            )
        )
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"[bold]{escape(printable(output.name))}[/bold] holds {_WHAT[cleaned.how].format(n=cleaned.pieces)}."
    )
    for name, count in sorted(cleaned.left_out.items()):
        console.print(f"  left out: {count:,} x {name}")
    if cleaned.not_read:
        console.print(f"  left out: {cleaned.not_read:,} pieces that could not be opened")
    console.print(
        "It was opened again and nothing hidden was found. Read it before it goes out: what it shows may itself be "
        "personal data. Publish it at a new address: the old one may have been copied, and caches keep it."
    )
