"""`amends hold check`: ask the gate by hand, or from a script."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from amends.cli.options import JsonOption
from amends.gate_client import Answer, GateClient
from amends.vocabulary.errors import UsageError

_EXIT_HELD = 1


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    group = typer.Typer(help="Ask the hold gate before an adverse action.", no_args_is_help=True)
    group.callback()(_about)
    group.command("check")(check)
    app.add_typer(group, name="hold")


def _about() -> None:
    """Ask the hold gate before an adverse action."""


def check(
    action: Annotated[str, typer.Argument(help="The adverse action, as holds name it, e.g. removal.")],
    file: Annotated[
        Path | None,
        typer.Option("--file", help="One identifier a line.", show_default="standard input"),
    ] = None,
    url: Annotated[
        str, typer.Option(envvar="AMENDS_GATE_URL", help="Address of the gate.")
    ] = "http://127.0.0.1:8100",
    key_file: Annotated[
        Path | None,
        typer.Option(help="File that holds the API key.", show_default="the variable AMENDS_GATE_KEY"),
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the gate.", min=0.05)] = 1.0,
    as_json: JsonOption = False,
) -> None:
    """Say hold or clear for each identifier. Exit 0 if every one is clear, 1 if any is held or there is any doubt.

    Identifiers are read from a file or standard input and never from the command line, which every user of the
    machine can see.
    """
    identifiers = [line.strip() for line in _text(file).splitlines() if line.strip()]
    if not identifiers:
        raise UsageError(
            "identifier-missing",
            "no identifier was given",
            hint="write one a line, to standard input or --file",
        )
    try:
        client = GateClient(url, _key(key_file), clock=lambda: datetime.now(UTC), timeout=timeout)
    except ValueError:
        raise UsageError(
            "gate-address-invalid",
            "the gate's address is none",
            hint="begin it with https://, or with http:// for this machine alone",
            where="--url",
        ) from None
    answers = (
        [client.check(identifiers[0], action)]
        if len(identifiers) == 1
        else client.check_list(identifiers, action)
    )
    _show(answers, as_json=as_json)
    now = datetime.now(UTC)
    raise typer.Exit(0 if all(answer.permits(now) for answer in answers) else _EXIT_HELD)


def _text(file: Path | None) -> str:
    try:
        return sys.stdin.read() if file is None else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "identifiers-unreadable",
            "the identifiers cannot be read as text",
            hint="give a UTF-8 text file with one identifier a line",
        ) from None


def _key(file: Path | None) -> str:
    try:
        key = os.environ.get("AMENDS_GATE_KEY", "") if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        key = ""
    if not key.strip():
        raise UsageError(
            "gate-key-missing",
            "there is no API key to ask with",
            hint="name a file with --key-file, or set AMENDS_GATE_KEY; never write it on a command line",
        )
    return key.strip()


def _show(answers: list[Answer], *, as_json: bool) -> None:
    if as_json:
        lines = [
            {
                "answer": answer.answer,
                "reason": answer.reason,
                "hold": answer.hold,
                "answer_id": answer.answer_id,
                "authorises": answer.authorises,
                "expires_at": answer.expires_at.isoformat() if answer.expires_at else None,
            }
            for answer in answers
        ]
        typer.echo(json.dumps(lines))
        return
    for number, answer in enumerate(answers, start=1):
        place = f"line {number}: " if len(answers) > 1 else ""
        hold = f" {answer.hold}" if answer.hold else ""
        useless = (
            "" if answer.authorises or answer.answer != "clear" else " (authorises nothing: no live key)"
        )
        typer.echo(f"{place}{answer.answer} ({answer.reason}){hold}{useless}")
