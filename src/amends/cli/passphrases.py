"""Asks an officer for the passphrase: at the terminal, unseen, or from the environment; never as an argument."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Final

from amends.vocabulary.errors import UsageError

OWN: Final = "AMENDS_PASSPHRASE"
"""Environment variable with the passphrase of the officer who acts."""
NEW: Final = "AMENDS_NEW_PASSPHRASE"
"""Environment variable with the passphrase of the officer who is granted authority."""
OLD: Final = "AMENDS_OLD_PASSPHRASE"
"""Environment variable with the passphrase that an officer has whose authority is changed."""


def ask_passphrase(whose: str, *, variable: str = OWN) -> str:
    """Return the passphrase of ``whose``.

    Raises `UsageError` ``passphrase-missing`` where nobody can be asked: a list of processes shows arguments to
    everyone on the machine, so that no option takes it.
    """
    if given := os.environ.get(variable):
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            "passphrase-missing",
            f"the passphrase of {whose} is needed, and nobody can be asked for it",
            hint=f"run the command at a terminal, or set {variable}",
        )
    return getpass.getpass(f"Passphrase of {whose}: ")


def ask_new_passphrase(whose: str) -> str:
    """Return a new passphrase, typed twice. Raises `UsageError` ``passphrase-missing`` and ``passphrases-differ``."""
    first = ask_passphrase(whose, variable=NEW)
    if os.environ.get(NEW):
        return first
    if getpass.getpass("Once more: ") != first:
        raise UsageError(
            "passphrases-differ", "the two passphrases are not the same", hint="let the officer type it again"
        )
    return first
