"""Settings of the screening: the section ``[screen]`` of an organisation's ``amends.toml``.

The file is looked for in a folder and upwards from it. A setting that nobody knows is an error, because a misspelt
one would be a rule that is not kept.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from amends.scan.allowing import Allowance, allowances_from, load_allowances
from amends.vocabulary.errors import UsageError

FILE_NAME: Final = "amends.toml"
_TEXTS: Final = ("audience", "audiences", "allow_list")
_LISTS: Final = ("fail_on", "known", "key_files")
_MAIL: Final = ("own_domains", "most_in_sight", "outgoing")


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """What an organisation has laid down for its screenings."""

    file: Path | None = None
    """Where it is laid down; None where nothing is."""
    audience: str = ""
    """Name of the audience where none is given."""
    audiences: Path | None = None
    """File of own audiences."""
    known: tuple[Path, ...] = ()
    """Indexes of known people."""
    key_files: tuple[Path, ...] = ()
    """Where their keys lie."""
    fail_on: tuple[str, ...] = ()
    allowances: tuple[Allowance, ...] = field(default=(), repr=False)
    own_domains: frozenset[str] = frozenset()
    """Mail domains of one's own, lower case."""
    most_in_sight: int | None = None
    """How many outside addresses of a message may see one another; None where nothing is laid down."""
    outgoing: bool = False
    """Whether messages that are screened are about to be sent."""
    recognise_names: bool = False
    """Whether the neural network of the extra ``ner`` is asked about names that no list knows."""


def find_settings(folder: Path) -> Path | None:
    """Return the nearest ``amends.toml`` in a folder or above it, or None."""
    for place in (folder, *folder.parents):
        file = place / FILE_NAME
        if file.is_file():
            return file
    return None


def load_settings(file: Path, *, today: date) -> ScreenSettings:
    """Return the settings of a file; paths in it count from its own folder.

    Raises `UsageError` ``settings-unreadable`` and ``settings-invalid``, and what `allowances_from` raises.
    """
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "settings-unreadable",
            "the file of settings cannot be read",
            hint="give the path of a TOML file in UTF-8 that this user may read",
            where=str(file),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _invalid(file, f"it is no TOML ({error})") from None
    screen = content.get("screen", {})
    if not isinstance(screen, dict):
        raise _invalid(file, "screen is a table: write [screen]")
    _check_names(screen, {*_TEXTS, *_LISTS, "mail", "allow", "recognise_names"}, file)
    values = _texts_and_lists(screen, file)
    recognise_names = screen.get("recognise_names", False)
    if not isinstance(recognise_names, bool):
        raise _invalid(file, "screen.recognise_names is true or false")
    allowances = allowances_from(screen.get("allow", []), text, file.name, today=today)
    if values["allow_list"]:
        allowances += load_allowances(file.parent / values["allow_list"], today=today)
    return ScreenSettings(
        file=file,
        audience=values["audience"],
        audiences=file.parent / values["audiences"] if values["audiences"] else None,
        known=tuple(file.parent / path for path in values["known"]),
        key_files=tuple(file.parent / path for path in values["key_files"]),
        fail_on=tuple(values["fail_on"]),
        allowances=allowances,
        recognise_names=recognise_names,
        **_mail(screen.get("mail", {}), file),
    )


def _texts_and_lists(screen: dict[str, Any], file: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in _TEXTS:
        values[name] = screen.get(name, "")
        if not isinstance(values[name], str):
            raise _invalid(file, f"screen.{name} is a text")
    for name in _LISTS:
        values[name] = _texts(screen.get(name, []), f"screen.{name}", file)
    return values


def _mail(mail: Any, file: Path) -> dict[str, Any]:
    if not isinstance(mail, dict):
        raise _invalid(file, "screen.mail is a table: write [screen.mail]")
    _check_names(mail, set(_MAIL), file, "mail.")
    domains = _texts(mail.get("own_domains", []), "screen.mail.own_domains", file)
    most, outgoing = mail.get("most_in_sight"), mail.get("outgoing", False)
    if most is not None and (type(most) is not int or most < 1):
        raise _invalid(file, "screen.mail.most_in_sight is a number from 1")
    if not isinstance(outgoing, bool):
        raise _invalid(file, "screen.mail.outgoing is true or false")
    own = frozenset(domain.strip().casefold().lstrip("@.") for domain in domains)
    if any("." not in domain for domain in own):
        raise _invalid(file, "screen.mail.own_domains are whole domains, such as agency.example")
    return {"own_domains": own, "most_in_sight": most, "outgoing": outgoing}


def _texts(value: Any, name: str, file: Path) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise _invalid(file, f"{name} is a list of texts")
    return value


def _check_names(table: dict[str, Any], known: set[str], file: Path, prefix: str = "") -> None:
    if unknown := sorted(set(table) - known):
        names = ", ".join(f"screen.{prefix}{name}" for name in unknown)
        raise _invalid(file, f"nobody knows the setting {names}")


def _invalid(file: Path, what: str) -> UsageError:
    return UsageError(
        "settings-invalid",
        f"the settings cannot be used: {what}",
        hint="docs/how-to/screen-before-publication.md lists every setting",
        where=str(file),
    )
