"""Who writes the letters: the settings file ``sender.toml`` in the ledger's home."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.casework.results.files import write_text
from amends.remedy.notices.letters import Sender
from amends.vocabulary.errors import UsageError

FILE_NAME: Final = "sender.toml"
_TEMPLATE: Final = """\
# Who writes the letters. Fill in every line, then set draft = false.
draft = true
organisation = "Name of the responsible organisation"
department = "Privacy office"
phone = "telephone number"
email = "privacy@organisation.example"
address_lines = ["Street and number", "Postal code and town"]
signatory = "Name of the officer who signs"
signatory_role = "Privacy officer"
hours = ""
time_zone = "UTC"
paper = "us-letter"

[help_lines]
en = ["Ask the court, or a bar association, for free legal representation near you."]
es = ["Pregunte en el tribunal o en un colegio de abogados por representación legal gratuita cerca de usted."]
"""
_DRAFT_DEPARTMENT: Final = "DRAFT - the sender's details are not filled in"


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """The sender, and whether somebody has vouched for it."""

    sender: Sender
    draft: bool
    """True until the operator says that the details are filled in; letters then say DRAFT in their head."""


def write_sender_template(home: Path) -> None:
    """Put a ``sender.toml`` to fill in into the ledger's home, where there is none."""
    if not (home / FILE_NAME).exists():
        write_text(home / FILE_NAME, _TEMPLATE)


def load_sender(path: Path) -> SenderSettings:
    """Read the settings. Raises `UsageError` ``sender-missing`` or ``sender-invalid``, naming the key."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            "sender-missing",
            "the file that says who writes the letters cannot be read",
            hint="run `amends init`, which writes one to fill in, or give --sender",
            where=str(path),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _invalid("it is not TOML", path) from error
    draft = bool(content.pop("draft", False))
    help_lines = {language: tuple(lines) for language, lines in content.pop("help_lines", {}).items()}
    if draft:
        content["department"] = _DRAFT_DEPARTMENT
    try:
        lines = tuple(content.pop("address_lines"))
        return SenderSettings(Sender(**content, address_lines=lines, help_lines=help_lines), draft)
    except (KeyError, TypeError) as error:
        raise _invalid(f"a key is missing or unknown: {error}", path) from error


def _invalid(what: str, path: Path) -> UsageError:
    return UsageError(
        "sender-invalid",
        f"the sender's settings cannot be used: {what}",
        hint="compare the file with the one that `amends init` writes",
        where=str(path),
    )
