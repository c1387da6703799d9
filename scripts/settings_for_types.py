"""Settings for the type checker alone, which wants the models and has no ledger.

The real settings refuse to load without a ledger's key. The type checker gets a home of its own in a
temporary folder that is gone when it ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from amends.ledger.home import LedgerHome

_folder = Path(tempfile.mkdtemp(prefix="amends-types-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["AMENDS_HOME"] = str(_folder)
os.environ.pop("AMENDS_DATABASE_URL", None)
os.environ.pop("AMENDS_KEY_FILE", None)
LedgerHome(_folder).create()

from amends.server.settings import *  # noqa: E402, F403 - only after the home stands
