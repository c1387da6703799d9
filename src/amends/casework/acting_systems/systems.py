"""Finds acting systems, and checks what is said of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from amends.ledger.models import ActingSystem
from amends.remedy.action_kinds import action_kinds, barred_actions
from amends.vocabulary.errors import RefusalError, UsageError

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ACTION: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SHORTEST_SILENCE: Final = timedelta(minutes=1)
LONGEST_SILENCE: Final = timedelta(days=31)


def find_system(name: str) -> ActingSystem:
    """Return the acting system of this name, retired or not. Raises `UsageError` ``system-unknown``."""
    try:
        return ActingSystem.objects.get(name=name)
    except ActingSystem.DoesNotExist:
        raise UsageError(
            "system-unknown",
            "no acting system of this name is registered",
            hint="look at `amends systems list`",
            where=name[:40],
        ) from None


def check_not_retired(system: ActingSystem) -> None:
    """Raise `RefusalError` ``system-retired``."""
    if system.retired_at is not None:
        raise RefusalError(
            "system-retired",
            f"the acting system {system.name} is retired",
            hint="register it under a new name; a retired system keeps its record and gets nothing more",
        )


def check_name(name: str) -> None:
    """Raise `UsageError` ``system-name-invalid``: the name becomes the name of a folder."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            "system-name-invalid",
            "the name of an acting system has 1 to 40 small letters, digits and hyphens",
            hint="write it like removal-scheduling",
            where="--name",
        )


def checked_actions(actions: Sequence[str]) -> list[str]:
    """Return the actions once each, sorted.

    Raises `UsageError` ``actions-invalid`` for none or a misspelt one, ``action-unknown`` for one that is of no kind
    that holds can bar or actions can be reported as: a system that asks about it would be told clear for everybody.
    """
    found = sorted(set(actions))
    if not found or not all(_ACTION.fullmatch(action) for action in found):
        raise UsageError(
            "actions-invalid",
            "an action is missing, or is not a word of small letters, digits and underscores",
            hint="name each action as holds name it, e.g. removal",
            where="--action",
        )
    unknown = [action for action in found if action not in action_kinds()]
    if unknown:
        raise UsageError(
            "action-unknown",
            f"no hold bars {', '.join(unknown)}, and no such kind of action is known",
            hint=f"choose from: {', '.join(sorted(action_kinds()))}",
            where="--action",
        )
    return found


def check_barred(actions: Sequence[str], *, not_barred: bool) -> list[str]:
    """Return the actions that no playbook's holds bar. Raises `RefusalError` ``action-not-barred`` without the flag.

    Held or not, everybody is clear for such an action, so that whoever registers it says that they know.
    """
    free = [action for action in actions if action not in barred_actions()]
    if free and not not_barred:
        raise RefusalError(
            "action-not-barred",
            f"no playbook's holds bar {', '.join(free)}: the gate would say clear for everybody",
            hint="name the action as holds name it, or give --not-barred if it is meant so",
            where="--action",
        )
    return free


def check_silence(silence: timedelta) -> None:
    """Raise `UsageError` ``silence-invalid`` outside one minute to 31 days."""
    if not SHORTEST_SILENCE <= silence <= LONGEST_SILENCE:
        raise UsageError(
            "silence-invalid",
            "a system may be silent for at least a minute and at most 31 days",
            hint="give the longest time after which somebody must be called",
            where="--silent-after",
        )


def check_webhook(url: str) -> None:
    """Raise `UsageError` ``webhook-address-invalid`` unless a webhook may go there.

    It goes by HTTPS, or by HTTP to this machine; without user, password, query or fragment, because addresses are
    written into logs on the way.
    """
    try:
        parts = urlsplit(url)
        valid = (
            (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK))
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.username or parts.password or parts.query or parts.fragment)
            and url.isascii()
            and url.isprintable()
            and " " not in url
        )
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(
            "webhook-address-invalid",
            "a webhook goes to an https address (or http on this machine) without user, query or fragment",
            hint="write it like https://scheduling.agency.example/amends-holds",
            where="--webhook-url",
        )
