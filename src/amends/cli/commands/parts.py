"""`amends parts`: everything that is in a file, where it is, and why nobody sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from amends.cli.options import JsonOption
from amends.scan.hidden.kinds import hidden_kinds
from amends.scan.opening import read_parts
from amends.scan.parts import Part, Recognised, Summary
from amends.scan.recognition.recognising import HOW
from amends.scan.recognition.tesseract import DEFAULT_LANGUAGES, find_tesseract
from amends.vocabulary.outcomes import Skipped
from amends.vocabulary.provenance import printable

EXIT_INCOMPLETE: Final = 3
_SHOWN_CHARACTERS: Final = 200


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("parts")(list_parts)


def list_parts(
    files: Annotated[list[Path], typer.Argument(help="Files to be opened to every corner.")],
    hidden_only: Annotated[
        bool, typer.Option("--hidden-only", help="Leave out what whoever looks at the file sees.")
    ] = False,
    summary_only: Annotated[
        bool, typer.Option("--summary-only", help="Count the parts and do not list them.")
    ] = False,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Recognise the characters in pictures, with Tesseract; it errs.")
    ] = False,
    ocr_languages: Annotated[
        str, typer.Option(metavar="LANG+LANG", help="Languages of --ocr, by Tesseract's names.")
    ] = DEFAULT_LANGUAGES,
    as_json: JsonOption = False,
) -> None:
    """List every part of the files: its text, where it is, and why it is hidden. Ends with 3 if any was not opened.

    The texts are those of the file: the output is as confidential as the file is.
    """
    complete = True
    recogniser = find_tesseract(ocr_languages) if ocr else None
    console = Console(highlight=False, soft_wrap=True)
    for file in files:
        summary = Summary()
        for piece in read_parts(file, summary, recogniser=recogniser):
            wanted = isinstance(piece, Skipped) or piece.hidden or not hidden_only
            if summary_only or not wanted:
                continue
            if as_json:
                typer.echo(json.dumps(_as_data(file, piece), ensure_ascii=False))
            else:
                console.print(_as_line(piece))
        complete = complete and summary.complete
        if as_json:
            typer.echo(json.dumps(_summary_as_data(file, summary), ensure_ascii=False))
        else:
            _show_summary(console, file, summary)
    raise typer.Exit(0 if complete else EXIT_INCOMPLETE)


def _as_data(file: Path, piece: Part | Skipped) -> dict[str, Any]:
    place = {"file": file.name, "provenance": str(piece.provenance)}
    if isinstance(piece, Skipped):
        return {"record": "skipped", **place, "code": piece.code, "reason": piece.reason}
    reason = hidden_kinds()[piece.hidden].reason if piece.hidden else ""
    data = {
        "record": "part", **place, "kind": piece.kind, "hidden": piece.hidden, "reason": reason, "text": piece.text,
    }  # fmt: skip
    return data if piece.confidence is None else {**data, "confidence": piece.confidence, "how": HOW}


def _as_line(piece: Part | Skipped) -> str:
    if isinstance(piece, Skipped):
        return f"[red]not opened[/red]  {escape(str(piece.provenance))}: {escape(piece.reason)}"
    text = " ".join(piece.text.split())
    if len(text) > _SHOWN_CHARACTERS:
        text = text[:_SHOWN_CHARACTERS] + " ..."
    mark = f"[yellow]hidden: {piece.hidden}[/yellow]" if piece.hidden else "visible"
    sure = "" if piece.confidence is None else f", confidence {piece.confidence} %"
    return f"{mark}  {escape(str(piece.provenance))}  ({piece.kind}{sure})  {escape(text)}"


def _summary_as_data(file: Path, summary: Summary) -> dict[str, Any]:
    return {
        "record": "summary",
        "file": file.name,
        "complete": summary.complete,
        "confined": summary.confined,
        "formats": [
            {"provenance": str(found.provenance), "format": found.format, "wrong_extension": found.claimed}
            for found in summary.formats
        ],
        "tables": [
            {
                "provenance": str(table.provenance),
                "hidden": table.hidden,
                "rows": table.rows,
                "hidden_rows": table.hidden_rows,
            }
            for table in summary.tables
        ],
        "parts": dict(summary.parts),
        "hidden": dict(summary.hidden),
        "recognised": [
            {"provenance": str(found.provenance), "confidence": found.confidence, "how": HOW}
            for found in summary.recognised
        ],
        "skipped": len(summary.skipped),
    }


def _show_summary(console: Console, file: Path, summary: Summary) -> None:
    opened = summary.formats[0].format if summary.formats else "unknown"
    state = (
        "complete"
        if summary.complete
        else f"[red]incomplete[/red], {len(summary.skipped):,} pieces not opened"
    )
    console.print(
        f"\n[bold]{escape(printable(file.name))}[/bold]: format {opened}, {summary.parts.total():,} parts, {state}"
    )
    for line in _remarks(summary):
        console.print(line)
    if summary.hidden:
        table = Table("hidden", "parts", "what it is", "what to do")
        for name, count in summary.hidden.most_common():
            kind = hidden_kinds()[name]
            table.add_row(name, f"{count:,}", kind.reason, kind.remedy)
        console.print(table)


def _remarks(summary: Summary) -> Iterator[str]:
    for found in summary.formats:
        if found.claimed:
            yield f"[yellow]wrong name[/yellow]: {escape(str(found.provenance))} is {found.format}, not {found.claimed}"
    for picture in summary.recognised:
        yield f"[yellow]{HOW}[/yellow]: {escape(str(picture.provenance))}, {_how_sure(picture)}"
    for table in summary.tables:
        hidden = f", {table.hidden_rows:,} of them hidden" if table.hidden_rows else ""
        whole = f" ({table.hidden})" if table.hidden else ""
        yield f"table {escape(str(table.provenance))}{whole}: {table.rows:,} rows{hidden}"
    if summary.confined == "limits":
        yield "this system does not filter system calls: the reader was confined by its limits alone"


def _how_sure(picture: Recognised) -> str:
    if not picture.paragraphs:
        return "no character was found"
    return f"{picture.paragraphs:,} paragraphs, the least sure {picture.confidence} %"
