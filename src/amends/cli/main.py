"""The program `amends`: finds its commands, and turns every error into a message and an exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from amends import __version__
from amends.cli.lazy_commands import ProgramGroup
from amends.vocabulary.errors import AmendsError, FaultError, IncompleteError, UsageError
from amends.vocabulary.provenance import printable

EXIT_USAGE: Final = 2
EXIT_INCOMPLETE: Final = 3
EXIT_FAULT: Final = 4
OTHERS_MAY_NOTHING: Final = 0o077
_EXTRA_OF: Final = {"faker": "drill", "xlsxwriter": "drill", "psycopg": "postgresql"}
_MANY_VALUES: Final = frozenset({"--logs", "--own-network", "--monitor-agent"})

app = typer.Typer(
    name="amends",
    cls=ProgramGroup,
    help="From an accidental leak of personal data to full remedy: stop, find, protect, tell, repair, call back.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"amends {__version__}")
        raise typer.Exit


@app.callback()
def _about(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """From an accidental leak of personal data to full remedy."""


def main() -> None:
    """Run the command line; the only place where an error becomes an exit code."""
    # Whatever is written from here on, by us or by a library, is its owner's alone.
    os.umask(OTHERS_MAY_NOTHING)
    _end_when_told()
    try:
        app(args=with_repeated_options(sys.argv[1:]), standalone_mode=True)
    except AmendsError as error:
        show_error(error)
        sys.exit(exit_code(error))
    except ModuleNotFoundError as error:
        show_error(missing_module(error))
        sys.exit(EXIT_USAGE)
    except Exception as error:
        # The text of a foreign error may quote what it choked on, so only its kind and place are shown.
        show_error(unexpected(error))
        sys.exit(EXIT_FAULT)


def _end_when_told() -> None:
    """End on SIGINT and SIGTERM even where whoever started the program had them ignored.

    A shell script starts what it puts into the background with SIGINT ignored, and a worker that goes on until it
    is stopped could then be ended by nothing but SIGKILL.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def with_repeated_options(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with ``--logs a b c`` written as ``--logs a --logs b --logs c``.

    A shell expands ``--logs access.log*`` to several words after one option; the parser knows one.
    """
    spread: list[str] = []
    option = ""
    for argument in arguments:
        if argument.startswith("-"):
            option = argument if argument in _MANY_VALUES else ""
        elif option and spread[-1] != option:
            spread.append(option)
        spread.append(argument)
    return spread


def exit_code(error: AmendsError) -> int:
    """Return the exit code of an error: 2 what the caller can mend, 3 incomplete, 4 a fault of ours."""
    if isinstance(error, IncompleteError):
        return EXIT_INCOMPLETE
    return EXIT_FAULT if isinstance(error, FaultError) else EXIT_USAGE


def missing_module(error: ModuleNotFoundError) -> AmendsError:
    """Return what to install: the base installation screens files, and an incident needs more than that."""
    name = (error.name or "").partition(".")[0]
    if name == "amends":
        return unexpected(error)
    extra = _EXTRA_OF.get(name, "respond")
    return UsageError(
        "extra-missing",
        f"this command needs {name}, which is not installed",
        hint=f"install it with: pip install 'amends[{extra}]'",
    )


def unexpected(error: Exception) -> FaultError:
    """Return an error that nobody foresaw as one that can be shown: its kind and place, never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "amends" in Path(frame.filename).parts]
    frame = (ours or frames)[-1]
    return FaultError(
        "unexpected",
        f"something went wrong that Amends did not foresee ({type(error).__name__})",
        hint="what was committed before stands; report this with the place, and without any data",
        where=f"{Path(frame.filename).name}, line {frame.lineno}, in {frame.name}",
    )


def show_error(error: AmendsError) -> None:
    """Write what, where and how to mend it to standard error; as JSON where JSON was asked for."""
    if "--json" in sys.argv:
        content = {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}
        sys.stderr.write(json.dumps({"error": content}) + "\n")
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    console.print(f"[bold red]{error.code}[/]: ", end="")
    console.print(_lines(error.message), markup=False)
    if error.where:
        console.print(f"  where: {printable(error.where)}", markup=False)
    console.print(f"  mend:  {_lines(error.hint)}", markup=False)


def _lines(text: str) -> str:
    """A message may quote a name that somebody else chose."""
    return "\n".join(map(printable, text.split("\n")))
