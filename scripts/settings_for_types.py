"""Settings for the type checker alone, which wants the models and has no ledger.

The real settings refuse to load without a ledger's key. The type checker gets an empty home beside its own
cache; a temporary folder would stay behind, because mypy leaves without a goodbye.
"""

from __future__ import annotations

import os
from pathlib import Path

from amends.ledger.home import LedgerHome

_home = LedgerHome(Path(__file__).resolve().parents[1] / ".mypy_cache" / "amends-home")
os.environ["AMENDS_HOME"] = str(_home.folder)
os.environ.pop("AMENDS_DATABASE_URL", None)
os.environ.pop("AMENDS_KEY_FILE", None)
_home.create()

from amends.server.settings import *  # noqa: E402, F403 - only after the home stands
