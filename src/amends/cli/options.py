"""Options that several commands share, and how their words become values."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Final

import typer

from amends.vocabulary.errors import UsageError

_NOON: Final = time(12, tzinfo=UTC)


def default_home() -> Path:
    """Return the ledger's home where none is named: ``AMENDS_HOME``, else the user's data folder."""
    if named := os.environ.get("AMENDS_HOME"):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "amends"


def default_actor() -> str:
    """Return who acts where nobody is named: ``AMENDS_ACTOR``, else the login name."""
    return os.environ.get("AMENDS_ACTOR") or getpass.getuser()


def parse_instant(text: str, *, option: str) -> datetime:
    """Return an ISO 8601 instant in UTC. Raises `UsageError` ``time-invalid`` or ``time-without-zone``."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _invalid_time(option) from error
    if instant.tzinfo is None:
        raise UsageError(
            "time-without-zone",
            f"{option} has no time zone",
            hint="end it in Z for UTC, or give an offset such as -05:00",
            where=option,
        )
    return instant.astimezone(UTC)


def parse_as_of(text: str, *, option: str) -> datetime:
    """Return an instant for a day or an instant. A bare day stands for its noon in UTC."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse_instant(text, option=option)
    return datetime.combine(day, _NOON)


def parse_day(text: str, *, option: str) -> date:
    """Return a day. Raises `UsageError` ``day-invalid``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "day-invalid", f"{option} is not a day", hint="write it like 2022-12-28", where=option
        ) from error


def _invalid_time(option: str) -> UsageError:
    return UsageError(
        "time-invalid",
        f"{option} is not an instant",
        hint="write it like 2022-11-28T14:45Z",
        where=option,
    )


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of the ledger.", envvar="AMENDS_HOME", show_default="user's data folder"
    ),
]
ActorOption = Annotated[
    str | None,
    typer.Option("--actor", help="Who acts; stands in every journal entry.", show_default="login name"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for machines.")]
