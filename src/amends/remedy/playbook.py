"""Reads and checks a playbook: cohorts as predicates over status at a point in time, and what each is owed (R23)."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Final

from amends.remedy.due_rule import DueRule
from amends.remedy.playbook_checking import LONGEST, check_playbook
from amends.remedy.playbook_parts import (
    ClawbackRule,
    Cohort,
    Commitment,
    Entitlement,
    Playbook,
    PopulationHold,
    Predicate,
)
from amends.remedy.playbook_reading import LANGUAGES, read_playbook
from amends.vocabulary.errors import UsageError

__all__ = [
    "LANGUAGES",
    "LONGEST",
    "ClawbackRule",
    "Cohort",
    "Commitment",
    "DueRule",
    "Entitlement",
    "Playbook",
    "PopulationHold",
    "Predicate",
    "load_playbook",
    "parse_playbook",
    "playbook_names",
]
_FOLDER: Final = "amends.remedy.playbooks"


def playbook_names() -> tuple[str, ...]:
    """Return the names of the playbooks that come with Amends."""
    files = resources.files(_FOLDER).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load_playbook(name: str) -> Playbook:
    """Return a playbook by name.

    Raises `UsageError` ``playbook-unknown`` or ``playbook-invalid``, saying what is wrong with it.
    """
    if name not in playbook_names():
        raise UsageError(
            "playbook-unknown",
            f"there is no playbook {name!r}",
            hint=f"the playbooks are: {', '.join(playbook_names())}",
        )
    text = (resources.files(_FOLDER) / f"{name}.toml").read_text(encoding="utf-8")
    playbook = parse_playbook(text, where=name)
    if playbook.name != name:
        # Incidents remember a playbook by its name and must find it again.
        raise _invalid(f"it calls itself {playbook.name!r} and lies in {name}.toml", name)
    return playbook


def parse_playbook(text: str, *, where: str) -> Playbook:
    """Return the playbook written in ``text`` (TOML), checked as a whole.

    Raises `UsageError` ``playbook-invalid``, naming what is wrong: a playbook that is only half understood would
    leave people out in silence.
    """
    try:
        playbook = read_playbook(tomllib.loads(text))
        check_playbook(playbook)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(f"it is not TOML: {error}", where) from error
    except KeyError as error:
        raise _invalid(f"it does not say {error}", where) from error
    except (AttributeError, TypeError) as error:
        raise _invalid(
            f"a table stands where a value belongs, or the other way round: {error}", where
        ) from error
    except ValueError as error:
        raise _invalid(str(error), where) from error
    return playbook


def _invalid(what: str, where: str) -> UsageError:
    return UsageError(
        "playbook-invalid",
        f"the playbook cannot be used: {what}",
        hint="compare it with docs/reference/playbooks.md",
        where=where,
    )
