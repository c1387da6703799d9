"""Loads the audiences: those that ship, and those of an organisation's own file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amends.vocabulary.errors import UsageError

PUBLIC: Final = "public"
EVERY: Final = "*"
_SHIPPED: Final = Path(__file__).with_name("audiences.toml")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME: Final = 60
"""As long as the ledger keeps it."""
_LISTS: Final = ("categories", "kinds", "never", "known_people", "never_known_people")


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom a file goes, and which personal data may go there."""

    name: str
    recipients: str
    categories: frozenset[str] = frozenset()
    """Categories of personal data that may go there; ``*`` for all of them."""
    kinds: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    """Categories and kinds that may not, whatever else is said."""
    known_people: frozenset[str] = frozenset()
    """Indexes of known people who may be named there; ``*`` for all of them."""
    never_known_people: frozenset[str] = frozenset()
    most_people: int = 0
    """How many people one file may list; 0 for no bound."""
    may_learn_membership: bool = False
    """Whether they may learn that somebody was in an incident."""


def load_audiences(own: Path | None = None) -> dict[str, Audience]:
    """Return name → audience: those that ship, and over them those of an own file.

    Raises `UsageError` ``audiences-unreadable`` and ``audiences-invalid``.
    """
    audiences = _read(_SHIPPED)
    return audiences | _read(own) if own is not None else audiences


def audience_named(name: str, own: Path | None = None) -> Audience:
    """Return one audience. Raises `UsageError` ``audience-unknown``, and what `load_audiences` raises."""
    audiences = load_audiences(own)
    if name not in audiences:
        raise UsageError(
            "audience-unknown",
            "there is no audience with this name, so nobody has said what may go there",
            hint=f"the audiences are: {', '.join(audiences)}; add one to a file of your own",
            where="--audience",
        )
    return audiences[name]


def _read(file: Path) -> dict[str, Audience]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "audiences-unreadable",
            "the file of audiences cannot be read",
            hint="give the path of a TOML file in UTF-8 that this user may read",
            where=str(file),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _invalid(file, f"it is no TOML ({error})") from None
    if set(content) - {"audience"}:
        raise _invalid(file, "it holds something beside [[audience]]")
    found: dict[str, Audience] = {}
    for number, entry in enumerate(content.get("audience", []), 1):
        audience = _audience(entry, file, number)
        if audience.name in found:
            raise _invalid(file, f"'{audience.name}' is listed twice")
        found[audience.name] = audience
    return found


def _audience(entry: dict[str, Any], file: Path, number: int) -> Audience:
    wanted = {"name", "recipients", "most_people", "may_learn_membership", *_LISTS}
    if missing := wanted - set(entry):
        raise _invalid(file, f"audience {number} does not say: {', '.join(sorted(missing))}")
    if set(entry) - wanted:
        raise _invalid(file, f"audience {number} says something that nobody reads")
    name, recipients, most = entry["name"], entry["recipients"], entry["most_people"]
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise _invalid(
            file, f"the name of audience {number} is not kebab-case of at most {_LONGEST_NAME} letters"
        )
    if not isinstance(recipients, str) or not recipients.strip():
        raise _invalid(file, f"'{name}' does not say who the recipients are")
    if type(most) is not int or most < 0 or not isinstance(entry["may_learn_membership"], bool):
        raise _invalid(file, f"'{name}': most_people is a number from 0, may_learn_membership true or false")
    for field in _LISTS:
        if not isinstance(entry[field], list) or not all(isinstance(word, str) for word in entry[field]):
            raise _invalid(file, f"'{name}': {field} is a list of texts")
    lists = {field: frozenset(entry[field]) for field in _LISTS}
    return Audience(
        name=name,
        recipients=recipients.strip(),
        most_people=most,
        may_learn_membership=entry["may_learn_membership"],
        **lists,
    )


def _invalid(file: Path, what: str) -> UsageError:
    return UsageError(
        "audiences-invalid",
        f"the file of audiences cannot be used: {what}",
        hint="every field of an audience is needed; the audiences that ship are an example",
        where=file.name,
    )
